"""Amounts and dates as documents print them, in the ways of several countries. What could be two things is unsure."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation

from backline.engine.values import Money

SURE, LIKELY, DOUBTFUL = 1.0, 0.9, 0.5
SIGNS = {"$": "USD", "US$": "USD", "€": "EUR", "£": "GBP", "CHF": "CHF", "FR.": "CHF", "¥": "JPY"}
CURRENCY = r"US\$|[$€£¥]|\b(?:USD|EUR|GBP|CHF|JPY|CAD|AUD|SEK|NOK|DKK|PLN)\b|\bFr\."
GROUP = "[.,'’ \u00a0\u202f]"
AMOUNT = re.compile(
    rf"(?P<before>{CURRENCY})?\s?(?P<sign>[-−(])?\s?"
    rf"(?P<number>\d{{1,3}}(?:{GROUP}\d{{3}})+(?:[.,]\d{{1,2}})?|\d+(?:[.,]\d{{1,2}})?)(?![\d/])"
    rf"\s?(?P<after>{CURRENCY})?"
)
MONTHS = (
    "january januar janvier enero januari gennaio jänner",
    "february februar février fevrier febrero februari febbraio",
    "march märz mars marzo maart",
    "april avril abril aprile",
    "may mai mayo mei maggio",
    "june juni juin junio giugno",
    "july juli juillet julio luglio",
    "august août aout agosto augustus",
    "september septembre septiembre settembre",
    "october oktober octobre octubre ottobre",
    "november novembre noviembre",
    "december dezember décembre decembre diciembre dicembre",
)
"""In the languages that are read; a word of three letters or more that begins one of them is that month"""
ISO = re.compile(r"\b(\d{4})-(\d{2})-(\d{2})\b")
NUMERIC = re.compile(r"\b(\d{1,2})([./-])\s?(\d{1,2})\2\s?(\d{4}|\d{2})\b")
DAY_FIRST = re.compile(r"\b(\d{1,2})(?:st|nd|rd|th|\.)?\s+(?:de\s+)?([^\W\d_]{3,10})\.?,?\s+(?:de\s+)?(\d{4})\b")
MONTH_FIRST = re.compile(r"\b([^\W\d_]{3,10})\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})\b")


@dataclass(frozen=True, kw_only=True, slots=True)
class FoundValue:
    """A value in a text: where it stands there, and how sure its meaning is."""

    value: object
    start: int
    end: int
    certainty: float = SURE


def find_amount(text: str, *, currency: str) -> FoundValue | None:
    """The first amount of money in a text; ``currency`` where none is printed beside it."""
    for match in AMOUNT.finditer(text):
        printed = (match["before"] or match["after"] or "").upper()
        amount = _number(match["number"])
        if amount is None or (not printed and not currency):
            continue
        if match["sign"]:
            amount = -amount
        exact = bool(printed) or bool(re.search(r"[.,]\d{2}$", match["number"]))
        money = Money(amount, SIGNS.get(printed, printed) or currency)
        return FoundValue(value=money, start=match.start(), end=match.end(), certainty=SURE if exact else LIKELY)
    return None


def find_number(text: str) -> FoundValue | None:
    """The first number in a text."""
    match = AMOUNT.search(text)
    number = _number(match["number"]) if match else None
    if match is None or number is None:
        return None
    return FoundValue(value=-number if match["sign"] else number, start=match.start("number"), end=match.end("number"))


def find_date(text: str, *, order: str) -> FoundValue | None:
    """The first date in a text. ``order`` (``dmy``, ``mdy``) settles 03/04/2026; without it that is doubtful."""
    found = [one for one in (_iso(text), _written(text), _numeric(text, order)) if one]
    return min(found, key=lambda one: one.start, default=None)


def _number(printed: str) -> Decimal | None:
    plain = re.sub(r"['’ \u00a0\u202f]", "", printed)
    mark = re.search(r"[.,](\d{1,2})$", plain)
    whole, cents = (plain[: mark.start()], mark[1]) if mark else (plain, "")
    try:
        return Decimal(f"{re.sub(r'[.,]', '', whole)}.{cents or '0'}").normalize() + Decimal("0.00")
    except InvalidOperation:
        return None


def _iso(text: str) -> FoundValue | None:
    match = ISO.search(text)
    return _dated(match, match[1], match[2], match[3]) if match else None


def _written(text: str) -> FoundValue | None:
    if (match := DAY_FIRST.search(text)) and (month := _month(match[2])):
        return _dated(match, match[3], month, match[1])
    if (match := MONTH_FIRST.search(text)) and (month := _month(match[1])):
        return _dated(match, match[3], month, match[2])
    return None


def _numeric(text: str, order: str) -> FoundValue | None:
    match = NUMERIC.search(text)
    if not match:
        return None
    one, mark, two, year = match.groups()
    year = f"20{year}" if len(year) == 2 else year
    order = order or ("dmy" if mark == "." else "")
    if order:
        day, month = (one, two) if order == "dmy" else (two, one)
        return _dated(match, year, month, day)
    if int(one) > 12 or one == two:
        return _dated(match, year, two, one)
    return _dated(match, year, one, two, certainty=SURE if int(two) > 12 else DOUBTFUL)


def _dated(
    match: re.Match[str], year: str, month: str | int, day: str, *, certainty: float = SURE
) -> FoundValue | None:
    try:
        value = date(int(year), int(month), int(day))
    except ValueError:
        return None
    return FoundValue(value=value, start=match.start(), end=match.end(), certainty=certainty)


def _month(word: str) -> int:
    start = word.casefold()
    return next((n for n, names in enumerate(MONTHS, 1) if any(name.startswith(start) for name in names.split())), 0)
