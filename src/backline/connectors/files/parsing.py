"""A file's content as records of named cells. What is wrong is told with its line and cell, never with the value."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation

from backline.connectors.converting import BrokenAnswer, Converter
from backline.connectors.files.layouts import MARKED, SUMMED, Layout

MOST_BYTES = 50 * 1024 * 1024
MOST_LINES = 1_000_000
Record = dict[str, str]


class LayoutProblem(ValueError):
    """The file is not as declared. The message names file, line and cell."""


class NotWhole(LayoutProblem):
    """The file has no trailer yet: somebody may still be writing it."""


@dataclass(frozen=True, slots=True)
class Line:
    """The cells of one line, and its number in the file."""

    number: int
    cells: Sequence[str]


def parse(name: str, content: bytes, layout: Layout, converter: Converter) -> list[Record]:
    """The records of a file, each cell checked against its type and the whole against the trailer."""
    if len(content) > MOST_BYTES:
        raise LayoutProblem(f"{name}: it is larger than {MOST_BYTES // 1024**2} MB")
    lines = [line for line in _lines(name, content, layout) if any(cell.strip() for cell in line.cells)]
    trailer = lines.pop() if layout.trailer and lines and _is_trailer(lines[-1], layout) else None
    if layout.trailer and trailer is None:
        raise NotWhole(f"{name}: its last line is not the trailer '{layout.trailer.mark}'")
    order = _order(name, lines.pop(0) if layout.header and lines and layout.form != "fixed" else None, layout)
    records = [_record(name, line, order, layout, converter) for line in lines]
    if trailer:
        _prove(name, trailer, records, layout)
    return records


def number_of(cell: str) -> Decimal:
    """An amount in a cell. Raises InvalidOperation."""
    number = Decimal(cell.strip() or "0")
    if not number.is_finite():
        raise InvalidOperation
    return number


def _lines(name: str, content: bytes, layout: Layout) -> Iterator[Line]:
    if layout.form == "xlsx":
        yield from _sheet(name, content)
        return
    try:
        text = content.decode(layout.encoding).removeprefix("\ufeff")
    except UnicodeDecodeError as wrong:
        line = content[: wrong.start].count(b"\n") + 1
        raise LayoutProblem(f"{name}:{line}: this is not {layout.encoding}") from wrong
    if layout.form == "fixed":
        for number, told in enumerate(text.splitlines(), 1):
            yield Line(number, [told])
        return
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=layout.delimiter, strict=True)
    try:
        for cells in reader:
            yield Line(reader.line_num, cells)
    except csv.Error as wrong:
        raise LayoutProblem(f"{name}:{reader.line_num}: this is not CSV: {wrong}") from wrong


def _sheet(name: str, content: bytes) -> Iterator[Line]:
    from python_calamine import CalamineError, CalamineWorkbook

    try:
        rows = CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_index(0).to_python()
    except (CalamineError, OSError, ValueError) as wrong:
        raise LayoutProblem(f"{name}: this is no workbook: {type(wrong).__name__}") from wrong
    if len(rows) > MOST_LINES:
        raise LayoutProblem(f"{name}: it has more than {MOST_LINES} lines")
    for number, row in enumerate(rows, 1):
        yield Line(number, [_plain(cell) for cell in row])


def _plain(cell: object) -> str:
    """A workbook knows numbers only as floating ones: 12 is kept as 12.0."""
    return str(int(cell)) if isinstance(cell, float) and cell.is_integer() else str(cell)


def _is_trailer(line: Line, layout: Layout) -> bool:
    assert layout.trailer
    if layout.form == "fixed":
        return line.cells[0].startswith(layout.trailer.mark)
    return line.cells[0].strip() == layout.trailer.mark


def _order(name: str, header: Line | None, layout: Layout) -> dict[str, int]:
    """Which column stands where."""
    if header is None:
        return {column: at for at, column in enumerate(layout.columns)}
    there = [cell.strip() for cell in header.cells]
    for column in layout.columns:
        if column not in there:
            raise LayoutProblem(f"{name}:{header.number}: there is no column '{column}'")
    return {column: there.index(column) for column in layout.columns}


def _record(name: str, line: Line, order: dict[str, int], layout: Layout, converter: Converter) -> Record:
    cells = _cut(line.cells[0], layout) if layout.form == "fixed" else line.cells
    record: Record = {}
    for column, at in order.items():
        if at >= len(cells):
            raise LayoutProblem(f"{name}:{line.number}: there is no cell {at + 1} ('{column}')")
        record[column] = cells[at].strip()
    for column, kind in layout.columns.items():
        try:
            converter.value(kind, record[column])
        except BrokenAnswer as wrong:
            raise LayoutProblem(f"{name}:{line.number}: cell {order[column] + 1} ('{column}') {wrong}") from wrong
    return record


def _cut(line: str, layout: Layout) -> list[str]:
    cells, at = [], 0
    for width in layout.widths.values():
        if at >= len(line):
            break
        cells.append(line[at : at + width])
        at += width
    return cells


def _prove(name: str, trailer: Line, records: list[Record], layout: Layout) -> None:
    assert layout.trailer
    mark, summed = layout.trailer.mark, layout.trailer.sum
    told = trailer.cells
    if layout.form == "fixed":
        line = trailer.cells[0]
        told = [mark, line[len(mark) : len(mark) + MARKED], line[len(mark) + MARKED : len(mark) + MARKED + SUMMED]]
    try:
        count = int(told[1])
        total = number_of(told[2]) if summed else Decimal(0)
    except (IndexError, ValueError, InvalidOperation) as wrong:
        raise LayoutProblem(f"{name}:{trailer.number}: the trailer says no count or sum") from wrong
    if count != len(records):
        raise LayoutProblem(f"{name}:{trailer.number}: the trailer counts {count} records, there are {len(records)}")
    if summed and total != sum((number_of(one[summed]) for one in records), Decimal(0)):
        raise LayoutProblem(f"{name}:{trailer.number}: the sum of '{summed}' is not that of the trailer")
