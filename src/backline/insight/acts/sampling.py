"""Every so manyth case of a large log, apart: what is asked of a million cases for the first time is answered of these.

They are drawn by their number, so a case is either in it with all that is told of it or not at all, and the drawing
does not depend on anything that is measured. What is said of them is said as of a sample, never as of all.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import duckdb
import pyarrow as pa

SCHEMA = "sample"
PART = 32
TABLES = ("cases", "acts", "scores", "facts")
TIMES, WHOLE = 2654435761, 2**32
DRAWN = f"(case_number::BIGINT * {TIMES}) % {WHOLE} < {WHOLE // PART}"
"""Knuth's multiplicative hash: cases whose numbers follow one another are drawn as if by chance"""


def keep(connection: duckdb.DuckDBPyConnection, log: int, cases: Sequence[int] | None = None) -> None:
    """Bring the sample of a log up to date: with these cases, or, where there is none yet, with all of them."""
    _make(connection)
    if cases is None or not is_kept(connection, log):
        of_log = f"log = {int(log)}"
        _replace(connection, of_log, f"{of_log} AND {DRAWN}")
    elif drawn := [case for case in cases if case * TIMES % WHOLE < WHOLE // PART]:
        connection.register("cases_drawn", pa.table({"case_number": pa.array(drawn, pa.int32())}))
        which = f"log = {int(log)} AND case_number IN (SELECT case_number FROM cases_drawn)"  # noqa: S608
        _replace(connection, which, which)
        connection.unregister("cases_drawn")
    connection.execute(f"DELETE FROM {SCHEMA}.kept WHERE log = ?", [log])  # noqa: S608
    connection.execute(f"INSERT INTO {SCHEMA}.kept VALUES (?)", [log])  # noqa: S608


def is_kept(connection: duckdb.DuckDBPyConnection, log: int) -> bool:
    """Whether there is a sample of this log."""
    there = "SELECT 1 FROM information_schema.tables WHERE table_schema = ? AND table_name = 'kept'"
    if not connection.execute(there, [SCHEMA]).fetchall():
        return False
    return bool(connection.execute(f"SELECT 1 FROM {SCHEMA}.kept WHERE log = ?", [log]).fetchall())  # noqa: S608


@contextmanager
def sampled(connection: duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    """Within it, what is asked of this connection is asked of the samples."""
    connection.execute(f"SET search_path = '{SCHEMA},main'")
    try:
        yield connection
    finally:
        connection.execute("SET search_path = 'main'")


def _replace(connection: duckdb.DuckDBPyConnection, old: str, new: str) -> None:
    for table in TABLES:
        connection.execute(f"DELETE FROM {SCHEMA}.{table} WHERE {old}")  # noqa: S608 - names from the table above
        connection.execute(f"INSERT INTO {SCHEMA}.{table} SELECT * FROM main.{table} WHERE {new}")  # noqa: S608


def _make(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(f"CREATE SCHEMA IF NOT EXISTS {SCHEMA}")
    connection.execute(f"CREATE TABLE IF NOT EXISTS {SCHEMA}.kept (log INTEGER)")
    for table in TABLES:
        connection.execute(f"CREATE TABLE IF NOT EXISTS {SCHEMA}.{table} AS FROM main.{table} LIMIT 0")
