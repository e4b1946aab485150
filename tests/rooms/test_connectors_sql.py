"""The sql connector against real databases: SQLite in a file, and PostgreSQL where the run has one."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from sqlalchemy import Engine, create_engine, make_url, text

from backline.connectors import calling, recording, systems
from backline.connectors.checking import check_all
from backline.connectors.contract import Again, Done, Found, Missing, NotDone, Refused
from backline.connectors.models import Call
from backline.engine.values import Money, Row, decode

pytestmark = pytest.mark.django_db
POSTGRESQL = os.environ.get("BACKLINE_DATABASE_URL", "")
SERIAL = {"sqlite": "integer primary key autoincrement", "postgresql": "serial primary key"}
TABLES = """
drop table if exists peer_entry;
drop table if exists peer_account;
create table peer_account (number text primary key, owner text, opened text, balance_minor integer);
create table peer_entry (
    id {serial}, key text unique, account text references peer_account, minor integer, memo text unique
);
insert into peer_account values ('A-1', 'Anna', '2020-02-29', 10000), ('A-2', 'Bert', '2021-01-01', 500);
"""
FILE = """
system: bank
kind: sql
settings: {{url: "{url}", connect: 1 second, within: 2 seconds}}
records:
  account: {{number: text, owner: text, opened: date, balance: money}}
operations:
  balance:
    with: {{number: text}}
    read: select balance_minor from peer_account where number = :number
    returns: money
  account:
    with: {{number: text}}
    read: select number, owner, opened, balance_minor from peer_account where number = :number
    returns: {{record: account}}
  accounts:
    with: {{at_least: money}}
    read: select number, owner, opened, balance_minor from peer_account where balance_minor >= :at_least_minor
    returns: {{list: account}}
  owners:
    read: select owner from peer_account order by owner
    returns: {{list: text}}
  exists:
    with: {{owner: person}}
    read: select 1 from peer_account where owner = :owner_name
    returns: yes/no
  sneaky:
    read: with x as (select 1) select owner from peer_account
    returns: {{list: text}}
  odd:
    read: select owner from peer_account where number = 'A-1'
    returns: money
  take:
    with: {{number: text, amount: money, memo: text}}
    sensitive: [memo]
    refuse:
      over_limit:
        if: select 1 from peer_account where number = :number and balance_minor < :amount_minor
        say: There is not enough.
      used: select 1 from peer_entry where memo = :memo
    write:
      - insert into peer_entry (key, account, minor, memo) values (:key, :number, :amount_minor, :memo)
      - update peer_account set balance_minor = balance_minor - :amount_minor where number = :number
    verify: select id, minor as taken_minor from peer_entry where key = :key
    gives: {{id: integer, taken: money}}
  note:
    with: {{memo: text}}
    write: insert into peer_entry (key, memo) values (:key, :memo)
    verify: select id from peer_entry where key = :key
    gives: {{id: integer}}
  forgets:
    write: delete from peer_entry where key = :key
    verify: select id from peer_entry where key = :key
