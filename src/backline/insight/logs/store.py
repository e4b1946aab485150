"""The columnar file beside the database: what all logs tell, in the shape that measures read."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from backline.insight.logs.report import LogRefused

FILE = "insight.duckdb"
PATIENCE_S = 10.0
SETTINGS = {
    "autoinstall_known_extensions": "false",
    "autoload_known_extensions": "false",
    "memory_limit": "2GB",
    "threads": "2",
}
TABLES = """
CREATE TABLE IF NOT EXISTS logs (
    log INTEGER PRIMARY KEY, name VARCHAR NOT NULL, kind VARCHAR NOT NULL, imported_at TIMESTAMP NOT NULL,
    events BIGINT NOT NULL, cases BIGINT NOT NULL, refused BIGINT NOT NULL);
CREATE TABLE IF NOT EXISTS cases (
    log INTEGER, case_number INTEGER, name VARCHAR, started TIMESTAMP, ended TIMESTAMP, lasted DOUBLE,
    events INTEGER, variant INTEGER, repeated INTEGER, open BOOLEAN);
CREATE TABLE IF NOT EXISTS steps (
    log INTEGER, case_number INTEGER, position INTEGER, activity INTEGER, resource INTEGER, lifecycle INTEGER,
    moment TIMESTAMP, activity_before INTEGER, resource_before INTEGER, waited DOUBLE, place BIGINT);
CREATE TABLE IF NOT EXISTS words (log INTEGER, kind VARCHAR, number INTEGER, name VARCHAR);
CREATE TABLE IF NOT EXISTS variants (log INTEGER, variant INTEGER, path VARCHAR, cases INTEGER);
CREATE TABLE IF NOT EXISTS facts (log INTEGER, case_number INTEGER, place BIGINT, key VARCHAR, value VARCHAR);
CREATE TABLE IF NOT EXISTS refusals (log INTEGER, line BIGINT, reason VARCHAR);
CREATE TABLE IF NOT EXISTS acts (
    log INTEGER, case_number INTEGER, position INTEGER, activity INTEGER, side SMALLINT, actor INTEGER,
    resource INTEGER, channel INTEGER, began TIMESTAMP, moment TIMESTAMP, touched DOUBLE, waited DOUBLE, closed DOUBLE,
    cause SMALLINT, activity_before INTEGER, side_before SMALLINT, actor_before INTEGER, resource_before INTEGER,
    again INTEGER, broke INTEGER, elapsed DOUBLE, last BOOLEAN);
CREATE TABLE IF NOT EXISTS promises (
    log INTEGER, case_number INTEGER, name INTEGER, due TIMESTAMP, settled TIMESTAMP, kept BOOLEAN);
CREATE TABLE IF NOT EXISTS tallies (
    log INTEGER, case_number INTEGER, contacts INTEGER, asked_twice INTEGER, rekeyed INTEGER);
CREATE TABLE IF NOT EXISTS scores (
    log INTEGER, case_number INTEGER, acts INTEGER, people INTEGER, touched DOUBLE, queue DOUBLE, calendar DOUBLE,
    customer DOUBLE, system DOUBLE, batch DOUBLE, handoffs INTEGER, returned INTEGER, again INTEGER, contacts INTEGER,
    asked_twice INTEGER, rekeyed INTEGER, kept INTEGER, broken INTEGER);
CREATE TABLE IF NOT EXISTS prepared (log INTEGER PRIMARY KEY, told VARCHAR);
CREATE TABLE IF NOT EXISTS foretold (log INTEGER PRIMARY KEY, told VARCHAR);
CREATE TABLE IF NOT EXISTS fed (log INTEGER, case_number INTEGER, sequence INTEGER);
CREATE TABLE IF NOT EXISTS feeding (swept BIGINT, fed_at TIMESTAMP);
"""
"""``lasted`` and ``waited`` are seconds, ``waited`` since the step before; ``repeated`` counts the steps whose activity
had occurred in the case before; ``words`` are the names of activities, resources and life cycles; a fact without
``place`` belongs to the case. What ``acts`` are, ``insight.acts`` says: ``touched`` (the work itself), ``waited``
(before it) and ``closed`` (of that, outside working hours) are seconds, null where nobody knows; ``elapsed`` are
seconds since the case began; ``again`` counts the same activity earlier in the case, ``broke`` the promises that broke
between the act before and this one; ``kept`` is null while a promise runs. ``tallies`` are of our own cases alone;
``scores`` counts in each case what the measures are made of; ``prepared`` says, as JSON, how the acts of a log were
read; ``foretold``, as JSON, what was learnt of how long its cases still take; ``fed`` is how far the timeline of each
of our own cases was read, ``feeding`` up to which case the round of all has come"""
OWN = (
    *("logs", "cases", "steps", "words", "variants", "facts", "refusals", "acts", "promises", "tallies", "prepared"),
    *("scores", "fed", "foretold"),
)
DERIVED = ("acts", "promises", "tallies", "scores", "prepared", "fed")


@contextmanager
def opened(
    folder: Path, *, writing: bool = False, patience_s: float = PATIENCE_S
) -> Iterator[duckdb.DuckDBPyConnection]:
    """The organisation's store. One process writes at a time; another waits a little, then is told so."""
    path = folder / FILE
    if not path.exists() and not writing:
        _make(path, patience_s)
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = _connected(path, writing, patience_s)
    try:
        if writing:
            connection.execute(TABLES)
        yield connection
    finally:
        connection.close()


def forget(connection: duckdb.DuckDBPyConnection, log: int, tables: Sequence[str] = OWN) -> None:
    """Take a log out of the store, or out of some of its tables."""
    for table in tables:
        connection.execute(f"DELETE FROM {table} WHERE log = ?", [log])  # noqa: S608 - names from the table above


def _make(path: Path, patience_s: float) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = _connected(path, True, patience_s)
    connection.execute(TABLES)
    connection.close()


def _connected(path: Path, writing: bool, patience_s: float) -> duckdb.DuckDBPyConnection:
    until = time.monotonic() + patience_s
    while True:
        try:
            return duckdb.connect(str(path), read_only=not writing, config=dict(SETTINGS))
        except (
            duckdb.IOException,
            duckdb.ConnectionException,
        ) as busy:  # the second: this process has it open otherwise
            if "lock" not in str(busy).lower() and "different configuration" not in str(busy):
                raise LogRefused(f"{path} can't be opened: {str(busy).partition(chr(10))[0]}")
            if time.monotonic() > until:
                raise LogRefused(f"{path} is in use by another process; try again when that has finished")
            time.sleep(0.05)
