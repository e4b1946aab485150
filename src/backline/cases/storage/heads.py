"""Which answers of a fact stand, and which of them a new one replaces.

Only a named replacement replaces. Who answers anew replaces what they could see and may answer; an answer given at
the same
time by somebody else stays, and the two are a disagreement.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from backline.engine.evaluation import Wanted
from backline.engine.record import Assertion, CaseRecord

OF_PARTIES = ("ask", "offer", "memory")
OF_PEOPLE = (*OF_PARTIES, "work", "settle")


def standing(record: CaseRecord, fact: str, item: str = "") -> tuple[Assertion, ...]:
    """The assertions of a fact that nothing replaces."""
    replaced = {other for said in record.assertions for other in said.replaces}
    return tuple(s for s in record.assertions if (s.fact, s.item) == (fact, item) and s.id not in replaced)


def replaced_by_people(
    record: CaseRecord, fact: str, item: str = "", *, source: str, seen: frozenset[str] | None = None
) -> tuple[str, ...]:
    """What a person's answer replaces: earlier answers of the same kind of people among those they had ``seen``."""
    kinds = OF_PARTIES if source.partition("#")[0] in OF_PARTIES else OF_PEOPLE
    own = [said for said in standing(record, fact, item) if said.source.partition("#")[0] in kinds]
    return tuple(said.id for said in own if seen is None or said.id in seen)


def said_before(record: CaseRecord, want: Wanted, basis: Mapping[str, Any] | None) -> tuple[str, ...]:
    """What the same source said about the same."""
    own = [said for said in standing(record, want.fact, want.item) if said.source == want.source]
    return tuple(said.id for said in own if said.basis == basis)


def given_before(snapshot: Mapping[str, Any], fact: str, item: str = "") -> tuple[str, ...]:
    """What an effect gave as this fact and nothing replaces."""
    replaced = {other for said in snapshot["assertions"] for other in said.get("replaces", ())}
    given = (s for s in snapshot["assertions"] if (s["fact"], s.get("item", ""), s["source"]) == (fact, item, "effect"))
    return tuple(said["id"] for said in given if said["id"] not in replaced)
