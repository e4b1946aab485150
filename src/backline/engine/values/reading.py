"""What people type, generously read; what cannot be read is refused with a sentence that helps."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from backline.engine.definition import Span, ValueType
from backline.engine.values.amounts import read_money, read_number
from backline.engine.values.days import read_date, read_datetime
from backline.engine.values.money import Money
from backline.engine.values.problems import refuse
from backline.engine.values.rows import Row

LONGEST_TEXT = 20_000
YES = frozenset({"yes", "y", "true", "1", "on", "ja", "j", "wahr", "oui", "si", "sí"})
NO = frozenset({"no", "n", "false", "0", "off", "nein", "falsch", "non"})
E_MAIL = re.compile(r"[^\s@<>()\[\]\\,;:\"]+@(?:[^\s@<>()\[\]\\,;:\".]+\.)+[^\s@<>()\[\]\\,;:\".0-9]{2,}")
CONTROL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
ADDRESS = ("street", "line2", "postcode", "city", "region", "country")
UNITS: Mapping[str, Any] = {
    word: unit
    for unit, words in {
        "seconds": "second seconds sekunde sekunden", "minutes": "minute minutes minuten min",
        "hours": "hour hours stunde stunden h",
        "days": "day days tag tage tagen", "weeks": "week weeks woche wochen",
        "months": "month months monat monate monaten",
        "years": "year years jahr jahre jahren",
    }.items()
    for word in words.split()
}  # fmt: skip
LENGTH = re.compile(r"(\d{1,6})\s*(business |working )?([a-z]+)", re.IGNORECASE)


def parse(
    value_type: ValueType,
    raw: Any,
    *,
    currency: str = "",
    languages: Sequence[str] = ("en",),
    zone: str = "UTC",
    calling_code: str = "",
) -> Any:
    """The value that somebody's input stands for, or ValueProblem. A value of the type already stays as it is.

    ``currency`` is taken where none is written; ``languages`` (the reader's first) decide what a comma or a point
    means; ``zone``
    is that of a time without one; ``calling_code`` (``49``) completes national telephone numbers.
    """
    reader = Reader(
        value_type, currency=currency, languages=tuple(languages) or ("en",), zone=zone, calling_code=calling_code
    )
    if isinstance(raw, str):
        raw = cleaned(raw)
        if not raw:
            raise refuse("empty")
    elif raw is None:
        raise refuse("empty")
    return reader.read(raw)


def cleaned(text: str) -> str:
    """Without space around it and without characters that no field can keep."""
    if len(text) > LONGEST_TEXT:
        raise refuse("too long", most=str(LONGEST_TEXT))
    text = text.replace("\r\n", "\n").replace("\u00a0", " ").replace("\u202f", " ").strip()
    if CONTROL.search(text):
        raise refuse("sign")
    return text


class Reader:
    """Reads input as one type."""

    def __init__(
        self, value_type: ValueType, *, currency: str, languages: tuple[str, ...], zone: str, calling_code: str
    ) -> None:
        self.type = value_type
        self.currency = currency
        self.languages = languages
        self.zone = zone
        self.calling_code = calling_code

    def read(self, raw: Any) -> Any:
        readers: Mapping[str, Callable[[Any], Any]] = {
            "text": self.text, "integer": self.integer, "decimal": self.decimal, "money": self.money, "date": self.date,
            "datetime": self.datetime, "duration": self.duration, "yes/no": self.yes_no, "consent": self.yes_no,
            "choice": self.choice,
            "choices": self.choices, "e-mail": self.e_mail, "phone": self.phone, "address": self.address,
            "person": self.person,
            "organisation": self.person,
        }  # fmt: skip
        reader = readers.get(self.type.kind)
        if reader is not None:
            return reader(raw)
        if isinstance(raw, Row | tuple | bool):
            return raw
        raise refuse("kind")

    def text(self, raw: Any) -> str:
        if not isinstance(raw, str):
            raise refuse("kind")
        return raw

    def integer(self, raw: Any) -> int:
        if isinstance(raw, int) and not isinstance(raw, bool):
            return raw
        number = read_number(str(raw), self.languages, "integer")
        if number != number.to_integral_value():
            raise refuse("integer")
        return int(number)

    def decimal(self, raw: Any) -> Decimal:
        if isinstance(raw, bool):
            raise refuse("decimal")
        return Decimal(raw) if isinstance(raw, int | Decimal) else read_number(str(raw), self.languages, "decimal")

    def money(self, raw: Any) -> Money:
        if isinstance(raw, Money):
            return raw
        if isinstance(raw, Mapping):
            raw = f"{raw.get('amount', '')} {raw.get('currency', '')}".strip()
        if isinstance(raw, bool):
            raise refuse("money", currency=self.currency or "EUR")
        return read_money(str(raw), self.languages, self.currency)

    def date(self, raw: Any) -> date:
        if isinstance(raw, date) and not isinstance(raw, datetime):
            return raw
        return read_date(str(raw), self.languages)

    def datetime(self, raw: Any) -> datetime:
        return raw if isinstance(raw, datetime) and raw.tzinfo else read_datetime(str(raw), self.languages, self.zone)

    def duration(self, raw: Any) -> timedelta | Span:
        if isinstance(raw, timedelta | Span):
            return raw
        found = LENGTH.fullmatch(str(raw))
        unit: Any = UNITS.get(found[3].lower(), "") if found else ""
        business = bool(found and found[2])
        if found is None or not unit or (business and unit not in ("days", "hours")):
            raise refuse("duration")
        return Span(amount=int(found[1]), unit=unit, business=business)

    def yes_no(self, raw: Any) -> bool:
        if isinstance(raw, bool):
            return raw
        word = str(raw).casefold().rstrip(".!")
        if word in YES or word in NO:
            return word in YES
        raise refuse("yes/no")

    def choice(self, raw: Any) -> str:
        found = self.key(str(raw))
        if found is None:
            raise refuse("choice", choices=", ".join(self.type.choices.values()))
        return found

    def key(self, text: str) -> str | None:
        """A choice's key, by itself or by the words shown for it."""
        if text in self.type.choices or not self.type.choices:
            return text
        wanted = " ".join(text.casefold().split())
        return next(
            (
                key
                for key, shown in self.type.choices.items()
                if wanted in (key.casefold(), " ".join(shown.casefold().split()))
            ),
            None,
        )

    def choices(self, raw: Any) -> tuple[str, ...]:
        words = re.split(r"[,;\n]", raw) if isinstance(raw, str) else [str(word) for word in raw]
        keys = [self.key(word.strip()) for word in words if word.strip()]
        if None in keys:
            raise refuse("choices", choices=", ".join(self.type.choices.values()))
        order = list(self.type.choices)
        found = {key for key in keys if key is not None}
        return tuple(sorted(found, key=lambda key: (order.index(key) if key in order else len(order), key)))

    def e_mail(self, raw: Any) -> str:
        """The domain in small letters, the rest as it was written."""
        text = str(raw).removeprefix("mailto:")
        if len(text) > 254 or not E_MAIL.fullmatch(text) or ".." in text or text.startswith(".") or ".@" in text:
            raise refuse("e-mail")
        local, _, domain = text.rpartition("@")
        return f"{local}@{domain.lower()}"

    def phone(self, raw: Any) -> str:
        """``+`` and figures where the country is known, else figures alone."""
        text = re.sub(
            r"[\s().\-/]", "", str(raw).replace("(0)", "") if str(raw).strip().startswith(("+", "00")) else str(raw)
        )
        if text.startswith("00"):
            text = "+" + text[2:]
        if not re.fullmatch(r"\+?[0-9]{3,15}", text) or (text.startswith("+") and len(text) < 8):
            raise refuse("phone")
        if self.calling_code and text.startswith("0"):
            return f"+{self.calling_code}{text[1:]}"
        return text

    def address(self, raw: Any) -> Row:
        if isinstance(raw, Row):
            return raw
        parts = (
            address_parts(raw)
            if isinstance(raw, str)
            else {name: cleaned(str(raw.get(name) or "")) for name in ADDRESS}
        )
        if not (parts.get("street") and parts.get("city")):
            raise refuse("address")
        return Row(type="address", id="", members={name: parts[name] for name in ADDRESS if parts.get(name)})

    def person(self, raw: Any) -> Row:
        if isinstance(raw, Row):
            return raw
        told = {"name": raw} if isinstance(raw, str) else dict(raw)
        name = " ".join(cleaned(str(told.get("name") or "")).split())
        if not name or len(name) > 200:
            raise refuse("person")
        members: dict[str, Any] = {"name": name}
        if told.get("email"):
            members["email"] = self.e_mail(cleaned(str(told["email"])))
        if told.get("phone"):
            members["phone"] = self.phone(cleaned(str(told["phone"])))
        if told.get("birth_date"):
            members["birth_date"] = self.date(told["birth_date"])
        return Row(type=self.type.kind, id="", members=members)


def address_parts(text: str) -> dict[str, str]:
    """Street, postcode and town from lines or from parts between commas."""
    lines = [line.strip() for line in re.split(r"[\n,]", text) if line.strip()]
    parts: dict[str, str] = {"street": lines[0]} if lines else {}
    for line in lines[1:]:
        found = re.fullmatch(
            r"(?:[A-Z]{1,2}-)?(\d{4,6}) +(.+)|(.+?) +([A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}|[A-Z]{2} +\d{5}(?:-\d{4})?)",
            line,
        )
        if found and "city" not in parts:
            parts["postcode"], parts["city"] = (found[1], found[2]) if found[1] else (found[4], found[3])
        elif "city" in parts:
            parts["country"] = line
        else:
            parts["line2"] = line
    return parts
