"""Several effects of one outcome, in systems that are real peers: order, side by side, and back again in reverse."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from backline.cases.effects.settling_effects import Way, settle_effect
from backline.cases.models import Case, Effect, Want
from backline.cases.showing.viewing import view_case
from backline.cases.storage.verifying import verify
from backline.people.actors import Actor
from tests.rooms.cases_house import House

pytestmark = pytest.mark.django_db
PEER = """
system: hotel
title: The hotel
kind: http
settings: {url: {file: hotel.url}, connect: 1 second, within: 2 seconds, breaker: {failures: 99, pause: 1 second}}
operations:
  room:
    with: {night: text}
    write: {post: "/write", body: {night: "{night}"}}
    verify: {get: "/proof/{key}"}
    gives: {number: text}
  suite:
    with: {night: text}
    write: {post: "/refuses", body: {why: full}}
    refuse: {full: {status: 409, error: full, say: The hotel is full.}}
    verify: {get: "/proof/{key}"}
  leave:
    with: {night: text}
    write: {post: "/write", body: {night: "{night}"}}
    verify: {get: "/proof/{key}"}
"""
TRIP = """
case: trip
title: Book a trip
for: customer
owner: desk
roles:
  customer: {label: You}
facts:
  account: {label: Which account?, type: text, ask: customer}
  amount: {label: How much?, type: money, ask: customer}
  night: {label: Which night?, type: text, ask: customer}
actions:
  pay:
    {label: The flight, call: bank.pay, with: {number: account, amount: amount}, gives: [payment], undo: bank.reverse}
  room: {label: The room, call: hotel.room, undo: hotel.leave}
  suite: {label: The suite, call: hotel.suite}
outcomes:
  booked:
    {label: Booked, when: "amount > 0 EUR", do: [pay, room, suite, message: paid], else: not_possible, say: Booked.}
  not_possible: {label: Not possible, when: "amount < -1 EUR", do: [message: sorry], say: It was not possible.}
  otherwise: {label: Nothing}
"""
WORDS = {"paid": "Subject: Booked\n\nBooked.\n", "sorry": "Subject: Sorry\n\nNot possible.\n"}


@pytest.fixture
def hotel(house: House) -> Iterator[House]:
    """The house, with a hotel that answers over HTTP in a process of its own."""
    peer = Path(__file__).parent / "connectors_peer.py"
    running = subprocess.Popen([sys.executable, str(peer)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    assert running.stdout
    assert running.stdin
    (house.folder / "hotel.url").write_text(running.stdout.readline().strip())
    (house.folder / "connectors" / "hotel.yaml").write_text(PEER)
    yield house
    running.stdin.close()
    running.wait(10)
    running.stdout.close()


def booked(house: House, definition: str = TRIP) -> Case:
    house.publish(definition, **WORDS)
    case = house.open("trip", account="A-1", amount="80 EUR", night="monday")
    house.pass_time(seconds=5)
    house.pass_time(seconds=5)
    return Case.objects.get(pk=case.pk)


def steps(case: Case) -> list[tuple[str, str, str]]:
    rows = Effect.objects.filter(case=case).order_by("planned_at", "pk")
    return [(row.action, row.kind, row.state) for row in rows]


def view(house: House, case: Case, by: Actor | None = None) -> list[str]:
    seen = view_case(case=case, by=by or house.ann, purpose="", language="en", now=house.now)
    return [f"{step.label}: {step.words}" for step in seen.steps]


def test_when_the_last_step_is_refused_the_others_are_taken_back_in_reverse(hotel: House) -> None:
    case = booked(hotel)
    assert (case.state, case.outcome) == ("ended", "not_possible")
    assert steps(case) == [
        ("pay", "do", "done"), ("room", "do", "done"), ("suite", "do", "refused"),
        ("room", "undo", "done"), ("pay", "undo", "done"), ("message_sorry", "do", "done"),
    ]  # fmt: skip
    assert hotel.bank("select minor from payment") == [0]
    assert hotel.bank("select balance_minor from account where number = 'A-1'") == [100000]
    assert verify().broken == ()


def test_the_customer_reads_each_step_in_their_words(hotel: House) -> None:
    case = booked(hotel)
    assert view(hotel, case) == ["The flight: taken back", "The room: taken back", "Message sorry: done"]
    told = view_case(case=case, by=hotel.ann, purpose="", language="en", now=hotel.now).timeline
    words = [entry.words for entry in told if "The " in entry.words]
    assert words == ["The flight: done", "The room: done", "The room: taken back", "The flight: taken back"]


def test_what_can_be_done_is_done_in_order_and_nothing_is_taken_back(hotel: House) -> None:
    case = booked(hotel, TRIP.replace("room, suite,", "room,"))
    assert (case.state, case.outcome) == ("ended", "booked")
    assert steps(case) == [("pay", "do", "done"), ("room", "do", "done"), ("message_paid", "do", "done")]
    assert view(hotel, case) == ["The flight: done", "The room: done", "Message paid: done"]


def test_steps_side_by_side_do_not_wait_for_one_another(hotel: House) -> None:
    definition = TRIP.replace("[pay, room, suite, message: paid]", "[[suite, pay, room], message: paid]")
    case = booked(hotel, definition)
    assert (case.state, case.outcome) == ("ended", "not_possible")
    assert steps(case)[:3] == [("suite", "do", "refused"), ("pay", "do", "refused"), ("room", "do", "refused")]
    assert hotel.bank("select minor from payment") == [], "what had not begun is dropped"


def test_steps_side_by_side_are_all_there_before_the_next(hotel: House) -> None:
    case = booked(hotel, TRIP.replace("[pay, room, suite, message: paid]", "[[room, pay], message: paid]"))
    assert (case.state, case.outcome) == ("ended", "booked")
    rows = {row.action: row for row in Effect.objects.filter(case=case)}
    assert rows["room"].planned_at == rows["pay"].planned_at < rows["message_paid"].planned_at


def test_without_a_word_of_what_follows_a_person_decides(hotel: House) -> None:
    case = booked(hotel, TRIP.replace(" else: not_possible,", ""))
    assert case.state != "ended"
    assert [(w.source, w.fact) for w in Want.objects.filter(kind="exception", closed_at=None)] == [("refused", "suite")]
    assert hotel.bank("select minor from payment") == [8000], "nothing is taken back by itself"


def test_what_can_not_be_taken_back_is_an_exception_and_not_tried_for_ever(hotel: House) -> None:
    bank = hotel.folder / "connectors" / "bank.yaml"
    refusing = "reverse:\n    with: {number: text, payment: text}\n    refuse: {gone: {if: select 1, say: Too late.}}"
    bank.write_text(bank.read_text().replace("reverse:\n    with: {number: text, payment: text}", refusing))
    case = booked(hotel)
    hotel.pass_time(hours=1)
    assert steps(case)[-1] == ("pay", "undo", "refused")
    assert [(w.source, w.fact) for w in Want.objects.filter(kind="exception", closed_at=None)] == [("refused", "pay")]
    undo = Effect.objects.get(action="pay", kind="undo")
    way = Way(how="by hand", evidence="Transfer 17")
    settle_effect(effect=undo, by=hotel.actor("worker"), way=way, now=hotel.now)
    hotel.pass_time(seconds=1)
    assert (Case.objects.get().state, Case.objects.get().outcome) == ("ended", "not_possible")
