"""The statements that every change makes: rows of one table inserted at once, rows updated where they are still as
seen.

Each is built once for a table and its columns. The ORM builds it anew at every call, which costs several times what the
database takes to carry it out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, JSONField, Model

PLAIN = (str, int)
"""Stored as they are, except as JSON"""
Fields = tuple["Field[Any, Any]", ...]


def insert(rows: Sequence[Model]) -> None:
    """Insert these rows, all of one model; their ids are not read back."""
    if rows:
        sql, fields = _insert(type(rows[0]), connection.vendor, len(rows))
        with connection.cursor() as cursor:
            cursor.execute(sql, [_stored(field, getattr(row, field.attname)) for row in rows for field in fields])


def insert_one(row: Model) -> None:
    """Insert this row, which then has its id."""
    sql, fields = _insert(type(row), connection.vendor, 1)
    with connection.cursor() as cursor:
        cursor.execute(f"{sql} RETURNING id", [_stored(field, getattr(row, field.attname)) for field in fields])
        row.pk = cursor.fetchone()[0]
    row._state.adding = False


def update(model: type[Model], values: Mapping[str, Any], *, where: Mapping[str, Any]) -> int:
    """Set these columns in the rows that have exactly those (None: empty) values; answers how many had."""
    empty = tuple(name for name, value in where.items() if value is None)
    sql, fields = _update(model, connection.vendor, tuple(values), tuple(where), empty)
    given = [*values.values(), *(value for value in where.values() if value is not None)]
    with connection.cursor() as cursor:
        cursor.execute(sql, [_stored(field, value) for field, value in zip(fields, given, strict=True)])
        return int(cursor.rowcount)


@cache
def _insert(model: type[Model], vendor: str, count: int) -> tuple[str, Fields]:
    """The statement for so many rows, and the fields in its order."""
    fields = tuple(field for field in model._meta.concrete_fields if not field.primary_key)
    columns = ", ".join(_name(str(field.column)) for field in fields)
    rows = ", ".join([f"({', '.join(['%s'] * len(fields))})"] * count)
    sql = f"INSERT INTO {_name(model._meta.db_table)} ({columns}) VALUES {rows}"  # noqa: S608 (names of our models)
    return sql, fields


@cache
def _update(
    model: type[Model], vendor: str, columns: tuple[str, ...], where: tuple[str, ...], empty: tuple[str, ...]
) -> tuple[str, Fields]:
    changed = [_field(model, name) for name in columns]
    asked = [_field(model, name) for name in where]
    setting = ", ".join(f"{_name(str(field.column))} = %s" for field in changed)
    conditions = " AND ".join(
        f"{_name(str(field.column))} {'IS NULL' if name in empty else '= %s'}"
        for name, field in zip(where, asked, strict=True)
    )
    sql = f"UPDATE {_name(model._meta.db_table)} SET {setting} WHERE {conditions}"  # noqa: S608 (names of our models)
    return sql, (*changed, *(field for name, field in zip(where, asked, strict=True) if name not in empty))


def _field(model: type[Model], name: str) -> Field[Any, Any]:
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    if not isinstance(field, Field):
        raise TypeError(f"{name} is no column of {model.__name__}")
    return field


def _stored(field: Field[Any, Any], value: Any) -> Any:
    if value is None or (type(value) in PLAIN and not isinstance(field, JSONField)):
        return value
    return field.get_db_prep_save(value, connection)


def _name(name: str) -> str:
    return connection.ops.quote_name(name)
