"""A decision table as rows: written as its file, compared with another, a place of the file found among them."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher
from itertools import zip_longest
from typing import Literal

from backline.catalogue.reading.tables import located, separator

Row = tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Difference:
    """A row that differs. ``number`` is that of the new table, of the old one where it was removed; from 1."""

    kind: Literal["added", "removed", "changed"]
    number: int
    cells: tuple[tuple[str, str], ...]
    """Of each column what stood there and what stands there now"""


def rows_of(text: str) -> list[Row]:
    """The cells of a table's file, the headings first."""
    return [tuple(cell for cell, _line, _column in row) for row in located(text)]


def text_of(rows: Sequence[Row], *, like: str = "") -> str:
    """The file of a table, separated as ``like`` is."""
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=separator(like), lineterminator="\n").writerows(rows)
    return text.getvalue()


def place_of(text: str, line: int, column: int) -> tuple[int, int] | None:
    """The row and the column, from 1, of a place in a table's file; column 0 for the row as such."""
    for number, row in enumerate(located(text), 1):
        if not row or not row[0][1] <= line <= row[-1][1]:
            continue
        found = [at for at, (_text, on, begins) in enumerate(row, 1) if on == line and begins <= column]
        return number, found[-1] if found else 0
    return None


def differences(old: Sequence[Row], new: Sequence[Row]) -> Iterator[Difference]:
    """Row by row, in the order of the new table."""
    for what, a, b, c, d in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            continue
        for at, (before, after) in enumerate(zip_longest(old[a:b], new[c:d])):
            if after is None:
                yield Difference(kind="removed", number=a + at + 1, cells=tuple((one, "") for one in before))
            elif before is None:
                yield Difference(kind="added", number=c + at + 1, cells=tuple(("", one) for one in after))
            else:
                cells = tuple(zip_longest(before, after, fillvalue=""))
                yield Difference(kind="changed", number=c + at + 1, cells=cells)
