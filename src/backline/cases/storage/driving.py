"""Statements handed straight to the database's driver.

Django's own cursor rewrites the placeholders of a statement with a regular expression at every call and passes through
four functions, which costs as much as SQLite takes for the statement itself. A change makes some ten of them. Errors
are still Django's, and it is the connection, and so the transaction, that everything else uses.
"""

from __future__ import annotations

import threading
from collections.abc import Sequence
from functools import cache
from typing import Any

from django.db import connections
from django.db.backends.base.base import BaseDatabaseWrapper

Rows = list[tuple[Any, ...]]
_of_thread = threading.local()


@cache
def vendor() -> str:
    """The kind of database that this process writes to; asking the connection each time takes longer than it looks."""
    return str(connections["default"].vendor)


def hole(vendor: str) -> str:
    """What stands for a value in a statement."""
    return "?" if vendor == "sqlite" else "%s"


def execute(sql: str, values: Sequence[Any]) -> int:
    """Carry it out; answers how many rows it changed."""
    connection = _connection()
    with connection.wrap_database_errors:
        return int(connection.connection.execute(sql, values).rowcount)


def fetch(sql: str, values: Sequence[Any]) -> Rows:
    """Carry it out; answers the rows that it gives."""
    connection = _connection()
    with connection.wrap_database_errors:
        rows: Rows = connection.connection.execute(sql, values).fetchall()
        return rows


def _connection() -> BaseDatabaseWrapper:
    """The connection of this thread, open. A thread keeps the one that it has, so it is looked up once."""
    connection: BaseDatabaseWrapper | None = getattr(_of_thread, "connection", None)
    if connection is None:
        connection = _of_thread.connection = connections["default"]
    if connection.connection is None:
        connection.ensure_connection()
    return connection
