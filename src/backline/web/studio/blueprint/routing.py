"""The way of each line through the channels between columns and rows, so that none runs over a step or another line.

This is channel routing, as for printed circuits: a line leaves a box to the right, turns in the gutter behind it,
runs along a free row or a corridor between rows, turns in the gutter before its target and enters that from the left.
Lines that would share a piece of channel get tracks of their own.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from backline.web.studio.blueprint.shapes import Grid, Key, Link, Way

Turn = Callable[[Way], float]
STEP = 0.04
"""How far apart lines leave a box, in rows"""


@dataclass(frozen=True, slots=True)
class Piece:
    """A part of a line within one channel, that needs a track there; ``name`` is where the way notes it."""

    start: float
    end: float
    way: Way
    name: str

    @property
    def low(self) -> float:
        return min(self.start, self.end)

    @property
    def high(self) -> float:
        return max(self.start, self.end)


def route(grid: Grid, links: Sequence[Link]) -> list[Way]:
    """A way for each link, with its tracks and its places on the boxes' sides."""
    taken = grid.taken()
    load: dict[int, int] = defaultdict(int)
    ways = [_way(link, grid, taken, load) for link in sorted(links, key=_by_weight)]
    _ports(grid, ways)
    _tracks(grid, ways)
    return ways


def _by_weight(link: Link) -> tuple[int, str, str]:
    return -link.times, str(link.source), str(link.target)


def _way(link: Link, grid: Grid, taken: set[tuple[int, int]], load: dict[int, int]) -> Way:
    a, b = grid.column[link.source], grid.column[link.target]
    p, q = grid.row[link.source], grid.row[link.target]
    backward = b <= a
    clear = all((column, q) not in taken for column in range(a + 1, b))
    if not backward and p == q and clear:
        return Way(link=link, straight=True)
    if not backward and clear:
        return Way(link=link, first=a + 1)
    corridor = _corridor(p, q, load, backward=backward)
    load[corridor] += b - a if not backward else a - b + 2
    return Way(link=link, first=a + 1, corridor=corridor, second=b, backward=backward)


def _corridor(p: int, q: int, load: dict[int, int], *, backward: bool) -> int:
    """Between the two rows where it leads that way anyhow; the emptiest of those."""
    if p == q:
        return min((p, p + 1), key=lambda at: (load[at], at if backward else -at))
    between = range(min(p, q) + 1, max(p, q) + 1)
    return min(between, key=lambda at: (load[at] + abs(at - (q if q > p else q + 1)), at))


def _ports(grid: Grid, ways: list[Way]) -> None:
    """Where lines leave and enter: those that turn up above the middle, those that turn down below it."""
    out: dict[Key, list[Way]] = defaultdict(list)
    into: dict[Key, list[Way]] = defaultdict(list)
    for way in ways:
        out[way.link.source].append(way)
        into[way.link.target].append(way)
    for some in out.values():
        for way, at in _spread(some, lambda way: _turns(way, grid, leaving=True)):
            way.leaves = at
    for some in into.values():
        for way, at in _spread(some, lambda way: _turns(way, grid, leaving=False)):
            way.enters = at


def _turns(way: Way, grid: Grid, *, leaving: bool) -> float:
    """Below zero where the line goes up from the box (or comes from above), zero where it is straight."""
    if way.straight:
        return 0.0
    here, other = (grid.row[way.link.source], grid.row[way.link.target])[:: 1 if leaving else -1]
    if way.corridor < 0:
        return float(other - here)
    first = way.corridor - 0.5 - here
    return first + 0.01 * (other - here) if first else 0.5


def _spread(ways: list[Way], turn: Turn) -> Iterable[tuple[Way, float]]:
    ordered = sorted(ways, key=lambda way: (turn(way), way.link.times))
    straight = next((at for at, way in enumerate(ordered) if way.straight), None)
    middle = (len(ordered) - 1) / 2 if straight is None else straight
    return [(way, at - middle) for at, way in enumerate(ordered)]


def _tracks(grid: Grid, ways: list[Way]) -> None:
    gutters: dict[int, list[Piece]] = defaultdict(list)
    corridors: dict[int, list[Piece]] = defaultdict(list)
    for way in ways:
        if way.straight:
            continue
        p = grid.row[way.link.source] + way.leaves * STEP
        q = grid.row[way.link.target] + way.enters * STEP
        if way.corridor < 0:
            gutters[way.first].append(Piece(p, q, way, "first_track"))
            continue
        middle = way.corridor - 0.5
        gutters[way.first].append(Piece(p, middle, way, "first_track"))
        gutters[way.second].append(Piece(middle, q, way, "second_track"))
        corridors[way.corridor].append(Piece(way.first, way.second, way, "corridor_track"))
    for pieces in gutters.values():
        _assign(sorted(pieces, key=_fanned))
    for along in corridors.values():
        _assign(sorted(along, key=lambda piece: (piece.high - piece.low, -piece.way.link.times)))


def _fanned(piece: Piece) -> tuple[bool, float]:
    """Downwards the lowest source first, upwards the highest: so lines that fan out do not cross."""
    upwards = piece.end < piece.start
    return upwards, piece.start if upwards else -piece.start


def _assign(pieces: list[Piece]) -> None:
    """Each piece gets the track after all those that it would touch."""
    tracks: list[list[Piece]] = []
    for piece in pieces:
        touched = [at for at, there in enumerate(tracks) if any(_touch(piece, other) for other in there)]
        number = max(touched, default=-1) + 1
        if number == len(tracks):
            tracks.append([])
        tracks[number].append(piece)
        setattr(piece.way, piece.name, number)


def _touch(one: Piece, other: Piece) -> bool:
    return one.low <= other.high + STEP / 2 and other.low <= one.high + STEP / 2
