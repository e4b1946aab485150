"""A system that takes no keys: what was sent and got lost may still come, and nothing keeps two of them apart."""

from __future__ import annotations

import json
import sqlite3
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from backline.cases.models import Case, Effect, Want
from backline.cases.storage.verifying import verify
from backline.connectors import calling, systems
from backline.connectors.configuring import read_system
from backline.connectors.contract import Done, ForAPerson, NotDone, Rehearsed
from backline.engine.definition import DefinitionProblems
from backline.engine.values import Money
from tests.rooms.cases_house import House

pytestmark = pytest.mark.django_db
FILE = """
system: desk
kind: http
settings: {{url: "http://127.0.0.1:{port}", within: 2 seconds}}
operations:
  order:
    with: {{what: text}}
    settles_within: 5 minutes
    write: {{post: /orders, body: {{what: "{{what}}", reference: "{{key}}"}}}}
    verify: {{get: /orders, query: {{reference: "{{key}}"}}, at: orders}}
    gives: {{number: text}}
  ring:
    with: {{what: text}}
    settles_within: 5 minutes
    write: {{post: /bell, body: {{what: "{{what}}"}}}}
"""
ERRAND = """
case: errand
title: Fetch something
for: customer
owner: desk
roles: {{customer: {{label: You}}}}
facts:
  what: {{label: What?, type: text, ask: customer}}
actions:
  fetch: {{label: Order it, call: desk.{operation}, with: {{what: what}}{gives}}}
outcomes:
  fetched: {{label: Fetched, when: what != "", do: [fetch]}}
  otherwise: {{label: Nothing}}
"""


@dataclass
class Desk:
    """Takes what it is sent, key or not; ``loses``: how many it takes and then does not answer."""

    port: int = 0
    orders: list[dict[str, str]] = field(default_factory=list)
    slow: list[dict[str, str]] = field(default_factory=list)
    """Taken, and not done yet"""
    loses: int = 0
    works_slowly: bool = False

    def take(self, order: dict[str, str]) -> int:
        (self.slow if self.works_slowly else self.orders).append(order)
        self.loses -= 1
        return 504 if self.loses >= 0 else 201

    def finish(self) -> None:
        self.orders += self.slow
        self.slow = []


@pytest.fixture
def desk(house: House) -> Iterator[Desk]:
    known = Desk()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            order = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            self.reply(known.take(order), {})

        def do_GET(self) -> None:
            reference = self.path.partition("reference=")[2].replace("%2F", "/")
            found = [n for n, one in enumerate(known.orders) if one.get("reference") == reference]
            self.reply(200, {"orders": [{"number": f"O-{n}"} for n in found]})

        def reply(self, status: int, told: object) -> None:
            body = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    known.port = server.server_port
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True).start()
    (house.folder / "connectors" / "desk.yaml").write_text(FILE.format(port=known.port))
    yield known
    server.shutdown()
    server.server_close()
    systems.forget()


def open_errand(house: House, operation: str = "order") -> Case:
    gives = ", gives: {number: text}" if operation == "order" else ""
    house.publish(ERRAND.format(operation=operation, gives=gives))
    return house.open("errand", what="a parcel")


def effect_of(case: Case) -> Effect:
    return Effect.objects.get(case=case)


def test_that_nothing_is_there_is_not_believed_before_what_was_sent_can_not_come_any_more(
    house: House, desk: Desk
) -> None:
    desk.works_slowly, desk.loses = True, 1
    case = open_errand(house)
    house.pass_time(minutes=4)
    effect = effect_of(case)
    assert (effect.state, effect.attempts) == ("unknown", 1)
    assert effect.reason == "it is not there, but what was sent may still come"
    desk.finish()
    house.pass_time(minutes=2)
    assert effect_of(case).state == "done"
    assert len(desk.orders) == 1
    assert Case.objects.get(pk=case.pk).outcome == "fetched"
    assert verify().broken == ()


