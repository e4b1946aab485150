"""Authority is looked at again when an effect starts: what was said by a mandate that has ended since carries none."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from django.utils import translation
from django.utils.translation import gettext as _

from backline.cases.authority import is_covered
from backline.cases.effects.foreground import WRITTEN, rests_on
from backline.cases.gathering import kind_of
from backline.cases.storage.happenings import Data, Snapshot
from backline.catalogue.versions import LoadedType
from backline.engine.definition import CaseType
from backline.engine.generating.grounds import all_actions

SAID_BY_PARTIES = ("ask", "offer")
LAPSED = "mandate ended"
"""The refusal of an effect that rests on what somebody said whose mandate has ended since"""


def lapsed(snapshot: Snapshot, loaded: LoadedType, *, action: str, kind: str, now: datetime) -> tuple[str, ...]:
    """The facts that the effect rests on and that nobody stands for any more, each said by a mandate that has ended.

    What is undone needs nobody's word, and what is written says how things stand.
    """
    declared = next((one for _path, one in all_actions(loaded.definition) if one.name == action), None)
    free = kind == "undo" or declared is None or declared.kind in WRITTEN
    said = [] if free else list(_for_others(snapshot, loaded.definition))
    if not said:
        return ()
    names = rests_on(loaded.program, action)
    over = {one["fact"] for one in said if one["fact"] in names and _is_over(one, snapshot, loaded.definition, now)}
    return tuple(sorted(over))


def why_lapsed(facts: Sequence[str], loaded: LoadedType, language: str) -> str:
    """Why nothing was done, in words of this language."""
    labels = ", ".join(loaded.texts.label(_named(fact), language) for fact in facts)
    with translation.override(language):
        return _("The mandate ended by which this was said: %(facts)s") % {"facts": labels}


def _named(fact: str) -> str:
    """The name of a fact without its item."""
    return fact.rpartition("/")[2]


def _for_others(snapshot: Snapshot, definition: CaseType) -> Iterator[Data]:
    """What stands of that which parties said in a role that is another's, or that needs a mandate."""
    replaced = {other for one in snapshot["assertions"] for other in one.get("replaces", ())}
    for one in snapshot["assertions"]:
        by_party = one["who"].startswith("party:") and kind_of(one["source"]) in SAID_BY_PARTIES
        if by_party and one["id"] not in replaced and _givers(one, snapshot, definition):
            yield one


def _is_over(said: Data, snapshot: Snapshot, definition: CaseType, now: datetime) -> bool:
    """Whether it was said by a mandate, and none runs now."""
    holder, then = _speaker(said), datetime.fromisoformat(said["said"])
    givers = _givers(said, snapshot, definition)
    covered = [giver for giver in givers if is_covered(holder, giver, definition, then)]
    return bool(covered) and not any(is_covered(holder, giver, definition, now) for giver in covered)


def _givers(said: Data, snapshot: Snapshot, definition: CaseType) -> list[int]:
    """Whose mandate they spoke by; nobody's where the role is their own and needs none."""
    holders: dict[str, list[int]] = snapshot["parties"]
    role = said.get("role", "")
    if _speaker(said) not in holders.get(role, ()):
        return [*holders.get(role, ())]
    declared = definition.roles.get(role)
    if declared is None or not declared.mandate:
        return []
    return [giver for giver in holders.get(declared.of, ()) if giver != _speaker(said)]


def _speaker(said: Data) -> int:
    return int(said["who"].partition(":")[2])
