"""From cells and tracks to points on paper."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from backline.web.studio.blueprint.shapes import Grid, Key, Lane, Way

MARGIN = 128
"""Left of everything, for the names of the lanes"""
TOP = 36
BOX_WIDTH = 168
TRACK = 8
GUTTER, EDGE_GUTTER = 36, 20
CORRIDOR, BORDER = 16, 30
"""Least height of a corridor within a lane, and between two lanes"""
EMPTY = 36
ROUND = 7.0
TIP = 7
Point = tuple[float, float]


@dataclass(frozen=True, kw_only=True)
class Place:
    """Where a box lies."""

    x: float
    y: float
    width: float
    height: float

    @property
    def middle(self) -> float:
        return self.y + self.height / 2


@dataclass(frozen=True, kw_only=True)
class Band:
    """Where a lane lies."""

    lane: Lane
    y: float
    height: float


@dataclass(frozen=True, kw_only=True)
class Line:
    """A way as a path of SVG: where its point is, and where there is room for words on it."""

    way: Way
    path: str
    tip: str
    start: Point
    label: Point | None


@dataclass(frozen=True, kw_only=True)
class Paper:
    """The whole picture, in pixels."""

    width: float
    height: float
    places: dict[Key, Place]
    bands: list[Band]
    lines: list[Line]
    axis: list[tuple[int, float]]
    """The middle of each column"""


def measure(grid: Grid, lanes: Sequence[Lane], ways: Sequence[Way], *, box_height: float) -> Paper:
    """Points for everything."""
    gutters, corridors = _channels(grid, lanes, ways)
    full = {row for _column, row in grid.taken()}
    heights = [box_height if row in full else EMPTY for row in range(grid.rows)]
    xs = _starts(MARGIN, gutters, [BOX_WIDTH] * grid.columns)
    ys = _starts(TOP, corridors, heights)
    places = {
        key: Place(x=xs[grid.column[key]], y=ys[grid.row[key]], width=BOX_WIDTH, height=heights[grid.row[key]])
        for key in grid.column
    }
    width = xs[-1] + BOX_WIDTH + gutters[-1] if xs else MARGIN
    height = ys[-1] + heights[-1] + corridors[-1]
    geometry = _Geometry(xs, ys, gutters, corridors, places, box_height)
    return Paper(
        width=width,
        height=height,
        places=places,
        bands=_bands(grid, lanes, ys, heights, corridors),
        lines=[geometry.line(way) for way in ways],
        axis=[(column, x + BOX_WIDTH / 2) for column, x in enumerate(xs)],
    )


def _channels(grid: Grid, lanes: Sequence[Lane], ways: Sequence[Way]) -> tuple[list[float], list[float]]:
    """Width of each gutter and height of each corridor: what its tracks need, and never less than looks calm."""
    vertical: dict[int, int] = defaultdict(int)
    horizontal: dict[int, int] = defaultdict(int)
    for way in ways:
        if way.straight:
            continue
        vertical[way.first] = max(vertical[way.first], way.first_track + 1)
        if way.corridor >= 0:
            vertical[way.second] = max(vertical[way.second], way.second_track + 1)
            horizontal[way.corridor] = max(horizontal[way.corridor], way.corridor_track + 1)
    borders = {grid.rows_of[lane.key][0] for lane in lanes} | {grid.rows}
    inner = range(1, grid.columns)
    gutters = [
        max(GUTTER if at in inner else EDGE_GUTTER, (vertical[at] + 2) * TRACK if vertical[at] else 0.0)
        for at in range(grid.columns + 1)
    ]
    corridors = [
        max(BORDER if at in borders else CORRIDOR, (horizontal[at] + 1) * TRACK + 4.0 if horizontal[at] else 0.0)
        for at in range(grid.rows + 1)
    ]
    return gutters, corridors


def _starts(first: float, channels: list[float], sizes: list[float]) -> list[float]:
    """Where each column or row begins: after the channel before it."""
    found, at = [], first
    for channel, size in zip(channels, sizes, strict=False):
        at += channel
        found.append(at)
        at += size
    return found


def _bands(
    grid: Grid, lanes: Sequence[Lane], ys: list[float], heights: list[float], corridors: list[float]
) -> list[Band]:
    """Lanes meet in the middle of the corridor between them."""
    bands = []
    for lane in lanes:
        first, last = grid.rows_of[lane.key][0], grid.rows_of[lane.key][-1]
        above = ys[first] - corridors[first] / 2
        below = ys[last] + heights[last] + corridors[last + 1] / 2
        bands.append(Band(lane=lane, y=above, height=below - above))
    return bands


class _Geometry:
    """Makes points of ways."""

    def __init__(
        self,
        xs: list[float],
        ys: list[float],
        gutters: list[float],
        corridors: list[float],
        places: dict[Key, Place],
        box_height: float,
    ) -> None:
        self._xs, self._ys, self._gutters, self._corridors = xs, ys, gutters, corridors
        self._places, self._box_height = places, box_height

    def line(self, way: Way) -> Line:
        """The path of a way with round corners, and its point."""
        source, target = self._places[way.link.source], self._places[way.link.target]
        start = (source.x + source.width, source.middle + self._port(way.leaves))
        end = (target.x, target.middle + self._port(way.enters))
        points, label = self._between(way, start, end)
        tip = f"M{end[0]:.1f} {end[1]:.1f}l{-TIP} {-TIP / 2 - 0.5:.1f}v{TIP + 1}z"
        shaft = [*points[:-1], (end[0] - TIP + 1, end[1])]
        return Line(way=way, path=_rounded(shaft), tip=tip, start=start, label=label)

    def _between(self, way: Way, start: Point, end: Point) -> tuple[list[Point], Point | None]:
        if way.straight:
            return [start, (end[0], start[1])], None
        first = self._gutter(way.first, way.first_track)
        if way.corridor < 0:
            return [start, (first, start[1]), (first, end[1]), end], None
        second = self._gutter(way.second, way.second_track)
        along = self._corridor(way.corridor, way.corridor_track)
        middle = (first + second) / 2
        return (
            [start, (first, start[1]), (first, along), (second, along), (second, end[1]), end],
            (middle, along),
        )

    def _port(self, at: float) -> float:
        """Lines leave a box a little apart, but never beyond its corners."""
        most = self._box_height / 2 - 10
        return max(-most, min(most, at * 9.0))

    def _gutter(self, at: int, track: int) -> float:
        right = self._xs[at] if at < len(self._xs) else self._xs[-1] + BOX_WIDTH + self._gutters[-1]
        left = right - self._gutters[at]
        return left + (track + 1.25) * TRACK

    def _corridor(self, at: int, track: int) -> float:
        below = self._ys[at] if at < len(self._ys) else self._ys[-1] + self._box_height + self._corridors[-1]
        return below - (track + 1) * TRACK


def _rounded(points: list[Point]) -> str:
    """A path through these points, its corners round."""
    plain = [points[0]]
    for point in points[1:]:
        if abs(point[0] - plain[-1][0]) > 0.05 or abs(point[1] - plain[-1][1]) > 0.05:
            plain.append(point)
    told = [f"M{plain[0][0]:.1f} {plain[0][1]:.1f}"]
    for before, corner, after in zip(plain, plain[1:], plain[2:], strict=False):
        size = min(ROUND, _far(before, corner) / 2, _far(corner, after) / 2)
        start, end = _towards(corner, before, size), _towards(corner, after, size)
        told.append(f"L{start[0]:.1f} {start[1]:.1f}Q{corner[0]:.1f} {corner[1]:.1f} {end[0]:.1f} {end[1]:.1f}")
    told.append(f"L{plain[-1][0]:.1f} {plain[-1][1]:.1f}")
    return "".join(told)


def _far(one: Point, other: Point) -> float:
    return abs(one[0] - other[0]) + abs(one[1] - other[1])


def _towards(corner: Point, other: Point, size: float) -> Point:
    far = _far(corner, other) or 1.0
    return (corner[0] + (other[0] - corner[0]) * size / far, corner[1] + (other[1] - corner[1]) * size / far)
