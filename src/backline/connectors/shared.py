"""Short statements on rows that the processes of one database share, each a transaction of its own.

Inside a transaction there is none: its lock on the row would stop all other processes until it ends. Callers then go
on with what this process alone knows, and so they do while the database is away.
"""

from __future__ import annotations

import logging
from collections.abc import Mapping
from typing import Any

from django.db import DatabaseError, connection

log = logging.getLogger(__name__)
NOW = {"postgresql": "extract(epoch from clock_timestamp())", "sqlite": "((julianday('now') - 2440587.5) * 86400.0)"}
"""Seconds since 1970 by the clock of the database, which is the same for all machines"""
QUICK = {
    "postgresql": "with quick as materialized (select set_config('synchronous_commit', 'off', true)) ",
    "sqlite": "",
}
"""What may be forgotten when the machine goes down need not wait for its disk"""
OF_QUICK = {"postgresql": " from quick", "sqlite": ""}
SKIP_LOCKED = {"postgresql": " for update skip locked", "sqlite": ""}
Rows = list[tuple[Any, ...]]


def possible() -> bool:
    """Whether anything can be shared here and now."""
    return connection.vendor in NOW and not connection.in_atomic_block


def ask(statement: str, told: Mapping[str, Any]) -> Rows | None:
    """The rows that a statement returns; None where nothing is shared. ``{now}`` and the like are filled in."""
    if not possible():
        return None
    was_open = connection.connection is not None
    kind = connection.vendor
    filled = statement.format(
        now=NOW[kind], quick=QUICK[kind], of_quick=OF_QUICK[kind], skip_locked=SKIP_LOCKED[kind],
        greatest="greatest" if kind == "postgresql" else "max",
    )  # fmt: skip
    try:
        with connection.cursor() as cursor:
            cursor.execute(filled, told)
            return list(cursor.fetchall()) if cursor.description else []
    except DatabaseError:
        log.warning("limits of systems are not shared with other processes just now", exc_info=True)
        return None
    finally:
        if not was_open:  # a thread that only reads systems has no use for it, and ends without closing it
            connection.close()
