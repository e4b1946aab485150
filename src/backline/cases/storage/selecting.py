"""Rows by columns that say which, for what every change and look reads: a statement and its converters are made once.

The ORM makes both anew at every call, which costs several times what the database takes to find the row.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from functools import cache
from typing import Any, TypeVar

from django.db import connection
from django.db.models import DateTimeField, Field, JSONField, Model
from django.db.models.expressions import Col

from backline.cases.storage import driving
from backline.cases.storage.driving import hole, vendor
from backline.cases.storage.rows import stored

Found = TypeVar("Found", bound=Model)
Converter = Callable[[Any, Any, Any], Any]


def one(model: type[Found], **where: str | int) -> Found | None:
    """The row that has these values, or None; the first by id where several have."""
    found = _found(model, "id LIMIT 1", where)
    return found[0] if found else None


def the(model: type[Found], **where: str | int) -> Found:
    """The row that has these values; raises the model's DoesNotExist without one."""
    found = one(model, **where)
    if found is None:
        raise model.DoesNotExist(where)  # type: ignore[attr-defined]
    return found


def several(model: type[Found], *, order: str = "id", **where: str | int | None) -> list[Found]:
    """The rows that have these values (None: empty), in the order of this column."""
    return _found(model, order, where)


def _found(model: type[Found], order: str, where: Mapping[str, str | int | None]) -> list[Found]:
    empty = tuple(name for name, value in where.items() if value is None)
    sql, names, converters = _select(model, vendor(), tuple(where), empty, order)
    rows = driving.fetch(sql, [value for value in where.values() if value is not None])
    return [stored(model, names, _converted(row, converters)) for row in rows]


def _converted(row: Sequence[Any], converters: Sequence[tuple[int, Col, Converter]]) -> list[Any]:
    values = list(row)
    for position, column, convert in converters:
        if values[position] is not None:
            values[position] = convert(values[position], column, connection)
    return values


@cache
def _select(
    model: type[Model], vendor: str, where: tuple[str, ...], empty: tuple[str, ...], order: str
) -> tuple[str, list[str], list[tuple[int, Col, Converter]]]:
    """The statement, the names of its columns, and what is done to which of them."""
    fields = model._meta.concrete_fields
    quote = connection.ops.quote_name
    columns = ", ".join(quote(str(field.column)) for field in fields)
    asked = " AND ".join(
        f"{quote(_column(model, name))} {'IS NULL' if name in empty else f'= {hole(vendor)}'}" for name in where
    )
    sql = f"SELECT {columns} FROM {quote(model._meta.db_table)} WHERE {asked} ORDER BY {order}"  # noqa: S608
    converters = [(n, column, convert) for n, field in enumerate(fields) for column, convert in _converters(field)]
    return sql, [field.attname for field in fields], converters


def _column(model: type[Model], name: str) -> str:
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    if not isinstance(field, Field):
        raise TypeError(f"{name} is no column of {model.__name__}")
    return str(field.column)


def _converters(field: Field[Any, Any]) -> list[tuple[Col, Converter]]:
    column = Col(field.model._meta.db_table, field)
    if isinstance(field, JSONField):
        return [(column, _json)]
    if isinstance(field, DateTimeField) and vendor() == "sqlite":
        return [(column, _instant)]
    own = [*connection.ops.get_db_converters(column), *column.get_db_converters(connection)]
    return [(column, convert) for convert in own]


_read = json.JSONDecoder().decode


def _instant(at: datetime, column: Col, connection: Any) -> datetime:
    """SQLite keeps instants without their zone, in UTC."""
    return at.replace(tzinfo=UTC)


def _json(text: str | None, column: Col, connection: Any) -> Any:
    """Both databases give JSON as text."""
    if text == "[]":
        return []  # as most lists are
    return None if text is None else _read(text)
