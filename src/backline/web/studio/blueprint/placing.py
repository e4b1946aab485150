"""Which row of its lane each step stands in: the main way straight on, the others near what they are linked to."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from backline.web.studio.blueprint.ranking import columns
from backline.web.studio.blueprint.shapes import Box, Grid, Key, Lane, Link

SWEEPS = 4


def place(boxes: Sequence[Box], lanes: Sequence[Lane], links: Sequence[Link]) -> Grid:
    """Each box in its cell; a lane has as many rows as its fullest column."""
    column = columns(boxes, links)
    grid = Grid(column=column, columns=max(column.values(), default=0) + 1)
    cells: dict[tuple[str, int], list[Box]] = defaultdict(list)
    for box in boxes:
        cells[box.lane, column[box.key]].append(box)
    for lane in lanes:
        height = max((len(inside) for (key, _column), inside in cells.items() if key == lane.key), default=1)
        grid.rows_of[lane.key] = list(range(grid.rows, grid.rows + height))
        grid.rows += height
    _first(grid, cells)
    for sweep in range(SWEEPS):
        _sweep(grid, cells, links, forwards=sweep % 2 == 0)
    return grid


def _first(grid: Grid, cells: dict[tuple[str, int], list[Box]]) -> None:
    """The heaviest of each cell on top."""
    for (lane, _column), inside in cells.items():
        for box, row in zip(sorted(inside, key=lambda one: -one.weight), grid.rows_of[lane], strict=False):
            grid.row[box.key] = row


def _sweep(grid: Grid, cells: dict[tuple[str, int], list[Box]], links: Sequence[Link], *, forwards: bool) -> None:
    """Each cell once: its boxes go to those rows of the lane that are nearest to what they are linked to."""
    near: dict[Key, list[tuple[Key, int]]] = defaultdict(list)
    for link in links:
        near[link.source].append((link.target, link.times))
        near[link.target].append((link.source, link.times))
    for lane, column in sorted(cells, key=lambda cell: cell[1], reverse=not forwards):
        rows = grid.rows_of[lane]
        if len(rows) == 1:
            continue
        wished = {
            box.key: _wish(box.key, near[box.key], grid, default=grid.row[box.key]) for box in cells[lane, column]
        }
        _settle(grid, cells[lane, column], wished, rows)


def _wish(key: Key, near: list[tuple[Key, int]], grid: Grid, *, default: int) -> float:
    told = [(grid.row[other], times) for other, times in near if other != key]
    whole = sum(times for _row, times in told)
    return sum(row * times for row, times in told) / whole if whole else default


def _settle(grid: Grid, inside: list[Box], wished: dict[Key, float], rows: list[int]) -> None:
    """Boxes in the order of their wishes; together as near to them as the rows allow."""
    ordered = sorted(inside, key=lambda box: (wished[box.key], -box.weight))
    free = len(rows) - len(ordered)
    offsets = range(free + 1)
    cost = {
        offset: sum(abs(rows[offset + at] - wished[box.key]) * box.weight for at, box in enumerate(ordered))
        for offset in offsets
    }
    best = min(offsets, key=lambda offset: (cost[offset], offset))
    for at, box in enumerate(ordered):
        grid.row[box.key] = rows[best + at]
