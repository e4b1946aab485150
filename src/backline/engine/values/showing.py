"""Values in words, for people, in their language."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from backline.engine.currencies import CURRENCIES, SIGNS
from backline.engine.definition import Span, ValueType
from backline.engine.values.days import MONTHS
from backline.engine.values.money import Money
from backline.engine.values.rows import Row

WORDS: Mapping[str, Mapping[str, str]] = {
    "en": {"yes": "Yes", "no": "No", "none": "none", "nothing": "–"},
    "de": {"yes": "Ja", "no": "Nein", "none": "keine Angabe", "nothing": "–"},
}
UNITS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "en": {
        "seconds": ("second", "seconds"), "minutes": ("minute", "minutes"), "hours": ("hour", "hours"),
        "days": ("day", "days"),
        "weeks": ("week", "weeks"), "months": ("month", "months"), "years": ("year", "years"),
        "business days": ("business day", "business days"), "business hours": ("business hour", "business hours"),
    },
    "de": {
        "seconds": ("Sekunde", "Sekunden"), "minutes": ("Minute", "Minuten"), "hours": ("Stunde", "Stunden"),
        "days": ("Tag", "Tage"),
        "weeks": ("Woche", "Wochen"), "months": ("Monat", "Monate"), "years": ("Jahr", "Jahre"),
        "business days": ("Werktag", "Werktage"), "business hours": ("Geschäftsstunde", "Geschäftsstunden"),
    },
}  # fmt: skip
SYMBOLS = {code: sign for sign, code in reversed(SIGNS.items()) if len(sign) == 1}


def show(value: Any, *, language: str = "en", type: ValueType | None = None, zone: str = "UTC") -> str:
    """A value as a person reads it. ``type`` gives choices their words; ``zone`` is the reader's."""
    tongue = language[:2].lower() if language[:2].lower() in WORDS else "en"
    if isinstance(value, str):
        return type.choices.get(value, value) if type is not None else value
    if isinstance(value, tuple | list):
        parts = [show(item, language=language, type=type, zone=zone) for item in value]
        return ", ".join(parts) or WORDS[tongue]["nothing"]
    if isinstance(value, datetime):
        local = value.astimezone(ZoneInfo(zone))
        return f"{day(local.date(), tongue)}, {local:%H:%M}"
    return plain(value, tongue)


def plain(value: Any, tongue: str) -> str:
    """A value that needs neither its type nor a zone to be shown."""
    match value:
        case None:
            return WORDS[tongue]["none"]
        case bool():
            return WORDS[tongue]["yes" if value else "no"]
        case int() | Decimal():
            return figures(Decimal(value), tongue)
        case Money():
            return amount(value, tongue)
        case date():
            return day(value, tongue)
        case timedelta() | Span():
            return length(value, tongue)
        case Row():
            return row(value, tongue)
    return str(value)


def figures(number: Decimal, tongue: str, places: int | None = None) -> str:
    """Thousands set apart, decimals after the language's mark."""
    text = f"{number:,.{places}f}" if places is not None else f"{number:,f}"
    return text.translate(str.maketrans(",.", ".,")) if tongue == "de" else text


def amount(money: Money, tongue: str) -> str:
    """``€1,234.50`` in English, ``1.234,50 €`` in German."""
    places = max(CURRENCIES.get(money.currency, 2), -int(money.amount.as_tuple().exponent))
    sign = SYMBOLS.get(money.currency, "")
    if tongue == "en" and sign:
        minus = "-" if money.amount < 0 else ""
        return f"{minus}{sign}{figures(abs(money.amount), tongue, places)}"
    return f"{figures(money.amount, tongue, places)} {sign or money.currency}".strip()


def day(value: date, tongue: str) -> str:
    """``12 March 2026``, ``12. März 2026``."""
    return f"{value.day}{'.' if tongue == 'de' else ''} {MONTHS[tongue][value.month - 1]} {value.year:04}"


def length(value: timedelta | Span, tongue: str) -> str:
    """A length of time in its largest whole unit."""
    if isinstance(value, Span):
        return counted(value.amount, f"business {value.unit}" if value.business else value.unit, tongue)
    seconds = int(value.total_seconds())
    for unit, size in (("days", 86400), ("hours", 3600), ("minutes", 60)):
        if seconds and seconds % size == 0:
            return counted(seconds // size, unit, tongue)
    return counted(seconds, "seconds", tongue)


def counted(number: int, unit: str, tongue: str) -> str:
    one, many = UNITS[tongue].get(unit, (unit, unit))
    return f"{number} {one if number == 1 else many}"


def row(value: Row, tongue: str) -> str:
    """A row by its name or title; an address by its lines."""
    members = value.members
    if value.type == "address":
        town = " ".join(str(members[name]) for name in ("postcode", "city") if members.get(name))
        lines = [members.get("street"), members.get("line2"), town, members.get("region"), members.get("country")]
        return ", ".join(str(line) for line in lines if line)
    for name in ("name", "title", "label", "reference", "number", "start"):
        if members.get(name):
            return show(members[name], language=tongue)
    return value.id
