"""How commands print: JSON for programs, columns for people."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence


def print_json(data: object) -> None:
    """One JSON document and nothing else."""
    print(json.dumps(data, indent=2, ensure_ascii=False))


def print_columns(titles: Sequence[str], rows: Iterable[Sequence[object]]) -> None:
    """Rows under their titles, each column as wide as its widest cell."""
    cells = [[str(cell) for cell in row] for row in ([title.upper() for title in titles], *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        print("  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip())
