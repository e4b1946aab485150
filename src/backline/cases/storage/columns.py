"""How a value goes into a column. Found once for each column, since the ORM asks anew for every value of every row."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from django.db import connection
from django.db.models import (
    BooleanField,
    CharField,
    DateTimeField,
    Field,
    ForeignKey,
    IntegerField,
    JSONField,
    TextField,
)

from backline.cases.storage.driving import vendor
from backline.cases.storage.spelling import spelling

Prepare = Callable[[Any], Any]
PLAIN = (CharField, TextField, IntegerField, BooleanField, ForeignKey)
"""Their values are stored as they are: keys of rows are numbers here"""
INSTANTS = 256
"""A change writes the same few instants many times over"""


def prepare_of(field: Field[Any, Any], vendor: str) -> Prepare | None:
    """What is done to a value of this field before a database of this vendor stores it; None where that is nothing."""
    if isinstance(field, PLAIN):
        return None
    if isinstance(field, JSONField):
        return _json
    if isinstance(field, DateTimeField):
        return partial(_adapted, vendor)
    return partial(_other, field)


def stored_instant(at: datetime) -> Any:
    """An instant as this database stores it."""
    return _adapted(vendor(), at)


def _json(value: Any) -> str | None:
    """Both databases take JSON as text."""
    if value is None:
        return None
    return _spelt(value)


@lru_cache(maxsize=INSTANTS)
def _adapted(vendor: str, value: datetime | None) -> Any:
    return None if value is None else connection.ops.adapt_datetimefield_value(value)


def _other(field: Field[Any, Any], value: Any) -> Any:
    return field.get_db_prep_save(value, connection)


_spelt = spelling()
