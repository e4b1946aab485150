"""One SQLAlchemy engine a database, with what each database needs to be asked safely and in time."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from backline.connectors.declarations import Settings
from backline.connectors.sql.binding import MYSQL

POOL = 5
STEPS = 10_000
"""Of SQLite's own machine between two looks at the clock: less than a millisecond"""


def make_engine(settings: Settings, *, folder: Path) -> Engine:
    """An engine for the address in the settings. A SQLite database has to exist: none is made by asking for it."""
    url = make_url(settings.url)
    if settings.secret:
        url = url.set(password=settings.secret)
    if url.get_backend_name() == "sqlite":
        return _sqlite(url, settings, folder)
    if url.get_backend_name() in MYSQL:
        return _mariadb(url, settings)
    return create_engine(
        url, pool_size=POOL, pool_pre_ping=True, pool_timeout=settings.connect_s, hide_parameters=True,
        connect_args={"connect_timeout": max(1, round(settings.connect_s))},
    )  # fmt: skip


@contextmanager
def asking(engine: Engine, *, deadline_s: float) -> Iterator[Connection]:
    """A transaction in which nothing can be written."""
    options = {"postgresql_readonly": True} if engine.dialect.name == "postgresql" else {}
    with (
        engine.connect().execution_options(**options) as connection,
        connection.begin(),
        _limited(connection, deadline_s),
    ):
        yield connection


@contextmanager
def writing(engine: Engine, *, deadline_s: float) -> Iterator[Connection]:
    """A connection for a transaction that sees itself as if it were alone; the caller begins and commits."""
    options: dict[str, object] = {"writes": True}
    if engine.dialect.name != "sqlite":
        options["isolation_level"] = "SERIALIZABLE"
    with engine.connect().execution_options(**options) as connection, _limited(connection, deadline_s):
        yield connection


@contextmanager
def _limited(connection: Connection, deadline_s: float) -> Iterator[None]:
    """Within this, the database gives up after the deadline."""
    name = connection.dialect.name
    if name == "sqlite":
        raw, ends = _raw(connection), time.monotonic() + deadline_s
        raw.set_progress_handler(lambda: time.monotonic() > ends, STEPS)
        try:
            yield
        finally:
            raw.set_progress_handler(None, STEPS)
        return
    if name in MYSQL:
        writes = connection.get_execution_options().get("writes")
        connection.exec_driver_sql(f"set session transaction read {'write' if writes else 'only'}")
        connection.exec_driver_sql(f"set session max_statement_time = {max(0.01, deadline_s):.3f}")
        if writes:
            connection.commit()
    if name == "postgresql":
        connection.exec_driver_sql(f"set statement_timeout = {max(1, round(deadline_s * 1000))}")
        if connection.get_execution_options().get("writes"):
            connection.commit()
    yield


def _mariadb(url: URL, settings: Settings) -> Engine:
    """No answer is waited for longer than the system's own limit, since the driver has none for each call."""
    limit = max(1, round(settings.within_s))
    return create_engine(
        url, pool_size=POOL, pool_pre_ping=True, pool_timeout=settings.connect_s, hide_parameters=True,
        connect_args={
            "connect_timeout": max(1, round(settings.connect_s)), "read_timeout": limit, "write_timeout": limit,
            "charset": "utf8mb4", "init_command": "set sql_mode = 'traditional,ansi_quotes'",
        },
    )  # fmt: skip


def _sqlite(url: URL, settings: Settings, folder: Path) -> Engine:
    if not url.database:
        raise ArgumentError("a SQLite address names a file: sqlite:///systems/name.sqlite3")
    path = (folder / url.database).resolve()
    engine = create_engine(
        f"sqlite:///file:{path}?mode=rw&uri=true", pool_size=POOL, hide_parameters=True,
        connect_args={"timeout": settings.connect_s, "check_same_thread": False},
    )  # fmt: skip

    @event.listens_for(engine, "connect")
    def plain(connection: sqlite3.Connection, _record: object) -> None:
        connection.isolation_level = None
        connection.execute("pragma foreign_keys = on")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        writes = connection.get_execution_options().get("writes", False)
        _raw(connection).execute(f"pragma query_only = {0 if writes else 1}")
        connection.exec_driver_sql("begin immediate" if writes else "begin")

    return engine


def _raw(connection: Connection) -> sqlite3.Connection:
    """The driver's own connection."""
    raw = connection.connection.dbapi_connection
    assert isinstance(raw, sqlite3.Connection)
    return raw