"""


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Engine]:
    if request.param == "postgresql":
        if not POSTGRESQL:
            pytest.skip("no PostgreSQL server in this run")
        engine = create_engine(make_url(POSTGRESQL).set(drivername="postgresql+psycopg"))
    else:
        engine = create_engine(f"sqlite:///{tmp_path / 'bank.sqlite3'}")
    with engine.begin() as connection:
        for statement in TABLES.format(serial=SERIAL[engine.dialect.name]).split(";"):
            if statement.strip():
                connection.execute(text(statement))
    yield engine
    systems.forget()
    recording.forget()
    with engine.begin() as connection:
        connection.execute(text("drop table peer_entry"))
        connection.execute(text("drop table peer_account"))
    engine.dispose()


@pytest.fixture(autouse=True)
def bank(engine: Engine, tmp_path: Path, settings: pytest.FixtureRequest) -> None:
    settings.FOLDER = tmp_path  # type: ignore[attr-defined]
    (tmp_path / "connectors").mkdir()
    (tmp_path / "password").write_text(engine.url.password or "")
    is_file = engine.dialect.name == "sqlite"
    url = "sqlite:///bank.sqlite3" if is_file else engine.url.set(password=None).render_as_string()
    told = FILE.format(url=url)
    if engine.url.password:
        told = told.replace("settings: {", "settings: {password: {file: password}, ")
    (tmp_path / "connectors" / "bank.yaml").write_text(told)


def value(call: str, **arguments: object) -> object:
    found = calling.read(f"bank.{call}", arguments)
    assert isinstance(found, Found), found
    return decode(found.type, found.value)


def eur(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def take(key: str, amount: str = "30", memo: str = "rent") -> object:
    return calling.write("bank.take", {"number": "A-1", "amount": eur(amount), "memo": memo}, key=key)


def entries(engine: Engine) -> int:
    with engine.connect() as connection:
        return int(connection.execute(text("select count(*) from peer_entry")).scalar_one())


def test_a_read_gives_values_of_the_declared_types() -> None:
    assert value("balance", number="A-1") == eur("100.00")
    account = value("account", number="A-1")
    assert isinstance(account, Row)
    assert (account.type, account.id, account.get("balance")) == ("bank.account", "A-1", eur("100.00"))
    assert str(account.get("opened")) == "2020-02-29"
    assert value("owners") == ("Anna", "Bert")
    assert [row.id for row in value("accounts", at_least=eur("50"))] == ["A-1"]  # type: ignore[attr-defined]


def test_no_row_is_missing_for_a_value_and_no_for_a_yes_or_no() -> None:
    assert calling.read("bank.balance", {"number": "A-9"}) == Missing(reason="none")
    assert value("exists", owner=Row("person", "1", {"name": "Anna"})) is True
    assert value("exists", owner=Row("person", "1", {"name": "Zoe"})) is False
    assert value("exists", owner=Row("person", "1", {})) is False


@pytest.mark.parametrize("number", ["A-1' or '1'='1", "A-1; drop table peer_account", "' union select '1"])
def test_input_is_bound_and_never_becomes_a_statement(number: str, engine: Engine) -> None:
    assert calling.read("bank.balance", {"number": number}) == Missing(reason="none")
    assert value("balance", number="A-1") == eur("100.00")


def test_an_answer_that_is_not_as_declared_is_broken() -> None:
    missing = calling.read("bank.odd", {})
    assert isinstance(missing, Missing)
    assert missing.reason == "broken"


def test_a_read_cannot_write(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "connectors" / "bank.yaml"
    sneaky = "with x as (select 1) delete from peer_account where number = 'A-2' returning owner"
    path.write_text(path.read_text().replace("with x as (select 1) select owner from peer_account", sneaky))
    assert isinstance(calling.read("bank.sneaky", {}), Missing)
    assert value("owners") == ("Anna", "Bert")


def test_a_write_is_done_when_it_was_read_back(engine: Engine) -> None:
    done = take("C-1/pay//1")
    assert isinstance(done, Done)
    assert {name: decode(done.types[name], one) for name, one in done.gives.items()} == {"id": 1, "taken": eur("30.00")}
    assert value("balance", number="A-1") == eur("70.00")


def test_the_same_key_writes_once_however_often_it_is_sent(engine: Engine) -> None:
    first, second = take("C-1/pay//1"), take("C-1/pay//1")
    assert first == second
    assert entries(engine) == 1
    assert value("balance", number="A-1") == eur("70.00")


def test_two_attempts_at_once_write_once(engine: Engine, transactional_db: None) -> None:
    results: list[object] = []
    threads = [threading.Thread(target=lambda: results.append(take("C-2/pay//1"))) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(isinstance(result, Done | Again) for result in results)
    assert any(isinstance(result, Done) for result in results)
    assert entries(engine) == 1


def test_of_writers_at_once_each_is_done_or_refused_and_none_is_put_off(engine: Engine, transactional_db: None) -> None:
    results: list[object] = []

    def withdraw(number: int) -> None:
        results.append(take(f"C-{number}/pay//1", amount="40", memo=f"rent {number}"))

    threads = [threading.Thread(target=withdraw, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(type(result).__name__ for result in results) == ["Done", "Done", "Refused", "Refused"], results
    assert value("balance", number="A-1") == eur("20.00")


def test_writers_of_different_rows_of_a_small_table_are_done_at_once(engine: Engine, transactional_db: None) -> None:
    meet = threading.Barrier(4)
    results: list[object] = []

    def book(number: int) -> None:
        meet.wait()
        for turn in range(5):
            results.append(calling.write("bank.note", {"memo": f"{number}-{turn}"}, key=f"C-{number}/note//{turn}"))

    threads = [threading.Thread(target=book, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert {type(result) for result in results} == {Done}, results
    assert entries(engine) == 20


def test_a_business_refusal_writes_nothing_and_says_why(engine: Engine) -> None:
    assert take("C-3/pay//1", amount="100.01") == Refused(code="over_limit", message="There is not enough.")
    assert entries(engine) == 0


def test_the_first_refusal_that_holds_decides(engine: Engine) -> None:
    take("C-4/pay//1", memo="rent")
    assert take("C-5/pay//1", memo="rent") == Refused(code="used")
    assert entries(engine) == 1


def test_all_statements_of_a_write_hold_or_none(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "connectors" / "bank.yaml"
    path.write_text(
        path.read_text().replace("update peer_account set balance_minor", "update peer_account set nothing")
    )
    assert isinstance(take("C-6/pay//1"), Refused | Again)
    assert entries(engine) == 0


def test_a_write_that_cannot_be_read_back_is_not_believed() -> None:
    result = calling.write("bank.forgets", {}, key="C-7")
    assert not isinstance(result, Done)


def test_verify_tells_what_is_there_and_what_is_not() -> None:
    take("C-8/pay//1")
    payload = {"number": "A-1", "amount": eur("30"), "memo": "rent"}
    assert isinstance(calling.verify("bank.take", payload, key="C-8/pay//1"), Done)
    assert calling.verify("bank.take", payload, key="C-9/pay//1") == NotDone()


def test_a_locked_or_absent_database_is_down_for_now(engine: Engine, tmp_path: Path) -> None:
    path = tmp_path / "connectors" / "bank.yaml"
    path.write_text(
        "system: bank\nkind: sql\nsettings: {url: 'sqlite:///nowhere.sqlite3'}\n" + path.read_text().split("\n", 4)[4]
    )
    missing = calling.read("bank.balance", {"number": "A-1"})
    assert isinstance(missing, Missing)
    assert (missing.reason, missing.for_now) == ("down", True)
    assert isinstance(take("C-10/pay//1"), Again)
    assert not (tmp_path / "nowhere.sqlite3").exists()
    assert not check_all()[0].ok


def test_every_call_is_recorded_with_what_is_sensitive_masked() -> None:
    take("C-11/pay//1", memo="for the doctor")
    calling.read("bank.exists", {"owner": Row("person", "1", {"name": "Anna"})})
    recording.flush()
    written, read = Call.objects.order_by("pk")
    assert (written.system, written.operation, written.purpose, written.key, written.result) == (
        "bank", "bank.take", "write", "C-11/pay//1", "done",
    )  # fmt: skip
    assert written.arguments["number"] == "A-1"
    assert written.arguments["memo"] == "…"
    assert read.arguments == {"owner": "…"}
    assert "doctor" not in str(written.arguments)


def test_checking_asks_the_database_without_effect(engine: Engine) -> None:
    assert [(health.system, health.kind, health.ok) for health in check_all()] == [("bank", "sql", True)]
