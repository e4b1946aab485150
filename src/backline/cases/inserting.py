"""Rows of one table in one statement, for those that every change writes.

The statement is built once for a table. Django's ``bulk_create`` builds it anew each time, which costs more than the
database takes to carry it out.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connection
from django.db.models import Field, Model


def insert(rows: Sequence[Model]) -> None:
    """Insert these rows, all of one model; their ids are not read back."""
    if not rows:
        return
    sql, fields = _statement(type(rows[0]), connection.vendor, len(rows))
    values = [_stored(field, row) for row in rows for field in fields]
    with connection.cursor() as cursor:
        cursor.execute(sql, values)


@cache
def _statement(model: type[Model], vendor: str, count: int) -> tuple[str, tuple[Field[Any, Any], ...]]:
    """The statement for so many rows, and the fields in its order."""
    fields = tuple(field for field in model._meta.concrete_fields if not field.primary_key)
    columns = ", ".join(connection.ops.quote_name(str(field.column)) for field in fields)
    row = f"({', '.join(['%s'] * len(fields))})"
    table = connection.ops.quote_name(model._meta.db_table)
    return f"INSERT INTO {table} ({columns}) VALUES {', '.join([row] * count)}", fields  # noqa: S608 (names of our own models)


def _stored(field: Field[Any, Any], row: Model) -> Any:
    return field.get_db_prep_save(getattr(row, field.attname), connection)
