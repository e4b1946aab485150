"""The workbook that goes out: a sheet a question, a row a task; cells to fill are tinted and say what fits in them."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _
from openpyxl import Workbook
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter, quote_sheetname
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.worksheet import Worksheet

from backline.web.ui.cells import DAY, MOMENT, amount, put, put_text, text_of
from backline.web.workbench.sheets import keys
from backline.web.workbench.sheets.rows import ANSWER, FACT, KEY, NOTE, Row, value_in

HEADINGS, FIRST = 2, 3
"""The row of the headings, and the first of the tasks; the row above them names the columns for the way back"""
LISTS = "lists"
TINT, HEAD = PatternFill("solid", fgColor="FFF7E0"), PatternFill("solid", fgColor="E9ECF2")
WIDE = {"question": 34, "customer": 24, NOTE: 34, ANSWER: 24, "case": 14}
FORMATS = {"date": DAY, "datetime": MOMENT, "integer": "0", "decimal": "General"}
FORBIDDEN = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
Link = Callable[[str], str]


@dataclass(frozen=True)
class Column:
    """One column: its name for the way back, and its heading."""

    name: str
    heading: str


def workbook(rows: Sequence[Row], *, link: Link, about: Sequence[str], language: str) -> bytes:
    """The file. ``link`` gives the address of a case; ``about`` is told on the last sheet."""
    book = Workbook()
    book.remove(book.worksheets[0])
    lists = Lists(book)
    for title, those in _grouped(rows).items():
        _sheet(book.create_sheet(_free(title, book)), those, lists, link, language)
    lists.finish()
    last = book.create_sheet(_free(_("About this file"), book))
    last.column_dimensions["A"].width = 100
    for number, words in enumerate(about, 1):
        put_text(last.cell(number, 1), words)
        last.cell(number, 1).alignment = Alignment(wrap_text=True, vertical="top")
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


class Lists:
    """What can be chosen, on a hidden sheet; each list once."""

    def __init__(self, book: Workbook) -> None:
        self.sheet: Worksheet = book.create_sheet(LISTS)
        self.sheet.sheet_state = "hidden"
        self.places: dict[tuple[str, ...], str] = {}

    def place(self, words: tuple[str, ...]) -> str:
        """The range that holds these words."""
        if words not in self.places:
            column = len(self.places) + 1
            for number, one in enumerate(words, 1):
                put_text(self.sheet.cell(number, column), one)
            letter = get_column_letter(column)
            self.places[words] = f"{quote_sheetname(LISTS)}!${letter}$1:${letter}${len(words)}"
        return self.places[words]

    def finish(self) -> None:
        """A list that nobody needs is not there."""
        book = self.sheet.parent
        if self.places:
            book.move_sheet(self.sheet, len(book.worksheets))
        else:
            book.remove(self.sheet)


def _grouped(rows: Sequence[Row]) -> Mapping[str, list[Row]]:
    found: dict[tuple[str, str, str], list[Row]] = {}
    for row in rows:
        about = "" if row.kind == "words" else row.want.fact
        found.setdefault((row.line.type_key if about else "", about, row.kind), []).append(row)
    told: dict[str, list[Row]] = {}
    for (_type, about, _kind), those in found.items():
        title = those[0].line.question if about else _("In your own words")
        while title in told:
            title += " "
        told[title] = those
    return told


def _free(title: str, book: Workbook) -> str:
    """A name that a sheet may have and none has."""
    plain = title.translate(FORBIDDEN).strip()[:28] or "1"
    found, number = plain, 2
    while found.lower() in {name.lower() for name in book.sheetnames}:
        found, number = f"{plain[:26]} {number}", number + 1
    return found


def _sheet(sheet: Worksheet, rows: list[Row], lists: Lists, link: Link, language: str) -> None:
    columns = _columns(rows)
    for at, column in enumerate(columns, 1):
        put_text(sheet.cell(1, at), column.name)
        put_text(sheet.cell(HEADINGS, at), column.heading)
        head = sheet.cell(HEADINGS, at)
        head.font, head.fill = Font(bold=True), TINT if column.name in (ANSWER, NOTE) else HEAD
        head.alignment = Alignment(wrap_text=True, vertical="top")
        sheet.column_dimensions[get_column_letter(at)].width = WIDE.get(column.name, 20)
    for number, row in enumerate(rows, FIRST):
        _write(sheet, number, row, columns, link, language)
    _validate(sheet, rows, columns, lists)
    sheet.row_dimensions[1].hidden = True
    sheet.column_dimensions[get_column_letter(len(columns))].hidden = True
    sheet.freeze_panes = f"B{FIRST}"
    sheet.auto_filter.ref = f"A{HEADINGS}:{get_column_letter(len(columns) - 1)}{HEADINGS + len(rows)}"


def _columns(rows: Sequence[Row]) -> list[Column]:
    facts = {one.name: one.label for row in rows for one in row.shown}
    first = rows[0]
    answer = _("Answer (%(currency)s)") % {"currency": first.currency} if first.kind == "money" else _("Answer")
    note = Column(NOTE, _("Note: why (has to be given)") if any(row.why for row in rows) else _("Note: why"))
    return [
        Column("case", _("Case")), Column("customer", _("Customer")), Column("question", _("Question")),
        *(Column(FACT + name, label) for name, label in facts.items()),
        Column("due", _("Due")), Column(ANSWER, answer),
        *([] if first.kind == "words" else [note]), Column(KEY, "key"),
    ]  # fmt: skip


def _write(sheet: Worksheet, number: int, row: Row, columns: Sequence[Column], link: Link, language: str) -> None:
    written: dict[str, str] = {}
    for at, column in enumerate(columns, 1):
        cell = sheet.cell(number, at)
        cell.alignment = Alignment(wrap_text=column.name in ("question", NOTE, ANSWER), vertical="top")
        if column.name in (ANSWER, NOTE):
            cell.fill = TINT
            cell.number_format = _format(row) if column.name == ANSWER else "@"
        elif column.name != KEY and (value := value_in(row, column.name)) is not None:
            put(cell, value)
            written[column.name] = keys.stamp(text_of(value))
    sheet.cell(number, 1).hyperlink = link(row.line.reference)
    sheet.cell(number, 1).font = Font(color="0B57D0", underline="single")
    key = keys.Key(task=row.want.pk, version=row.want.case.version, language=language, written=written)
    put_text(sheet.cell(number, len(columns)), keys.signed(key))


def _format(row: Row) -> str:
    return amount(row.currency) if row.kind == "money" else FORMATS.get(row.kind, "@")


def _validate(sheet: Worksheet, rows: Sequence[Row], columns: Sequence[Column], lists: Lists) -> None:
    """What a spreadsheet program checks itself; all of it is checked again on the way back."""
    letter = get_column_letter(1 + [column.name for column in columns].index(ANSWER))
    rules: dict[str, DataValidation] = {}
    for number, row in enumerate(rows, FIRST):
        found = _rule(row, lists)
        if found is not None:
            rule = rules.setdefault(str(found.formula1), found)
            rule.add(f"{letter}{number}")
    for rule in rules.values():
        sheet.add_data_validation(rule)


def _rule(row: Row, lists: Lists) -> DataValidation | None:
    if row.options and row.kind != "choices":
        place = lists.place(tuple(words for _value, words in row.options))
        return _told(DataValidation(type="list", formula1=place), _("Choose one from the list."))
    if row.kind == "date":
        rule = DataValidation(type="date", operator="greaterThan", formula1="1")
        return _told(rule, _("Write a day, such as 2026-03-31."))
    if row.kind in ("integer", "decimal", "money"):
        kind = "whole" if row.kind == "integer" else "decimal"
        rule = DataValidation(type=kind, operator="between", formula1="-1E+15", formula2="1E+15")
        return _told(rule, _("Write a number."))
    return None


def _told(rule: DataValidation, words: str) -> DataValidation:
    rule.allow_blank, rule.showErrorMessage, rule.error = True, True, words
    return rule
