"""The cells of a workbook that somebody hands in: opened in a process of its own, as every file is."""

from __future__ import annotations

import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from django.utils.translation import gettext as _

from backline.documents import confined
from backline.documents.parsing.cells import MOST_ROWS
from backline.documents.storing import DocumentRefused

SECONDS = 6.0
OLE = b"\xd0\xcf\x11\xe0"


@dataclass(frozen=True)
class Given:
    """What stands in a cell; ``kind`` is text, number, day, moment, yes/no, formula or error."""

    kind: str = "text"
    text: str = ""


@dataclass(frozen=True, kw_only=True)
class GivenRow:
    """A row that is not empty, its cells by the letter of their column."""

    sheet: str
    number: int
    cells: Mapping[str, Given]


def read_cells(content: bytes, name: str = "") -> tuple[GivenRow, ...]:
    """All rows of all sheets, in order. Raises DocumentRefused with a sentence for whoever sent it."""
    if name.lower().endswith((".xlsm", ".xltm", ".xlsb")):
        raise DocumentRefused(_refusal("macros"))
    if content.startswith(OLE):
        raise DocumentRefused(_refusal("old"))
    with tempfile.TemporaryDirectory(prefix="backline-cells-") as folder:
        path = Path(folder) / "book.xlsx"
        path.write_bytes(content)
        told = confined.ask_parser("cells", path, seconds=SECONDS)
    state = next((str(line["state"]) for line in told.lines if "state" in line), "")
    if state or told.ending != "done":
        raise DocumentRefused(_refusal(state or "too much"))
    rows = tuple(_row(line) for line in told.lines)
    if any(row.number > MOST_ROWS for row in rows):
        raise DocumentRefused(_refusal("too much"))
    return rows


def _row(line: Mapping[str, object]) -> GivenRow:
    cells = line["cells"]
    assert isinstance(cells, dict)
    given = {str(column): Given(str(kind), str(text)) for column, (kind, text) in cells.items()}
    return GivenRow(sheet=str(line["sheet"]), number=int(str(line["row"])), cells=given)


def _refusal(state: str) -> str:
    told = {
        "macros": _("This kind of file may hold macros, which are never opened here. Save it as .xlsx."),
        "old": _(
            "This file is protected by a password, or of an old kind (.xls). Save it as .xlsx without a password."
        ),
        "too much": _("This file holds more than a spreadsheet may here."),
        "broken": _("This file is damaged and can't be opened."),
    }
    return told.get(state, _("This is no spreadsheet. Choose the .xlsx file that you downloaded."))
