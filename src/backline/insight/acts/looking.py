"""Looking at a log: finds it by its name, and makes its acts when nobody has looked before."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from backline.insight.acts import preparing
from backline.insight.logs import store
from backline.insight.logs.importing import OWN


class NoSuchLog(Exception):
    """There is no log of that name."""


@dataclass(frozen=True, kw_only=True)
class Log:
    """A log in the store."""

    log: int
    name: str
    own: bool
    """Made of our own timelines"""
    kind: str
    imported_at: datetime
    events: int
    cases: int
    refused: int


def logs(folder: Path) -> list[Log]:
    """All logs, our own first."""
    with store.opened(folder) as connection:
        return logs_of(connection)


@contextmanager
def looked_at(folder: Path, name: str, *, own: bool) -> Iterator[tuple[duckdb.DuckDBPyConnection, Log]]:
    """A connection to the store, and the log with its acts made."""
    with store.opened(folder) as connection:
        log = _named(connection, name, own)
        if preparing.is_prepared(connection, log.log):
            yield connection, log
            return
    with store.opened(folder, writing=True) as connection:
        if not preparing.is_prepared(connection, log.log):
            connection.execute("BEGIN")
            preparing.prepare(connection, log.log)
            connection.execute("COMMIT")
    with store.opened(folder) as connection:
        yield connection, _named(connection, name, own)


def has(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    """Whether the store has this table; one of an earlier version may not."""
    found = "SELECT 1 FROM information_schema.tables WHERE table_name = ?"
    return connection.execute(found, [table]).fetchone() is not None


def _named(connection: duckdb.DuckDBPyConnection, name: str, own: bool) -> Log:
    found = next((log for log in logs_of(connection) if log.name == name and log.own == own), None)
    if found is None:
        raise NoSuchLog(name)
    return found


def logs_of(connection: duckdb.DuckDBPyConnection) -> list[Log]:
    """All logs of this store, our own first."""
    rows = connection.execute("SELECT log, name, kind, imported_at, events, cases, refused FROM logs").fetchall()
    found = [
        Log(
            log=log,
            name=name,
            own=kind == OWN,
            kind=kind,
            imported_at=at.replace(tzinfo=UTC),
            events=events,
            cases=cases,
            refused=refused,
        )
        for log, name, kind, at, events, cases, refused in rows
    ]
    return sorted(found, key=lambda log: (not log.own, log.name.casefold()))
