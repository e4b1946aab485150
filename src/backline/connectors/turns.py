"""Whose turn it is among all processes on one PostgreSQL: one row a system, moved by one statement."""

from __future__ import annotations

import logging

from django.db import DatabaseError, connection

from backline.connectors.models import Turn

log = logging.getLogger(__name__)
TAKE = """
insert into {table} as turn (system, next_at)
values (%(system)s, clock_timestamp() + %(apart)s * interval '1 second')
on conflict (system) do update
set next_at = greatest(turn.next_at, clock_timestamp()) + %(apart)s * interval '1 second'
where turn.next_at <= clock_timestamp() + %(within)s * interval '1 second'
returning extract(epoch from turn.next_at - clock_timestamp()) - %(apart)s
"""
LEFT = "select extract(epoch from next_at - clock_timestamp()) from {table} where system = %s"


def shared(system: str, *, rate: float, within_s: float) -> float | None:
    """Seconds until this caller's turn; more than ``within_s``: none was taken. None: nothing is shared here.

    Inside a transaction nothing is shared either: its lock on the row would stop all others until it ends.
    """
    if connection.vendor != "postgresql" or connection.in_atomic_block:
        return None
    table, was_open = Turn._meta.db_table, connection.connection is not None
    try:
        with connection.cursor() as cursor:
            cursor.execute(TAKE.format(table=table), {"system": system, "apart": 1 / rate, "within": within_s})
            row = cursor.fetchone()
            if row is None:
                cursor.execute(LEFT.format(table=table), [system])
                row = cursor.fetchone() or (0,)
                return max(float(row[0]), within_s + 0.001)
            return max(0.0, float(row[0]))
    except DatabaseError:
        log.warning("the turn at %s was not shared with other processes", system, exc_info=True)
        return None
    finally:
        if not was_open:  # a thread that only reads systems has no use for it, and ends without closing it
            connection.close()
