"""The tables of acts, beside those of logs."""

from __future__ import annotations

import duckdb
import ibis
import ibis.expr.types as ir

DOES, SEES, PEOPLE, SYSTEMS = 0, 1, 2, 3
"""The four sides of a service"""
UNKNOWN, QUEUE, CUSTOMER, SYSTEM, BATCH = 0, 1, 2, 3, 4
"""Why a case stood; time outside working hours is taken out of the queue and called calendar"""

ACTS = ibis.schema(
    {
        "log": "int32",
        "case_number": "int32",
        "position": "int32",
        "activity": "int32",
        "side": "int16",
        "actor": "int32",
        "resource": "int32",
        "channel": "int32",
        "began": "timestamp",
        "moment": "timestamp",
        "touched": "float64",
        "waited": "float64",
        "closed": "float64",
        "cause": "int16",
        "activity_before": "int32",
        "side_before": "int16",
        "actor_before": "int32",
        "resource_before": "int32",
        "again": "int32",
        "broke": "int32",
        "elapsed": "float64",
        "last": "boolean",
    }
)
PROMISES = ibis.schema(
    {
        "log": "int32",
        "case_number": "int32",
        "name": "int32",
        "due": "timestamp",
        "settled": "timestamp",
        "kept": "boolean",
    }
)
TABLES = """
CREATE TABLE IF NOT EXISTS acts (
    log INTEGER, case_number INTEGER, position INTEGER, activity INTEGER, side SMALLINT, actor INTEGER,
    resource INTEGER, channel INTEGER, began TIMESTAMP, moment TIMESTAMP, touched DOUBLE, waited DOUBLE, closed DOUBLE,
    cause SMALLINT, activity_before INTEGER, side_before SMALLINT, actor_before INTEGER, resource_before INTEGER,
    again INTEGER, broke INTEGER, elapsed DOUBLE, last BOOLEAN);
CREATE TABLE IF NOT EXISTS promises (
    log INTEGER, case_number INTEGER, name INTEGER, due TIMESTAMP, settled TIMESTAMP, kept BOOLEAN);
CREATE TABLE IF NOT EXISTS prepared (log INTEGER PRIMARY KEY, told VARCHAR);
"""
"""``touched`` (the work itself), ``waited`` (before it) and ``closed`` (of that, outside working hours) are seconds,
null where nobody knows; ``elapsed`` are seconds since the case began; ``again`` counts the same activity earlier in the
case; ``broke`` counts the promises that broke between the act before and this one; ``kept`` is null while a promise
runs; ``told`` is, as JSON, what the sides were read from"""
OWN = ("acts", "promises", "prepared")


def make(connection: duckdb.DuckDBPyConnection) -> None:
    """The tables, where they are not there yet."""
    connection.execute(TABLES)


def forget(connection: duckdb.DuckDBPyConnection, log: int) -> None:
    """Take the acts of a log out of the store."""
    for table in OWN:
        connection.execute(f"DELETE FROM {table} WHERE log = ?", [log])  # noqa: S608 - names from the table above


def acts(name: str = "acts") -> ir.Table:
    """The acts of all logs."""
    return ibis.table(ACTS, name=name)


def promises(name: str = "promises") -> ir.Table:
    """The promises made in cases."""
    return ibis.table(PROMISES, name=name)
