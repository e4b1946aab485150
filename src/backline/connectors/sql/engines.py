"""One SQLAlchemy engine a database, with what each database needs to be asked safely and in time."""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError

from backline.connectors.declarations import Settings
from backline.connectors.sql.binding import MYSQL

POOL = 5


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
        raw = connection.connection.dbapi_connection
        timer = threading.Timer(deadline_s, raw.interrupt if isinstance(raw, sqlite3.Connection) else lambda: None)
        timer.daemon = True
        timer.start()
        try:
            yield
        finally:
            timer.cancel()
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
        connection.exec_driver_sql(f"pragma query_only = {0 if writes else 1}")
        connection.exec_driver_sql("begin immediate" if writes else "begin")

    return engine
