"""Values as JSON and back, exactly: ``decode(type, encode(value)) == value``."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

from backline.engine.definition import Span, ValueType
from backline.engine.values.money import Money
from backline.engine.values.rows import Row

MICROSECOND = timedelta(microseconds=1)


def encode(value: Any) -> Any:
    """A value as JSON knows it: an amount as ``{"amount": "5.00", "currency": "EUR"}``, times in ISO 8601, decimals
    as text."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return str(value)
        case Money():
            return {"amount": str(value.amount), "currency": value.currency}
        case date():
            return value.isoformat()
        case timedelta():
            return {"microseconds": value // MICROSECOND}
        case Span():
            return {"amount": value.amount, "unit": value.unit, "business": value.business}
        case Row():
            members = {name: encode_member(member) for name, member in value.members.items()}
            return {"type": value.type, "id": value.id, "members": members}
        case tuple() | list():
            return [encode(item) for item in value]
    raise TypeError(f"{type(value).__name__} is not a value of a fact")


def decode(value_type: ValueType, data: Any) -> Any:
    """The value of that type that ``encode`` wrote; ValueError (or KeyError, TypeError) where it did not."""
    if data is None:
        return None
    match value_type.kind:
        case "decimal":
            return Decimal(data)
        case "money":
            return Money(Decimal(data["amount"]), data["currency"])
        case "date":
            return date.fromisoformat(data)
        case "datetime":
            return datetime.fromisoformat(data)
        case "duration":
            return decode_length(data)
        case "choices":
            return tuple(data)
    return decode_plain(data)


def decode_length(data: Mapping[str, Any]) -> timedelta | Span:
    if "microseconds" in data:
        return timedelta(microseconds=data["microseconds"])
    return Span(amount=data["amount"], unit=data["unit"], business=data["business"])


def decode_plain(data: Any) -> Any:
    """Rows, lists of rows, and what JSON knows by itself."""
    if isinstance(data, Mapping):
        members = {name: decode_member(member) for name, member in data["members"].items()}
        return Row(type=data["type"], id=data["id"], members=members)
    return tuple(decode_plain(item) for item in data) if isinstance(data, list) else data


TAGS: Mapping[str, str] = {
    "$decimal": "decimal", "$money": "money", "$date": "date", "$datetime": "datetime", "$length": "duration",
    "$row": "record", "$list": "list",
}  # fmt: skip


def encode_member(value: Any) -> Any:
    """A member says its type itself, since a row may have members that nobody declared."""
    match value:
        case None | bool() | int() | str():
            return value
        case Decimal():
            return {"$decimal": encode(value)}
        case Money():
            return {"$money": encode(value)}
        case datetime():
            return {"$datetime": encode(value)}
        case date():
            return {"$date": encode(value)}
        case timedelta() | Span():
            return {"$length": encode(value)}
        case tuple() | list():
            return {"$list": [encode_member(item) for item in value]}
    return {"$row": encode(value)}


def decode_member(data: Any) -> Any:
    if not isinstance(data, Mapping):
        return data
    ((tag, inner),) = data.items()
    if tag == "$list":
        return tuple(decode_member(item) for item in inner)
    kind: Any = TAGS[tag]
    return decode(ValueType(kind=kind), inner)
