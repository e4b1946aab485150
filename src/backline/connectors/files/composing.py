"""Records as the content of a file, with its header and trailer."""

from __future__ import annotations

import csv
import io
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from backline.connectors.files.layouts import MARKED, SUMMED, Layout
from backline.connectors.files.parsing import Record, number_of


class Unfit(ValueError):
    """A cell can't stand in this file; the message names it, and not its value."""


@dataclass(frozen=True, slots=True)
class Composed:
    """The content, and its control totals."""

    content: bytes
    count: int
    total: str


def compose(records: Sequence[Record], layout: Layout) -> Composed:
    """The whole file."""
    total = _total(records, layout)
    rows = [[record[column] for column in layout.columns] for record in records]
    if layout.form == "fixed":
        return Composed(_fixed(rows, total, layout), len(records), total)
    table = [list(layout.columns)] * layout.header + rows
    if layout.trailer:
        table.append([layout.trailer.mark, str(len(records)), *([total] if layout.trailer.sum else [])])
    content = _workbook(table) if layout.form == "xlsx" else _csv(table, layout)
    return Composed(content, len(records), total)


def must_fit(record: Record, layout: Layout) -> None:
    """Raises Unfit where the record can't be written so that it is read again as it was."""
    for column, cell in record.items():
        if any(sign in cell for sign in "\r\n\0"):
            raise Unfit(f"'{column}' has more than one line")
        if layout.form == "fixed" and len(cell) > layout.widths[column]:
            raise Unfit(f"'{column}' is longer than {layout.widths[column]} characters")
        try:
            cell.encode(layout.encoding)
        except UnicodeEncodeError as wrong:
            raise Unfit(f"'{column}' can't be written in {layout.encoding}") from wrong
    first = record[next(iter(layout.columns))]
    mark = layout.trailer.mark if layout.trailer else ""
    if mark and (first == mark or (layout.form == "fixed" and first.startswith(mark))):
        raise Unfit("it would be taken for the trailer")


def _total(records: Sequence[Record], layout: Layout) -> str:
    if not (layout.trailer and layout.trailer.sum):
        return ""
    try:
        return str(sum((number_of(record[layout.trailer.sum]) for record in records), Decimal(0)))
    except InvalidOperation as wrong:
        raise Unfit(f"'{layout.trailer.sum}' is no number to sum") from wrong


def _csv(table: list[list[str]], layout: Layout) -> bytes:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=layout.delimiter, lineterminator="\r\n").writerows(table)
    return text.getvalue().encode(layout.encoding)


def _fixed(rows: list[list[str]], total: str, layout: Layout) -> bytes:
    widths = list(layout.widths.values())
    lines = ["".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    if layout.trailer:
        lines.append(f"{layout.trailer.mark}{len(rows):0{MARKED}d}{total:>{SUMMED}}")
    return "".join(f"{line}\r\n" for line in lines).encode(layout.encoding)


def _workbook(table: list[list[str]]) -> bytes:
    from openpyxl import Workbook

    book = Workbook()
    sheet = book.active
    for at, row in enumerate(table, 1):
        for column, cell in enumerate(row, 1):
            sheet.cell(row=at, column=column, value=cell).data_type = "s"  # text, never a formula
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()