def test_after_that_time_it_is_sent_again(house: House, desk: Desk) -> None:
    desk.works_slowly, desk.loses = True, 1
    case = open_errand(house)
    desk.slow, desk.works_slowly = [], False
    house.pass_time(minutes=6)
    house.pass_time(minutes=1)
    assert (effect_of(case).state, effect_of(case).attempts, len(desk.orders)) == ("done", 2, 1)


def test_a_double_is_found_when_it_is_read_back_and_waits_for_a_person(house: House, desk: Desk) -> None:
    desk.works_slowly, desk.loses = True, 1
    case = open_errand(house)
    desk.works_slowly, late, desk.slow = False, desk.slow, []
    desk.orders += late if not desk.orders else []
    desk.orders += late
    house.pass_time(minutes=6)
    effect = effect_of(case)
    assert (effect.state, effect.reason) == ("failed", "it is there 2 times, and has to be there once")
    assert Want.objects.filter(case=case, kind="exception", source="effect failed").exists()
    assert len(desk.orders) == 2, "it is not made a third time"


def test_what_can_not_be_read_back_and_got_no_answer_waits_for_a_person(house: House, desk: Desk) -> None:
    desk.loses = 1
    case = open_errand(house, "ring")
    house.pass_time(minutes=1)
    effect = effect_of(case)
    assert (effect.state, effect.attempts, len(desk.orders)) == ("failed", 1, 1)
    assert "nothing can be read back" in effect.reason


def test_what_can_not_be_read_back_is_done_when_the_system_says_so(house: House, desk: Desk) -> None:
    case = open_errand(house, "ring")
    assert effect_of(case).state == "done"
    assert calling.rehearse("desk.ring", {"what": "x"}, key="K") == Rehearsed(steps=("POST /bell",))


def test_a_read_back_that_answers_a_list_counts(house: House, desk: Desk) -> None:
    told = [calling.verify("desk.order", {"what": "x"}, key="K")]
    for _ in range(2):
        desk.orders.append({"what": "x", "reference": "K"})
        told.append(calling.verify("desk.order", {"what": "x"}, key="K"))
    assert [type(one) for one in told] == [NotDone, Done, ForAPerson]


def test_a_statement_that_finds_two_rows_is_a_double_where_no_key_keeps_them_apart(house: House) -> None:
    path = house.folder / "connectors" / "bank.yaml"
    twice = path.read_text().replace("payment from payment where key = :key", "payment from payment where :key != ''")
    told = []
    for settles in ("", "    settles_within: 1 minute\n"):
        path.write_text(twice.replace("  pay:\n", f"  pay:\n{settles}"))
        with sqlite3.connect(house.folder / "bank.sqlite3") as bank:
            bank.executemany("insert into payment (key) values (?)", [(f"{settles}1",), (f"{settles}2",)])
        bank.close()
        amount = Money(Decimal(1), "EUR")
        told.append(calling.verify("bank.pay", {"number": "A-1", "amount": amount}, key="K"))
        systems.forget()
    assert [type(one) for one in told] == [Done, ForAPerson]


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ("    settles_within: 5 minutes\n    write: {{post: /bell", "    write: {{post: /bell", "nothing proves it"),
        ("settles_within: 5 minutes", "settles_within: soon", "is no length of time"),
        ("  ring:\n    with: {{what: text}}\n", "  ring:\n    gives: {{number: text}}\n", "is read back"),
    ],
)
def test_what_is_declared_wrongly_is_told(tmp_path: Path, old: str, new: str, message: str) -> None:
    path = tmp_path / "desk.yaml"
    path.write_text(FILE.replace(old, new).format(port=9))
    with pytest.raises(DefinitionProblems) as raised:
        read_system(path, folder=tmp_path)
    assert any(message in one.message for one in raised.value.problems)


def test_how_long_it_may_take_is_counted_from_when_it_was_sent(house: House, desk: Desk) -> None:
    desk.works_slowly, desk.loses = True, 1
    case = open_errand(house)
    before = house.now
    house.pass_time(minutes=1)
    not_before = Case.objects.get(pk=case.pk).snapshot["effects"][effect_of(case).key]["not_before"]
    assert before + timedelta(minutes=5) <= type(before).fromisoformat(not_before) <= before + timedelta(minutes=6)
