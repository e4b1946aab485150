"""A case whose action goes out in a file: it waits without asking all the time, and the answer in a file settles it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from backline.cases.models import Case, Effect, Entry
from backline.connectors import systems
from backline.connectors.files import answering
from backline.connectors.files.tending import look_for_answers
from backline.jobs.models import Job
from backline.project.wiring import wake_answered
from tests.rooms.cases_house import House
from tests.rooms.cases_house import house as house

pytestmark = pytest.mark.django_db
DEPOT = """
system: depot
title: The warehouse
kind: files
settings:
  url: exchange
  files:
    orders:
      name: orders-{number}.csv
      columns: {key: text, what: text}
      close: {lines: 1}
    answers:
      name: answers-*.csv
      columns: {key: text, status: text, number: text}
      trailer: {mark: T}
operations:
  order:
    with: {what: text}
    write: {file: orders, columns: {what: "{what}"}}
    verify: {file: answers, good: {status: ok}}
    refuse: {sold_out: {status: E12, say: There is none left.}}
    gives: {number: text}
"""
SUPPLY = """
case: supply
title: Get something from the warehouse
for: customer
owner: desk
roles:
  customer: {label: You}
facts:
  thing: {label: What?, type: text, ask: customer}
actions:
  order: {label: Order it, call: depot.order, with: {what: thing}, gives: {number: text}, refused: {sold_out: thing}}
outcomes:
  otherwise: {label: Ordered, do: [order]}
"""


@pytest.fixture
def depot(house: House) -> Iterator[Path]:
    (house.folder / "connectors" / "depot.yaml").write_text(DEPOT)
    exchange = house.folder / "exchange"
    exchange.mkdir(exist_ok=True)
    for one in exchange.iterdir():
        one.unlink()
    systems.forget()
    house.publish(SUPPLY)
    answering.tell_to(wake_answered)
    yield exchange
    answering.tell_to(None)


def answer(depot: Path, number: int, *lines: str) -> None:
    (depot / f"answers-{number}.csv").write_text("\n".join(["key,status,number", *lines, f"T,{len(lines)}"]))


def test_an_answer_in_a_file_settles_the_effect_as_soon_as_it_is_taken(house: House, depot: Path) -> None:
    case = house.open("supply", thing="tea")
    effect = Effect.objects.get()
    assert (case.state, effect.state) == ("open", "unknown")
    assert (depot / "orders-1.csv").read_text().splitlines() == ["key,what", f"{effect.key},tea"]
    answer(depot, 1, f"{effect.key},ok,N-7")
    assert look_for_answers(now=house.now) == ["depot"]
    assert Job.objects.get(kind="effect", ref=effect.key).due_at == house.now
    house.work()
    case = Case.objects.get(pk=case.pk)
    assert (case.state, Effect.objects.get().state) == ("ended", "done")
    assert Effect.objects.get().gives == {"number": "N-7"}
    assert [one.name for one in depot.glob("orders-*")] == ["orders-1.csv"], "it was sent once"


def test_a_refusal_in_a_file_asks_again_as_the_case_type_says(house: House, depot: Path) -> None:
    case = house.open("supply", thing="gold")
    answer(depot, 1, f"{Effect.objects.get().key},E12,")
    look_for_answers(now=house.now)
    house.work()
    assert (Effect.objects.get().state, Effect.objects.get().refusal) == ("refused", "sold_out")
    assert list(case.wants.filter(closed_at=None).values_list("kind", "fact")) == [("ask", "thing")]


def test_while_no_answer_comes_the_timeline_does_not_fill(house: House, depot: Path) -> None:
    house.now = datetime.now(UTC)
    house.open("supply", thing="tea")
    for _ in range(60):
        house.pass_time(seconds=5)
    unclear = Entry.objects.filter(kind="unclear").count()
    assert unclear <= 22, "at most one each quarter of a minute while it is young"
    assert Effect.objects.get().state == "unknown"
