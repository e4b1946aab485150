"""Values as Tryton's protocol has them, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Any

from backline.engine.values import Money, Row


def dumped(told: Any) -> bytes:
    """The body of a request."""
    return json.dumps(told, default=_classed, ensure_ascii=False).encode()


def loaded(body: bytes) -> Any:
    """The body of an answer. Raises ValueError."""
    return json.loads(body, object_hook=_plain)


def of_field(kind: str, value: Any) -> Any:
    """A value as a field of this kind takes it: a quantity is a float there, an amount a decimal."""
    if isinstance(value, Money):
        value = value.amount
    if isinstance(value, Row):
        value = value.id
    if value is None or value == "":
        return None
    match kind:
        case "float":
            return float(value)
        case "numeric":
            return Decimal(str(value))
        case "integer" | "many2one":
            return int(value)
        case "char" | "text" | "selection":
            return value if isinstance(value, str) else str(value)
    return value


def _classed(value: Any) -> Any:
    if isinstance(value, Decimal):
        return {"__class__": "Decimal", "decimal": str(value)}
    if isinstance(value, datetime):
        at = value.astimezone(UTC)
        parts = ("year", "month", "day", "hour", "minute", "second", "microsecond")
        return {"__class__": "datetime", **{part: getattr(at, part) for part in parts}}
    if isinstance(value, date):
        return {"__class__": "date", "year": value.year, "month": value.month, "day": value.day}
    if isinstance(value, timedelta):
        return {"__class__": "timedelta", "seconds": value.total_seconds()}
    if isinstance(value, Money):
        return _classed(value.amount)
    if isinstance(value, Row):
        return value.id
    raise TypeError(type(value).__name__)


def _plain(told: Mapping[str, Any]) -> Any:
    match told.get("__class__"):
        case "Decimal":
            return Decimal(told["decimal"])
        case "date":
            return date(told["year"], told["month"], told["day"])
        case "datetime":
            day = datetime(told["year"], told["month"], told["day"], tzinfo=UTC)
            return day.replace(
                hour=told["hour"], minute=told["minute"], second=told["second"], microsecond=told["microsecond"]
            )
        case "timedelta":
            return timedelta(seconds=told["seconds"])
    return told
