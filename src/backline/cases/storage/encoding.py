"""Values as they lie in a timeline: JSON that says of itself what it is, so that no later case type can misread it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any, cast

from backline.engine.definition import Span
from backline.engine.record import Failure
from backline.engine.values import Money, Row


def encode(value: Any) -> Any:
    """Plain JSON for any value of a fact, a failure, or a structure of them."""
    if value is None or isinstance(value, str | bool | int):
        return value
    for kind, (name, write, _) in KINDS.items():
        if isinstance(value, kind):
            return {name: write(value)}
    raise TypeError(f"{type(value).__name__} cannot be kept in a timeline")


def decode(data: Any) -> Any:
    """The value that ``encode`` wrote."""
    if not isinstance(data, dict):
        return data
    ((name, inner),) = data.items()
    return READERS[name](inner)


def encode_members(members: Mapping[str, Any]) -> dict[str, Any]:
    """Each value encoded, by its name."""
    return {name: encode(value) for name, value in members.items()}


def decode_members(data: Mapping[str, Any]) -> dict[str, Any]:
    """Each value decoded, by its name."""
    return {name: decode(value) for name, value in data.items()}


def _write_row(row: Row) -> list[Any]:
    return [row.type, row.id, encode_members(row.members)]


def _read_row(data: list[Any]) -> Row:
    return Row(type=data[0], id=data[1], members=decode_members(data[2]))


def _read_span(data: list[Any]) -> Span:
    return Span(amount=data[0], unit=data[1], business=data[2])


def _write_failure(failure: Failure) -> list[str]:
    return [failure.reason, failure.detail]


Kind = tuple[str, Callable[[Any], Any], Callable[[Any], Any]]
KINDS: dict[type[Any], Kind] = {
    Money: ("money", lambda m: [str(m.amount), m.currency], lambda d: Money(Decimal(d[0]), d[1])),
    Decimal: ("decimal", str, Decimal),
    datetime: ("datetime", lambda v: v.isoformat(), datetime.fromisoformat),
    date: ("date", lambda v: v.isoformat(), date.fromisoformat),
    timedelta: ("seconds", lambda v: str(v.total_seconds()), lambda d: timedelta(seconds=float(d))),
    Span: ("span", lambda s: [s.amount, s.unit, s.business], _read_span),
    Row: ("row", _write_row, _read_row),
    Failure: ("failure", _write_failure, lambda d: Failure(reason=d[0], detail=d[1])),
    tuple: ("several", lambda v: [encode(one) for one in v], lambda d: tuple(decode(one) for one in d)),
    list: ("several", lambda v: [encode(one) for one in v], lambda d: tuple(decode(one) for one in d)),
    Mapping: ("members", lambda v: encode_members(cast("Mapping[str, Any]", v)), decode_members),
    float: ("decimal", lambda v: str(Decimal(str(v))), Decimal),
}
"""In this order: a datetime is a date too."""
READERS: dict[str, Callable[[Any], Any]] = {name: read for name, _, read in KINDS.values()}
