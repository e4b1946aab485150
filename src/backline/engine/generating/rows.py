"""Lists at run time: rows that a system gave as items, and which item's facts are wanted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from backline.engine.record import Assertion, Failure
from backline.engine.resolving import each
from backline.engine.statuses import CONFLICT, UNKNOWN, Missing
from backline.engine.values import Row

Heads = Assertion | tuple[Assertion, ...] | None


def started(given: Any, ids: list[str]) -> list[str]:
    """Items that a list starts with, before those that were added."""
    if type(given) is Missing or given is None:
        return ids
    first = [one.id if isinstance(one, Row) else str(index + 1) for index, one in enumerate(given)]
    return [*first, *(one for one in ids if one not in first)]


def rows_said(heads: Heads, ids: list[str]) -> list[str]:
    """Items that came as one value: a list of rows that a system answered."""
    for said in each(heads):
        if isinstance(said.value, tuple | list):
            return started(said.value, ids)
    return ids


def listed(closed: Any, ids: Sequence[str], names: Sequence[str], columns: Sequence[Sequence[Any]]) -> Any:
    """A list as it is given to a system: one mapping per item; unknown while it is open or a fact of it is."""
    if closed is not True or any(value is UNKNOWN or value is CONFLICT for column in columns for value in column):
        return UNKNOWN
    return tuple(
        {"id": path.rpartition("/")[2], **{name: _shown(value) for name, value in zip(names, values, strict=True)}}
        for path, *values in zip(ids, *columns, strict=True)
    )


def _shown(value: Any) -> Any:
    return None if type(value) is Missing else value


def said_complete(heads: Heads) -> bool:
    """Whether somebody said that there are no more items."""
    return any(said.value is True or isinstance(said.value, tuple | list | Failure) for said in each(heads))


def items_wanted(
    level: str,
    wants: Sequence[int],
    columns: Sequence[Sequence[tuple[int, int]]],
    frame: Sequence[Any],
    wanted: int,
    mask: int,
    found: tuple[dict[int, int], dict[int, int]],
    levels: Mapping[int, str],
    owners: Mapping[str, int],
) -> int:
    """Follows the wants of single items: to facts and sources of the same item, of its owner, and to those of the case.

    ``found`` takes wanted rows by fact, and by leaf. ``owners``: where the frame has the positions of a list's owners.
    """
    position = 0
    while mask >> position:
        if mask >> position & 1 and position < len(wants):
            wanted |= _follow(wants[position], _places(level, position, frame, owners), found, levels)
            for column, more in columns[position]:
                found[0][column] = found[0].get(column, 0) | more
        position += 1
    return wanted


def _places(level: str, position: int, frame: Sequence[Any], owners: Mapping[str, int]) -> dict[str, int]:
    """The position of an item in its list, and of its owners in theirs."""
    places = {level: position}
    while "/" in level:
        position = frame[owners[level]][position]
        level = level.rpartition("/")[0]
        places[level] = position
    return places


def _follow(
    wants: int, places: Mapping[str, int], found: tuple[dict[int, int], dict[int, int]], levels: Mapping[int, str]
) -> int:
    outside = 0
    while wants:
        low = wants & -wants
        bit = low.bit_length() - 1
        place = places.get(levels.get(bit, ""))
        if place is None:
            outside |= low
        else:
            for rows in found:
                rows[bit] = rows.get(bit, 0) | 1 << place
        wants ^= low
    return outside
