"""The kinds sql and http keep the contract of every connector."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from backline.connectors import systems
from backline.connectors.contract_suite import ContractSuite, Example, Peer
from backline.engine.values import Money
from tests.rooms.contract_process import ProcessPeer

pytestmark = pytest.mark.django_db

SQL = """
system: peer
kind: sql
settings: {url: "sqlite:///shop.sqlite3", connect: 0.2 seconds}
operations:
  price:
    with: {what: text}
    read: select price_minor from offer where what = :what
    returns: money
  order:
    with: {what: text, price: money, memo: text}
    sensitive: [memo]
    refuse:
      too_dear: select 1 from offer where what = :what and price_minor > :price_minor
    write: insert into orders (key, what, memo) values (:key, :what, :memo)
    verify: select what from orders where key = :key
    gives: {what: text}
"""
HTTP = """
system: peer
kind: http
settings: {url: "%s", token: {file: token}}
operations:
  price: {with: {what: text}, read: {get: "/prices/{what}", at: price}, returns: money}
  order:
    with: {what: text, memo: text}
    sensitive: [memo]
    write: {post: /orders, body: {what: "{what}", memo: "{memo}"}}
    verify: {get: "/orders/{key}"}
    refuse: {sold_out: {status: 409, error: sold_out}}
    gives: {what: text}
"""
SLOW = "with recursive n(i) as (select 1 union all select i + 1 from n) select 'x' what, max(i) price_minor from n"
MEMO = "for my knees"


class SqlShop(Peer):
    """A database in a file."""

    finds = Example(operation="price", arguments={"what": "tea"})
    value = Money(Decimal("12.50"), "EUR")
    misses = Example(operation="price", arguments={"what": "air"})
    writes = Example(
        operation="order", arguments={"what": "tea", "price": Money(Decimal(13), "EUR"), "memo": MEMO}
    )  # fmt: skip
    gives = {"what": "tea"}
    refused = Example(
        operation="order", arguments={"what": "tea", "price": Money(Decimal(12), "EUR"), "memo": MEMO}
    )  # fmt: skip
    refusal = "too_dear"
    secrets = (MEMO,)

    def __init__(self) -> None:
        self._path = Path()

    def declaration(self, folder: Path) -> str:
        self._path = folder / "shop.sqlite3"
        self._do(
            "create table prices (what text primary key, price_minor integer)",
            "create table orders (key text primary key, what text, memo text)",
            "create view offer as select what, price_minor from prices",
            "insert into prices values ('tea', 1250)",
        )
        return SQL

    def count(self) -> int:
        with closing(sqlite3.connect(self._path)) as connection:
            return int(connection.execute("select count(*) from orders").fetchone()[0])

    @contextmanager
    def losing_answers(self) -> Iterator[None]:
        """The driver commits, and then says that the line broke."""
        connector: Any = systems.link_of("peer").connector
        dialect = connector._engine.dialect
        commit = dialect.do_commit

        def lost(connection: Any) -> None:
            commit(connection)
            raise sqlite3.OperationalError("disk I/O error")

        dialect.do_commit = lost
        yield
        dialect.do_commit = commit

    @contextmanager
    def busy(self) -> Iterator[float]:
        """Somebody else writes; a database asks for no pause of a length of its own."""
        with closing(sqlite3.connect(self._path, isolation_level=None)) as connection:
            connection.execute("begin immediate")
            yield 0.0

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """What the price is taken from takes for ever."""
        self._do("drop view offer", f"create view offer as {SLOW}")
        yield
        self._do("drop view offer", "create view offer as select what, price_minor from prices")

    @contextmanager
    def away(self) -> Iterator[None]:
        hidden = self._path.rename(self._path.with_suffix(".hidden"))
        yield
        hidden.rename(self._path)

    def _do(self, *statements: str) -> None:
        with closing(sqlite3.connect(self._path, isolation_level=None)) as connection:
            for statement in statements:
                connection.execute(statement)


class HttpShop(ProcessPeer):
    """A service in a process of its own."""

    script = Path(__file__).with_name("contract_http_service.py")
    finds = Example(operation="price", arguments={"what": "tea"})
    value = Money(Decimal("12.50"), "EUR")
    misses = Example(operation="price", arguments={"what": "air"})
    writes = Example(operation="order", arguments={"what": "tea", "memo": MEMO})
    gives = {"what": "tea"}
    refused = Example(operation="order", arguments={"what": "gold", "memo": MEMO})
    refusal = "sold_out"
    secrets = (MEMO, "open-sesame")

    def declaration(self, folder: Path) -> str:
        (folder / "token").write_text("open-sesame\n")
        return HTTP % self.url


class TestSql(ContractSuite):
    """A SQLite database."""

    @pytest.fixture
    def peer(self) -> Peer:
        return SqlShop()


class TestHttp(ContractSuite):
    """An HTTP service."""

    @pytest.fixture(scope="class")
    @classmethod
    def peer(cls) -> Iterator[Peer]:
        with HttpShop() as peer:
            yield peer
