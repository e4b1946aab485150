"""Which answer of a source counts: called by generated code with the heads of one fact and the basis that holds now."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

from backline.engine.definition import Agree
from backline.engine.reconciling import stored
from backline.engine.record import Assertion, Failure
from backline.engine.resolving import each
from backline.engine.statuses import CONFLICT, UNKNOWN, Missing, failed
from backline.engine.values import Money, Row

UNANSWERED: Final = Missing("unknown", "nothing said")
BLANK: Final = Missing("absent", "left blank")
NEXT: Final = Missing("unknown", "the next source follows")
NOTHING_SETTLES: Final = failed("nothing settles it")
NO_DOCUMENT: Final = failed("there is no document to read")
NOBODY: Final = failed("there is nobody to ask")
DOUBTED: Final = failed("unsure")
LEFT_OUT: Final = failed("left out")
OVER: Final = frozenset({"settle", "memory"})
"""What comes before all sources: a person who decided, and what the party's memory holds"""
PERSONAL: Final = frozenset({"ask", "work", "offer", "settle"})
SURE: Final = 0.8
"""A reading below this confidence does not decide"""

Heads = Assertion | tuple[Assertion, ...] | None


def answer(heads: Heads, source: str, others: frozenset[str] | None, names: Sequence[str], basis: Sequence[Any]) -> Any:
    """What a source says under the basis that holds now: a value, CONFLICT, a failure, BLANK, or UNANSWERED.

    ``others`` are the keys of the fact's other sources; a source given with it also takes what was said under no
    known key.
    """
    mine = answers(heads, source, others, names, basis)
    if not mine:
        return DOUBTED if _doubted(heads, source, names, basis) else UNANSWERED
    values = [said.value for said in mine if type(said.value) is not Failure]
    if not values:
        return failed(_reason(mine[-1]))
    if kind_of(source) not in PERSONAL:
        return max((said for said in mine if type(said.value) is not Failure), key=_when).value
    if any(value != values[0] for value in values):
        return CONFLICT
    return BLANK if values[0] is None else values[0]


def answers(
    heads: Heads, source: str, others: frozenset[str] | None, names: Sequence[str], basis: Sequence[Any]
) -> list[Assertion]:
    """The heads of one source that count under the basis that holds now."""
    return [
        said
        for said in each(heads)
        if (said.source == source or (others is not None and said.source not in others))
        and holds(said, names, basis)
        and (said.confidence >= SURE or kind_of(source) != "read")
    ]


def _doubted(heads: Heads, source: str, names: Sequence[str], basis: Sequence[Any]) -> bool:
    """Whether it was read, but not surely enough: the next source follows."""
    mine = (said for said in each(heads) if said.source == source)
    return kind_of(source) == "read" and any(holds(said, names, basis) for said in mine)


def holds(said: Assertion, names: Sequence[str], basis: Sequence[Any]) -> bool:
    """Whether what the answer was about is still so."""
    if not names or said.basis is None:
        return True
    return all(_equal(said.basis.get(name), value) for name, value in zip(names, basis, strict=True))


def over(heads: Heads) -> tuple[Any, int]:
    """What a person settled, else what is remembered, else UNANSWERED; and where it came from (-1, -2)."""
    said = each(heads)
    settled = [one for one in said if one.source == "settle"]
    if settled:
        same = all(one.value == settled[0].value for one in settled)
        return (settled[0].value if same else CONFLICT), -1
    remembered = [one for one in said if one.source == "memory" and type(one.value) is not Failure]
    return (max(remembered, key=_when).value, -2) if remembered else (UNANSWERED, 0)


def spread(mask: int, positions: Sequence[int]) -> int:
    """Positions within one owner's items, as positions among all items."""
    found = 0
    for index, position in enumerate(positions):
        if mask >> index & 1:
            found |= 1 << position
    return found


def turn(heads: Heads, source: str, roles: Sequence[str]) -> int:
    """Of roles asked in turn, the first that has not failed to answer."""
    silent = {said.role for said in each(heads) if said.source == source and type(said.value) is Failure}
    return next((index for index, role in enumerate(roles) if role not in silent), len(roles))


def still_open(heads: Heads, sources: Sequence[tuple[str, int]]) -> int:
    """The bits of those sources that said nothing yet."""
    said = {one.source for one in each(heads)}
    return sum(bit for source, bit in sources if source not in said)


def shown(value: Any) -> Any:
    """A value as it stands in a basis or payload: what is missing is None."""
    return None if type(value) is Missing else value


def digest(ids: Sequence[str], *columns: Sequence[Any]) -> str:
    """A whole list as it stands in a basis: equal when every item and every fact of it is equal."""
    rows = [[item, *(stored(shown(value)) for value in row)] for item, *row in zip(ids, *columns, strict=True)]
    return json.dumps(rows, sort_keys=True, default=str)


def own(owners: Sequence[int], owner: int, *columns: Sequence[Any]) -> list[list[Any]]:
    """Of columns over all items of a nested list, what belongs to one owner."""
    mine = [position for position, at in enumerate(owners) if at == owner]
    return [[column[position] for position in mine] for column in columns]


def offers(offered: Any, value: Any) -> bool:
    """Whether a value is among what is offered; while that is not known, it is taken for it."""
    if type(offered) is Missing or offered is None:
        return True
    chosen = value if isinstance(value, tuple | list) else (value,)
    names = {_offer(one) for one in offered}
    return all(_offer(one) in names for one in chosen)


def _offer(one: Any) -> Any:
    """By what an offer is told from the others."""
    if isinstance(one, Mapping):
        return one.get("id")
    return one.id if isinstance(one, Row) else str(one)


def agreeing(value: Any, other: Any, agree: Agree) -> Any:
    """The value if the other fact says the same within the tolerance, else CONFLICT."""
    if type(other) is Missing:
        return UNKNOWN if other is UNKNOWN or other is CONFLICT else value
    if value == other:
        return value
    if isinstance(value, Money) and isinstance(other, Money):
        near = value.currency == other.currency and abs(value.amount - other.amount) <= agree.tolerance
        return value if near else CONFLICT
    if agree.tolerance and not isinstance(value, str | bool | tuple):
        return value if abs(value - other) <= agree.tolerance else CONFLICT
    return CONFLICT


def item_ids(heads: Mapping[str, Heads], prefix: str, name: str) -> list[str]:
    """The ids of a list's items that stand, in the order in which they were said."""
    start = f"{prefix}{name}/"
    found: list[tuple[Any, str]] = []
    for key, standing in heads.items():
        if key.startswith(start) and "/" not in (rest := key[len(start) :]):
            said = each(standing)
            if any(one.value is not False and type(one.value) is not Failure for one in said):
                found.append((min((one.holds_from, one.said_at) for one in said), rest))
    found.sort(key=lambda entry: (entry[0], _natural(entry[1])))
    return [item for _, item in found]


def kind_of(source: str) -> str:
    """The kind of a source key: ``ask`` of ``ask#1``."""
    return source.partition("#")[0]


def _equal(was: Any, now: Any) -> bool:
    if type(was) is type(now):
        return bool(was == now)
    return bool(stored(was) == stored(now))


def _when(said: Assertion) -> tuple[Any, ...]:
    return said.holds_from, said.said_at, said.id


def _reason(said: Assertion) -> str:
    value = said.value
    return value.reason if isinstance(value, Failure) else ""


def _natural(item: str) -> tuple[int, str]:
    return (int(item), item) if item.isdigit() else (0, item)
