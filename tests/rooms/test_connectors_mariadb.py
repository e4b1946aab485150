"""The sql connector against a real MariaDB in a process of its own: the contract, and what that database does."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from backline.connectors import calling, recording, systems
from backline.connectors.contract import Done, Found, Missing
from backline.connectors.contract_suite import ContractSuite, Example, Peer
from backline.engine.values import Money, decode
from tests.peers.mariadb import DATABASE, PASSWORD, MariaDb, NoMariaDb, mariadb

pytest.importorskip("pymysql", reason="PyMySQL is not installed")
pytestmark = pytest.mark.django_db
FILE = """
system: shop
kind: sql
settings:
  url: {url}
  password: {{file: shop.password}}
  zone: Europe/Berlin
  connect: 1 second
  within: 2 seconds
  breaker: {{failures: 1000, pause: 1 second}}
records:
  order: {{number: text, placed: datetime, due: date, total: money, share: decimal, gift: yes/no}}
operations:
  price: {{with: {{what: text}}, read: "select price_minor from offer where what = :what", returns: money}}
  slow:
    within: 0.3 seconds
    read: select count(*) as n from seq_1_to_1000000 a, seq_1_to_1000000 b
    returns: integer
  sneaky: {{read: "with x as (select 1) select next value for counter as n", returns: integer}}
  order:
    with: {{what: text, price: money, memo: text}}
    sensitive: [memo]
    refuse: {{too_dear: "select 1 from offer where what = :what and price_minor > :price_minor"}}
    write: insert into orders (id, what, memo) values (:key, :what, :memo)
    verify: select what from orders where id = :key
    gives: {{what: text}}
  place:
    with: {{placed: datetime, due: date, total: money, share: decimal, gift: yes/no}}
    write: >-
      insert into placed (number, placed, due, total_minor, share, gift)
      values (:key, :placed, :due, :total_minor, :share, :gift)
    verify: select number from placed where number = :key
    gives: {{number: text}}
  placed:
    with: {{number: text}}
    read: select number, placed, due, total_minor, share, gift from placed where number = :number
    returns: {{record: order}}
"""
TABLES = """
create table offer (what varchar(40) primary key, price_minor int);
insert into offer values ('tea', 1250);
create table orders (id varchar(120) primary key, what varchar(40), memo text);
create table placed (number varchar(120) primary key, placed datetime(6), due date, total_minor bigint,
                     share decimal(20, 10), gift bool);
create sequence counter;
"""
MEMO = "for my knees"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[MariaDb]:
    try:
        with mariadb(tmp_path_factory.mktemp("mariadb")) as server:
            server.ask(TABLES, DATABASE)
            yield server
    except NoMariaDb as wrong:
        pytest.skip(f"MariaDB can't be had here: {wrong}")


def declared(server: MariaDb, folder: Path) -> str:
    (folder / "shop.password").write_text(PASSWORD)
    return FILE.format(url=server.url)


class Shop(Peer):
    """A database of a real server."""

    system = "shop"
    finds = Example(operation="price", arguments={"what": "tea"})
    value = Money(Decimal("12.50"), "EUR")
    misses = Example(operation="price", arguments={"what": "air"})
    writes = Example(operation="order", arguments={"what": "tea", "price": Money(Decimal(13), "EUR"), "memo": MEMO})
    gives = {"what": "tea"}
    refused = Example(operation="order", arguments={"what": "tea", "price": Money(Decimal(12), "EUR"), "memo": MEMO})
    refusal = "too_dear"
    secrets = (MEMO, PASSWORD)

    def __init__(self, server: MariaDb) -> None:
        self.server = server

    def declaration(self, folder: Path) -> str:
        return declared(self.server, folder)

    def count(self) -> int:
        return int(self.server.ask("select count(*) from orders", DATABASE)[0][0])

    def hanging(self) -> AbstractContextManager[None]:
        return self.server.frozen()

    @contextmanager
    def away(self) -> Iterator[None]:
        self.server.stop()
        try:
            yield
        finally:
            self.server.start()


class TestContract(ContractSuite):
    @pytest.fixture(scope="class")
    @classmethod
    def peer(cls, server: MariaDb) -> Shop:
        return Shop(server)


@pytest.fixture
def shop(server: MariaDb, organisation_folder: Path) -> Iterator[MariaDb]:
    (organisation_folder / "connectors").mkdir(exist_ok=True)
    (organisation_folder / "connectors" / "shop.yaml").write_text(declared(server, organisation_folder))
    systems.forget()
    yield server
    systems.forget()
    recording.forget()


def test_values_come_back_exactly_and_times_in_the_systems_own_zone(shop: MariaDb) -> None:
    placed = datetime(2026, 7, 24, 14, 30, 15, 250_000, tzinfo=UTC)
    told = {"placed": placed, "due": date(2028, 2, 29), "total": Money(Decimal("123456789.01"), "EUR"),
            "share": Decimal("0.1234567891"), "gift": True}  # fmt: skip
    assert isinstance(calling.write("shop.place", told, key="P-1"), Done)
    found = calling.read("shop.placed", {"number": "P-1"})
    assert isinstance(found, Found), found
    assert decode(found.type, found.value).members == {"number": "P-1", **told}
    assert shop.ask("select placed from placed where number = 'P-1'", DATABASE) == [["2026-07-24 16:30:15.250000"]]


def test_a_read_can_not_write(shop: MariaDb) -> None:
    before = shop.ask("select previous value for counter, next_not_cached_value from counter", DATABASE)
    assert isinstance(calling.read("shop.sneaky", {}), Missing)
    assert shop.ask("select previous value for counter, next_not_cached_value from counter", DATABASE) == before


def test_a_statement_that_takes_too_long_is_stopped_by_the_server(shop: MariaDb) -> None:
    missing = calling.read("shop.slow", {})
    assert isinstance(missing, Missing)
    assert (missing.reason, missing.for_now) == ("late", True)
    running = "select count(*) from information_schema.processlist where info like 'select count(*) as n from seq%'"
    assert shop.ask(running) == [["0"]]


def test_orders_at_once_stand_in_one_anothers_way_and_are_all_done(shop: MariaDb) -> None:
    def order(number: int) -> object:
        told = {"what": "tea", "price": Money(Decimal(13), "EUR"), "memo": MEMO}
        return calling.write("shop.order", told, key=f"O-{number}")

    with ThreadPoolExecutor(4) as hands:
        results = list(hands.map(order, range(40)))
    assert {type(result) for result in results} == {Done}, results
    assert shop.ask("select count(*) from orders where id like 'O-%'", DATABASE) == [["40"]]
