"""What is written in a cell: typed where a spreadsheet has the type, and never a formula."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import TYPE_CHECKING

from backline.documents.parsing.cells import number_text
from backline.engine.values import Money

if TYPE_CHECKING:
    from openpyxl.cell.cell import Cell

LONGEST = 4_000
DAY, MOMENT, AMOUNT = "yyyy-mm-dd", "yyyy-mm-dd hh:mm", "#,##0.00"
CODE = re.compile(r"[A-Z]{3}")
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
LIKE_A_FORMULA = "=+-@\t\r"


def put(cell: Cell, value: object) -> None:
    """Write a value."""
    if isinstance(value, Money):
        cell.value, cell.number_format = float(value.amount), amount(value.currency)
    elif isinstance(value, Decimal | int) and not isinstance(value, bool):
        cell.value = float(value)
    elif isinstance(value, datetime):
        cell.value, cell.number_format = _minute(value), MOMENT
    elif isinstance(value, date):
        cell.value, cell.number_format = value, DAY
    else:
        put_text(cell, str(value))


def put_text(cell: Cell, text: str) -> None:
    """Write text as text, also where it begins like a formula."""
    text = _writable(text)
    cell.value = text or None
    if text:
        cell.data_type, cell.number_format = "s", "@"
        cell.quotePrefix = text[0] in LIKE_A_FORMULA


def text_of(value: object) -> str:
    """What whoever reads the cell finds in it."""
    if isinstance(value, Money):
        return number_text(float(value.amount))
    if isinstance(value, Decimal | int) and not isinstance(value, bool):
        return number_text(float(value))
    if isinstance(value, datetime):
        moment = _minute(value)
        return moment.date().isoformat() if moment.time() == time() else moment.isoformat("T", "minutes")
    return value.isoformat() if isinstance(value, date) else _writable(str(value))


def amount(currency: str) -> str:
    """How an amount is shown."""
    return f'{AMOUNT} "{currency}"' if CODE.fullmatch(currency) else AMOUNT


def _minute(value: datetime) -> datetime:
    return value.replace(tzinfo=None, second=0, microsecond=0)


def _writable(text: str) -> str:
    return UNWRITABLE.sub("", text)[:LONGEST]
