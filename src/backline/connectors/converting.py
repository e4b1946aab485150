"""What a system answers, made into exact values of the declared type; anything else is a broken answer."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal, InvalidOperation
from typing import Any
from zoneinfo import ZoneInfo

from backline.engine.currencies import CURRENCIES
from backline.engine.definition import RecordType, ValueType
from backline.engine.values import Money, Row

YES, NO = frozenset({"1", "yes", "true", "t", "y"}), frozenset({"", "0", "no", "false", "f", "n"})
ADDRESS = ("street", "postcode", "city", "region", "country")
PERSON = ("name", "email", "phone", "birth_date", "language", "number")


class BrokenAnswer(Exception):
    """The system answered something that is not as declared. The message names the member, never the value."""


@dataclass(frozen=True, slots=True)
class Converter:
    """Knows a system's records, its currency and its zone."""

    records: Mapping[str, RecordType]
    currency: str = "EUR"
    zone: str = "UTC"

    def value(self, kind: ValueType, raw: Any) -> Any:
        """A single raw value as ``kind``; None stays None."""
        if raw is None or (raw == "" and kind.kind != "text"):
            return None
        try:
            return self._value(kind, raw)
        except (ValueError, TypeError, KeyError, ArithmeticError, InvalidOperation) as wrong:
            raise BrokenAnswer(f"is not {kind.kind}") from wrong

    def members(self, told: Mapping[str, ValueType], raw: Mapping[str, Any]) -> dict[str, Any]:
        """Named values from a row's columns or an object's keys."""
        return {name: self._member(name, kind, raw) for name, kind in told.items()}

    def _member(self, name: str, kind: ValueType, raw: Mapping[str, Any]) -> Any:
        try:
            if kind.kind == "money" and name not in raw and f"{name}_minor" in raw:
                return self._minor(raw[f"{name}_minor"], raw.get(f"{name}_currency"))
            if kind.kind == "money" and f"{name}_currency" in raw and raw.get(name) is not None:
                return Money(Decimal(str(raw[name])), str(raw[f"{name}_currency"]))
            if kind.kind == "address" and name not in raw:
                return self.value(kind, raw)
            if name not in raw:
                raise BrokenAnswer("is not there")
            return self.value(kind, raw[name])
        except BrokenAnswer as wrong:
            raise BrokenAnswer(f"'{name}' {wrong}") from wrong

    def _minor(self, raw: Any, currency: Any) -> Money | None:
        if raw is None:
            return None
        named = str(currency or self.currency)
        return Money(Decimal(int(raw)).scaleb(-CURRENCIES.get(named, 2)), named)

    def _value(self, kind: ValueType, raw: Any) -> Any:
        match kind.kind:
            case "text" | "e-mail" | "phone":
                return _text(raw)
            case "integer":
                return int(str(raw))
            case "decimal":
                return Decimal(str(raw))
            case "money":
                return self._money(raw)
            case "yes/no" | "consent":
                return _yes_no(raw)
            case "date":
                return _date(raw)
            case "datetime":
                return self._moment(raw)
            case "duration":
                return raw if isinstance(raw, timedelta) else timedelta(seconds=float(raw))
            case "choice":
                return _choice(kind, _text(raw))
            case _:
                return self._composed(kind, raw)

    def _composed(self, kind: ValueType, raw: Any) -> Any:
        match kind.kind:
            case "record":
                return self._record(kind.of, raw)
            case "list":
                return tuple(self._value(self._item_type(kind), one) for one in _sequence(raw))
            case "address":
                return _address(raw)
            case "person" | "organisation":
                return self._person(kind.kind, raw)
            case _:
                raise TypeError(kind.kind)

    def _money(self, raw: Any) -> Money:
        if isinstance(raw, Mapping):
            return Money(Decimal(str(raw["amount"])), str(raw.get("currency") or self.currency))
        return Money(Decimal(str(raw)), self.currency)

    def _moment(self, raw: Any) -> datetime:
        told = raw if isinstance(raw, datetime) else datetime.fromisoformat(_text(raw))
        aware = told if told.tzinfo else told.replace(tzinfo=ZoneInfo(self.zone))
        return aware.astimezone(UTC)

    def _record(self, of: str, raw: Any) -> Row:
        record = self.records.get(of)
        if record is None or not isinstance(raw, Mapping):
            raise TypeError(of)
        members = self.members(record.members, raw)
        return Row(of, str(next(iter(members.values()))), members)

    def _item_type(self, kind: ValueType) -> ValueType:
        return ValueType(kind="record", of=kind.of) if "." in kind.of else ValueType(kind=kind.of)  # type: ignore[arg-type]

    def _person(self, kind: str, raw: Any) -> Row:
        if not isinstance(raw, Mapping):
            raise TypeError(kind)
        members = {name: raw[name] for name in PERSON if raw.get(name) not in (None, "")}
        if "name" not in members:
            raise KeyError("name")
        if "birth_date" in members:
            members["birth_date"] = _date(members["birth_date"])
        return Row(kind, str(members.get("number", "")), members)


def _text(raw: Any) -> str:
    if isinstance(raw, Mapping | list):
        raise TypeError("text")
    return str(raw)


def _yes_no(raw: Any) -> bool:
    told = str(raw).strip().lower()
    if told in YES or told in NO:
        return told in YES
    raise ValueError("yes/no")


def _date(raw: Any) -> date:
    if isinstance(raw, datetime):
        return raw.date()
    return raw if isinstance(raw, date) else date.fromisoformat(_text(raw))


def _choice(kind: ValueType, told: str) -> str:
    if told not in kind.choices:
        raise ValueError("choice")
    return told


def _sequence(raw: Any) -> list[Any]:
    if not isinstance(raw, list | tuple):
        raise TypeError("list")
    return list(raw)


def _address(raw: Any) -> Row:
    if isinstance(raw, Mapping):
        members = {name: _text(raw[name]) for name in ADDRESS if raw.get(name) not in (None, "")}
        if not members:
            raise KeyError("street")
        return Row("address", "", members)
    return Row("address", "", {"street": _text(raw)})
