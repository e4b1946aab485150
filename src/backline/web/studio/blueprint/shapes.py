"""What the layout works on: steps, lanes and links, and where they come to lie."""

from __future__ import annotations

from dataclasses import dataclass, field

Key = int | str
BEGIN, END = "begin", "end"
"""Where cases enter and leave"""


@dataclass(frozen=True, kw_only=True)
class Lane:
    """A row of the blueprint: what the customer does, sees; a team; the systems."""

    key: str
    label: str
    side: int
    about: str = ""


@dataclass(frozen=True, kw_only=True)
class Box:
    """A step to be placed; ``rank`` is its usual place in time, lower is earlier."""

    key: Key
    lane: str
    rank: float
    weight: int


@dataclass(frozen=True, kw_only=True)
class Link:
    """One step follows another, so many times."""

    source: Key
    target: Key
    times: int


@dataclass(kw_only=True)
class Grid:
    """Columns and rows: where each box stands, and which row belongs to which lane."""

    column: dict[Key, int] = field(default_factory=dict)
    row: dict[Key, int] = field(default_factory=dict)
    rows_of: dict[str, list[int]] = field(default_factory=dict)
    columns: int = 0
    rows: int = 0

    def taken(self) -> set[tuple[int, int]]:
        """The cells in which a box stands."""
        return {(self.column[key], self.row[key]) for key in self.column}


@dataclass(kw_only=True)
class Way:
    """How one link runs: straight along a row, or through a gutter, along a corridor or the target's row, and a gutter.

    Gutters lie left of each column (the last one right of all), corridors above each row (the last one below all).
    """

    link: Link
    first: int = -1
    """The gutter after the source"""
    corridor: int = -1
    second: int = -1
    """The gutter before the target, where that is another"""
    straight: bool = False
    backward: bool = False
    first_track: int = 0
    corridor_track: int = 0
    second_track: int = 0
    leaves: float = 0.0
    enters: float = 0.0
    """Where on the sides of the boxes, in steps from the middle"""
