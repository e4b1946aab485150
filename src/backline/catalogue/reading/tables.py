"""Decision tables: a CSV file whose columns are inputs and, last, the output; each cell knows where it stands."""

from __future__ import annotations

from dataclasses import dataclass

from backline.catalogue.reading.fields import Complaints
from backline.engine.definition import Expression, Place, Table

MOST_ROWS = 5_000
REMARK = "#"


@dataclass(slots=True)
class _Cell:
    text: str
    line: int
    column: int


def read_table(name: str, text: str, file: str, complaints: Complaints) -> Table:
    """The table in ``text``; columns whose heading begins with # are remarks."""
    rows = _rows(text.removeprefix("\ufeff"), file, complaints)
    if not rows:
        complaints.say(Place(file=file), f"The decision table {name}.csv is empty.", "Its first row names the columns.")
        return Table(name=name, inputs=(), output="", rows=(), place=Place(file=file))
    heads = rows[0]
    kept = [index for index, head in enumerate(heads) if not head.text.startswith(REMARK)]
    if not kept:
        complaints.say(
            Place(file=file), f"The decision table {name}.csv has no output.", "The last column is the output."
        )
        return Table(name=name, inputs=(), output="", rows=(), place=Place(file=file))
    _check_rows(rows, file, name, complaints)
    return Table(
        name=name,
        inputs=tuple(_expression(heads[index], file) for index in kept[:-1]),
        output=heads[kept[-1]].text,
        rows=tuple(
            tuple(_expression(row[index], file) for index in kept) for row in rows[1:] if len(row) == len(heads)
        ),
        place=Place(file=file),
    )


def located(text: str) -> list[list[tuple[str, int, int]]]:
    """Each cell of each row that is not empty: its text, its line and its column in the file."""
    rows = _rows(text.removeprefix("\ufeff"), "", Complaints())
    return [[(cell.text, cell.line, cell.column) for cell in row] for row in rows]


def separator(text: str) -> str:
    """What separates the cells of a table."""
    return _separator(text.removeprefix("\ufeff"))


def _check_rows(rows: list[list[_Cell]], file: str, name: str, complaints: Complaints) -> None:
    width = len(rows[0])
    if len(rows) > MOST_ROWS:
        at = Place(file=file, line=rows[MOST_ROWS][0].line)
        complaints.say(at, f"The decision table {name}.csv has more than {MOST_ROWS:,} rows.", "Put it into a system.")
    for row in rows[1:]:
        if len(row) != width:
            mend = "Put a cell that holds the separator in double quotes."
            at = Place(file=file, line=row[0].line)
            complaints.say(at, f"This row has {len(row)} of {width} cells.", mend)
    for cell in rows[0]:
        if not cell.text:
            complaints.say(Place(file=file, line=cell.line, column=cell.column), "This column has no heading.",
                           "Write the fact that it looks at.")  # fmt: skip


def _expression(cell: _Cell, file: str) -> Expression:
    return Expression(text=cell.text, place=Place(file=file, line=cell.line, column=cell.column))


def _rows(text: str, file: str, complaints: Complaints) -> list[list[_Cell]]:
    """All rows with something in them. A comma or a semicolon separates cells, as the first row has it."""
    scanner = _Scanner(text, _separator(text))
    rows = []
    while (row := scanner.row()) is not None:
        if any(cell.text for cell in row):
            rows.append(row)
    if scanner.open_quote:
        line, column = scanner.open_quote
        complaints.say(Place(file=file, line=line, column=column), "The quotes that open here are never closed.",
                       "Close them.")  # fmt: skip
    return rows


def _separator(text: str) -> str:
    first, quoted = text.partition("\n")[0], False
    for character in first:
        if character == '"':
            quoted = not quoted
        elif character in ",;\t" and not quoted:
            return character
    return ","


class _Scanner:
    """Cuts the text into cells and remembers where each begins."""

    def __init__(self, text: str, separator: str) -> None:
        self.text, self.separator = text.replace("\r\n", "\n").replace("\r", "\n"), separator
        self.at, self.line, self.start_of_line = 0, 1, 0
        self.open_quote: tuple[int, int] | None = None

    def row(self) -> list[_Cell] | None:
        if self.at >= len(self.text):
            return None
        cells = [self.cell()]
        while self.at < len(self.text) and self.text[self.at] == self.separator:
            self.at += 1
            cells.append(self.cell())
        self.at += 1
        self.line, self.start_of_line = self.line + 1, self.at
        return cells

    def cell(self) -> _Cell:
        while self.text.startswith(" ", self.at):
            self.at += 1
        if self.text.startswith('"', self.at):
            return self.quoted()
        column, begin = self.at - self.start_of_line + 1, self.at
        while self.at < len(self.text) and self.text[self.at] not in (self.separator, "\n"):
            self.at += 1
        return _Cell(self.text[begin : self.at].strip(), self.line, column)

    def quoted(self) -> _Cell:
        line, column = self.line, self.at - self.start_of_line + 1
        parts, begin = [], self.at + 1
        while True:
            end = self.text.find('"', begin)
            if end < 0:
                self.open_quote, end = (line, column), len(self.text)
            parts.append(self.text[begin:end])
            if not self.text.startswith('""', end):
                break
            parts.append('"')
            begin = end + 2
        text = "".join(parts)
        self.at = end + 1
        if "\n" in text:
            self.line += text.count("\n")
            self.start_of_line = self.text.rfind("\n", 0, end) + 1
        while self.at < len(self.text) and self.text[self.at] not in (self.separator, "\n"):
            self.at += 1
        return _Cell(text.strip(), line, column + 1)
