"""The statements that every change makes: rows of one table inserted at once, rows updated where they are still as
seen.

Each is built once for a table and its columns. The ORM builds it anew at every call, which costs several times what the
database takes to carry it out.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from itertools import chain
from typing import Any

from django.db import connection
from django.db.models import Field, Model

from backline.cases.storage import driving
from backline.cases.storage.columns import Prepare, prepare_of
from backline.cases.storage.driving import hole, vendor

Fields = tuple[tuple[str, Prepare | None], ...]
"""The attribute of a row, and how its value is stored; None where it is stored as it is"""


def insert(rows: Sequence[Model]) -> None:
    """Insert these rows, all of one model; their ids are not read back."""
    if rows:
        sql, fields = _insert(type(rows[0]), vendor(), len(rows))
        driving.execute(sql, [value for row in rows for value in _values(row, fields)])


def insert_lines(model: type[Model], columns: tuple[str, ...], lines: Sequence[Sequence[Any]]) -> None:
    """Insert rows that are given as values in the order of these columns, for tables that get many rows."""
    if lines:
        sql, fields = _insert(model, vendor(), len(lines), columns)
        driving.execute(sql, [value for line in lines for value in _stored(fields, line)])


def insert_stored(model: type[Model], columns: tuple[str, ...], lines: Sequence[tuple[Any, ...]]) -> None:
    """The same, of values that are as they are stored."""
    if lines:
        sql, _ = _insert(model, vendor(), len(lines), columns)
        driving.execute(sql, list(chain.from_iterable(lines)))


def insert_one(row: Model) -> None:
    """Insert this row, which then has its id."""
    sql, fields = _insert(type(row), vendor(), 1)
    ((row.pk,),) = driving.fetch(f"{sql} RETURNING id", _values(row, fields))
    row._state.adding = False


def update(model: type[Model], values: Mapping[str, Any], *, where: Mapping[str, Any]) -> int:
    """Set these columns in the rows that have exactly those (None: empty) values; answers how many had."""
    empty = tuple(name for name, value in where.items() if value is None)
    sql, fields = _update(model, vendor(), tuple(values), tuple(where), empty)
    given = [*values.values(), *(value for value in where.values() if value is not None)]
    return driving.execute(sql, _stored(fields, given))


def _values(row: Model, fields: Fields) -> list[Any]:
    """What a row has in these columns, as it is stored."""
    known = row.__dict__
    return [known[name] if prepare is None or known[name] is None else prepare(known[name]) for name, prepare in fields]


def _stored(fields: Fields, values: Sequence[Any]) -> list[Any]:
    """These values, as they are stored."""
    return [v if prepare is None else prepare(v) for (_, prepare), v in zip(fields, values, strict=True)]


@cache
def _insert(model: type[Model], vendor: str, count: int, columns: tuple[str, ...] | None = None) -> tuple[str, Fields]:
    """The statement for so many rows with these columns, or with all, and what goes into it."""
    every = tuple(field.attname for field in model._meta.concrete_fields if not field.primary_key)
    fields = tuple(_field(model, name) for name in columns or every)
    names = ", ".join(_name(str(field.column)) for field in fields)
    rows = ", ".join([f"({', '.join([hole(vendor)] * len(fields))})"] * count)
    sql = f"INSERT INTO {_name(model._meta.db_table)} ({names}) VALUES {rows}"  # noqa: S608 (names of our models)
    return sql, _prepared(fields, vendor)


@cache
def _update(
    model: type[Model], vendor: str, columns: tuple[str, ...], where: tuple[str, ...], empty: tuple[str, ...]
) -> tuple[str, Fields]:
    changed = [_field(model, name) for name in columns]
    asked = [_field(model, name) for name in where]
    setting = ", ".join(f"{_name(str(field.column))} = {hole(vendor)}" for field in changed)
    conditions = " AND ".join(
        f"{_name(str(field.column))} {'IS NULL' if name in empty else f'= {hole(vendor)}'}"
        for name, field in zip(where, asked, strict=True)
    )
    sql = f"UPDATE {_name(model._meta.db_table)} SET {setting} WHERE {conditions}"  # noqa: S608 (names of our models)
    given = [field for name, field in zip(where, asked, strict=True) if name not in empty]
    return sql, _prepared((*changed, *given), vendor)


def _prepared(fields: Sequence[Field[Any, Any]], vendor: str) -> Fields:
    return tuple((field.attname, prepare_of(field, vendor)) for field in fields)


def _field(model: type[Model], name: str) -> Field[Any, Any]:
    field = model._meta.pk if name == "pk" else model._meta.get_field(name)
    if not isinstance(field, Field):
        raise TypeError(f"{name} is no column of {model.__name__}")
    return field


def _name(name: str) -> str:
    return connection.ops.quote_name(name)
