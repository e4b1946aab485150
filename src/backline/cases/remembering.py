"""Never asked twice: what a party said of a shared fact in an earlier request is known in the next, while it is
valid."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import datetime
from secrets import token_hex

from backline.cases.fittings import fittings
from backline.cases.models import Case
from backline.cases.storage import driving, encoding
from backline.cases.storage.happenings import Data
from backline.catalogue.versions import LoadedType
from backline.engine.record import Assertion, Failure

MEMORY = "system:memory"
SAID_BY_PARTIES = ("ask", "offer", "memory", "settle")
TAKES_PART = "SELECT 1 FROM cases_caseparty WHERE party_id = {hole} AND until IS NULL LIMIT 1"
"""Most who ask are here for the first time, and the longer question is not asked for them"""
LOOKED_BACK = 20
"""So many earlier requests of a party are looked through, the latest first"""


def remembered(
    loaded: LoadedType, holders: Mapping[str, int], said: set[str], *, now: datetime
) -> tuple[Assertion, ...]:
    """What is remembered of the one whom the case is for, except of facts that were ``said`` anew."""
    party = holders.get(loaded.definition.for_)
    wanted = {name for name, fact in loaded.definition.facts.items() if fact.shared} - said
    if party is None or not wanted:
        return ()
    found: dict[str, Data] = {}
    for one in _said_by(party, loaded.definition.for_):
        if one["fact"] in wanted and one["fact"] not in found and _valid(loaded, one, now):
            found[one["fact"]] = one
    return tuple(_memory(one, now) for one in found.values())


def _said_by(party: int, role: str) -> Iterator[Data]:
    """What stands of the facts of earlier cases of this party, the latest first."""
    if not driving.fetch(TAKES_PART.format(hole=driving.hole(driving.vendor())), (party,)):
        return
    cases = Case.objects.filter(participations__party=party, participations__until__isnull=True)
    for case in cases.order_by("-opened_at", "-pk").distinct()[:LOOKED_BACK]:
        said = case.snapshot["assertions"]
        replaced = {other for one in said for other in one.get("replaces", ())}
        for one in reversed(said):
            by_them = one["who"] == f"party:{party}" or one["source"] == "memory"
            kind = one["source"].partition("#")[0]
            if by_them and kind in SAID_BY_PARTIES and one["id"] not in replaced and not one.get("item"):
                yield one


def _valid(loaded: LoadedType, said: Data, now: datetime) -> bool:
    """Whether the group that the fact belongs to still trusts it."""
    spans = [group.valid for group in loaded.groups.values() if said["fact"] in group.facts]
    known = datetime.fromisoformat(said["holds"])
    return all(span is None or fittings().calendar.add(known, span) > now for span in spans)


def _memory(said: Data, now: datetime) -> Assertion:
    value = encoding.decode(said["value"])
    return Assertion(
        id=token_hex(6),
        fact=said["fact"],
        value=Failure(reason="none") if isinstance(value, Failure) else value,
        source="memory",
        who=MEMORY,
        holds_from=datetime.fromisoformat(said["holds"]),
        said_at=now,
    )
