"""The capability map as a drawing: teams, case types with their promises, systems with their operations, and lines."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from backline.insight.capabilities import CapabilityMap, SystemNode, TypeNode

TEAM_X, TYPE_X, SYSTEM_X = 0, 300, 740
TEAM_W, TYPE_W, SYSTEM_W = 190, 320, 300
WIDTH = SYSTEM_X + SYSTEM_W + 4
HEAD, ROW, PAD, GAP = 34, 22, 10, 16
LONGEST = 34
MOST_TYPES = 40
"""More than that is a table's work: the drawing then shows one system at a time"""


@dataclass(frozen=True, kw_only=True)
class Row:
    """A line within a box."""

    text: str
    y: int
    tone: str = ""
    """bad: at risk"""


@dataclass(frozen=True, kw_only=True)
class Box:
    """A box with a title and rows."""

    id: str
    title: str
    x: int
    y: int
    width: int
    height: int
    href: str
    rows: tuple[Row, ...]
    tone: str = ""


@dataclass(frozen=True, kw_only=True)
class Line:
    """From the right side of one box to the left of another."""

    path: str
    tone: str


@dataclass(frozen=True, kw_only=True)
class Drawing:
    """What the template draws."""

    width: int
    height: int
    boxes: tuple[Box, ...]
    lines: tuple[Line, ...]


def draw(found: CapabilityMap, *, down: frozenset[str]) -> Drawing:
    """Boxes from top to bottom in three columns; the middle one says the order."""
    types = found.types[:MOST_TYPES]
    middle = _column([_type_box(one, down) for one in types])
    order = {one.key: number for number, one in enumerate(types)}
    systems = sorted(found.systems, key=lambda one: _middle([order[key] for key in one.types if key in order]))
    right = _column([_system_box(one, down) for one in systems])
    names = {team.key: team.name for team in found.teams}
    keys = dict.fromkeys(team for one in types for team in one.teams)
    left = _column([_box(f"team-{key}", names.get(key, key), TEAM_X, TEAM_W, (), "") for key in keys])
    boxes = {box.id: box for box in (*left, *middle, *right)}
    height = max((box.y + box.height for box in boxes.values()), default=0) + GAP
    return Drawing(width=WIDTH, height=height, boxes=tuple(boxes.values()), lines=tuple(_lines(types, boxes, down)))


def _type_box(one: TypeNode, down: frozenset[str]) -> Box:
    rows = [(promise.label, "bad" if set(promise.systems) & down else "") for promise in one.promises]
    return _box(f"type-{one.key}", one.title, TYPE_X, TYPE_W, rows, f"#type-{one.key}")


def _system_box(one: SystemNode, down: frozenset[str]) -> Box:
    rows = [
        (("✎ " if operation.writes else "") + operation.label, "") for operation in one.operations if operation.used
    ]
    tone = "bad" if one.name in down else ""
    return _box(f"system-{one.name}", one.title, SYSTEM_X, SYSTEM_W, rows, f"?system={one.name}", tone)


def _box(id: str, title: str, x: int, width: int, rows: Sequence[tuple[str, str]], href: str, tone: str = "") -> Box:
    lines = tuple(Row(text=_short(text), y=HEAD + ROW * n + ROW // 2 + 3, tone=t) for n, (text, t) in enumerate(rows))
    height = HEAD + (ROW * len(rows) + PAD if rows else 0)
    return Box(id=id, title=_short(title), x=x, y=0, width=width, height=height, href=href, rows=lines, tone=tone)


def _column(boxes: Iterable[Box]) -> list[Box]:
    placed, y = [], GAP
    for box in boxes:
        placed.append(Box(**{**vars(box), "y": y}))
        y += box.height + GAP
    return placed


def _lines(types: Iterable[TypeNode], boxes: dict[str, Box], down: frozenset[str]) -> Iterable[Line]:
    for one in types:
        own = boxes[f"type-{one.key}"]
        for team in one.teams:
            yield Line(path=_path(boxes[f"team-{team}"], own), tone="")
        for system in one.systems:
            if f"system-{system}" in boxes:
                yield Line(path=_path(own, boxes[f"system-{system}"]), tone="bad" if system in down else "")


def _path(start: Box, end: Box) -> str:
    x1, y1, x2, y2 = start.x + start.width, start.y + HEAD // 2, end.x, end.y + HEAD // 2
    bend = (x2 - x1) // 2
    return f"M{x1} {y1} C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"


def _middle(numbers: Sequence[int]) -> float:
    return sum(numbers) / len(numbers) if numbers else 1e9


def _short(text: str) -> str:
    return text if len(text) <= LONGEST else text[: LONGEST - 1].rstrip() + "…"
