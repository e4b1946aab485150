"""How a value goes into a column. Found once for each column, since the ORM asks anew for every value of every row."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime
from functools import lru_cache, partial
from typing import Any

from django.db import connection
from django.db.models import DateTimeField, Field, JSONField

Prepare = Callable[[Any], Any]
PLAIN = (str, int, bool)
"""Stored as they are"""
INSTANTS = 256
"""A change writes the same few instants many times over"""


class WrittenOut(str):
    """JSON that is written out already."""

    __slots__ = ()


def prepare_of(field: Field[Any, Any], vendor: str) -> Prepare:
    """What is done to a value of this field before a database of this vendor stores it."""
    if isinstance(field, JSONField):
        return _json
    if isinstance(field, DateTimeField):
        return partial(_adapted, vendor)
    return partial(_other, field)


def _json(value: Any) -> str | None:
    """Both databases take JSON as text."""
    if value is None:
        return None
    return str(value) if type(value) is WrittenOut else _ENCODER.encode(value)


@lru_cache(maxsize=INSTANTS)
def _adapted(vendor: str, value: datetime | None) -> Any:
    return None if value is None else connection.ops.adapt_datetimefield_value(value)


def _other(field: Field[Any, Any], value: Any) -> Any:
    if value is None or type(value) in PLAIN:
        return value
    return field.get_db_prep_save(value, connection)


_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
