"""A file that came back, as it came, with a column that says what became of each row."""

from __future__ import annotations

import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font
from openpyxl.utils import column_index_from_string, get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from backline.documents.spreadsheets import Given, GivenRow
from backline.web.ui.cells import DAY, MOMENT, put, put_text
from backline.web.workbench.sheets.comparing import HEADINGS, Line
from backline.web.workbench.sheets.rows import KEY
from backline.web.workbench.sheets.wording import result


def workbook(rows: Sequence[GivenRow], lines: Sequence[Line], *, only_these: bool = False) -> bytes:
    """The file with its results; ``only_these`` leaves out the rows of other tasks."""
    book = Workbook()
    book.remove(book.worksheets[0])
    found = {(line.filled.row.sheet, line.filled.row.number): line for line in lines}
    for title in dict.fromkeys(sheet for sheet, _number in found):
        those = [row for row in rows if row.sheet == title]
        if only_these:
            those = [row for row in those if row.number <= HEADINGS or (title, row.number) in found]
        _sheet(book.create_sheet(title[:31]), those, found)
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _sheet(sheet: Worksheet, rows: Sequence[GivenRow], found: Mapping[tuple[str, int], Line]) -> None:
    last = 1 + max((column_index_from_string(letter) for row in rows for letter in row.cells), default=0)
    for row in rows:
        for letter, given in row.cells.items():
            _copy(sheet, f"{letter}{row.number}", given)
            if given.text == KEY and row.number == 1:
                sheet.column_dimensions[letter].hidden = True
        line = found.get((row.sheet, row.number))
        if line is not None:
            cell = sheet.cell(row.number, last)
            put_text(cell, result(line))
            cell.alignment = Alignment(wrap_text=True, vertical="top")
    put_text(sheet.cell(HEADINGS, last), _("Result"))
    for cell in sheet[HEADINGS]:
        cell.font = Font(bold=True)
    for column in range(1, last):
        sheet.column_dimensions[get_column_letter(column)].width = 20
    sheet.column_dimensions[get_column_letter(last)].width = 60
    sheet.row_dimensions[1].hidden = True
    sheet.freeze_panes = f"B{HEADINGS + 1}"


def _copy(sheet: Worksheet, place: str, given: Given) -> None:
    cell = sheet[place]
    if given.kind == "number":
        put(cell, float(given.text) if "." in given.text or "e" in given.text else int(given.text))
    elif given.kind == "day":
        cell.value, cell.number_format = date.fromisoformat(given.text), DAY
    elif given.kind == "moment":
        cell.value, cell.number_format = datetime.fromisoformat(given.text), MOMENT
    else:
        put_text(cell, given.text)
