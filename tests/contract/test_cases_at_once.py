"""Many at once on one case and one account, on every database: nothing is lost, nothing is done twice."""

from __future__ import annotations

import threading
from collections.abc import Callable

import pytest
from django.db import connection

from backline.cases.asserting import assert_facts
from backline.cases.effects.performing import perform
from backline.cases.models import Case, Effect
from backline.cases.openings.opening import open_case
from backline.cases.storage.verifying import verify
from tests.rooms.cases_house import PAYOUT, House, house

__all__ = ["house"]
pytestmark = pytest.mark.django_db(transaction=True)
IN_TURN = PAYOUT.replace("case: payout", "case: turn-payout").replace(
    "    undo: bank.reverse\n", "    undo: bank.reverse\n    one at a time: account\n"
)


def test_everybody_who_writes_at_once_is_heard(house: House) -> None:
    case = house.open(account="A-1")

    def say(fact: str, value: str) -> Callable[[], None]:
        return lambda: _quietly(
            lambda: assert_facts(
                case=Case.objects.get(pk=case.pk), by=house.ann, channel="portal", facts={fact: value}, now=house.now
            )
        )

    at_once(say("amount", "300 EUR"), say("account", "A-2"), say("dropped", "no"))
    case.refresh_from_db()
    assert sorted(a["fact"] for a in case.snapshot["assertions"] if a["who"] == house.ann.id) == [
        "account",
        "account",
        "amount",
        "dropped",
    ]
    assert verify().broken == ()


def test_a_form_sent_twice_at_once_opens_one_case_and_pays_once(house: House) -> None:
    def send() -> None:
        open_case(
            type_key="payout",
            by=house.ann,
            channel="portal",
            facts={"account": "A-1", "amount": "80 EUR"},
            now=house.now,
            once="form-7",
        )

    at_once(*[lambda: _quietly(send)] * 3)
    assert Case.objects.count() == 1
    assert house.bank("select minor from payment") == [8000]


def test_two_workers_with_one_effect_make_it_once(house: House) -> None:
    house.publish(IN_TURN, paid="Subject: Paid\n\nPaid.\n")
    case = open_case(
        type_key="turn-payout",
        by=house.ann,
        channel="portal",
        facts={"account": "A-1", "amount": "80 EUR"},
        now=house.now,
        at_once=False,
    )
    key = Effect.objects.get().key
    at_once(*[lambda: _quietly(lambda: perform(key, house.now))] * 3)
    house.work()
    case.refresh_from_db()
    assert (case.state, house.bank("select minor from payment")) == ("ended", [8000])


def test_cases_that_draw_on_one_account_take_turns_and_each_reads_it_afresh(house: House) -> None:
    house.publish(IN_TURN, paid="Subject: Paid\n\nPaid.\n")
    cases = [
        open_case(
            type_key="turn-payout",
            by=house.ann,
            channel="portal",
            facts={"account": "A-2", "amount": "40 EUR"},
            now=house.now,
            at_once=False,
        )
        for _ in range(2)
    ]
    assert {case.snapshot["outcome"] for case in cases} == {"paid"}
    house.work()
    house.pass_time(seconds=10)
    assert house.bank("select minor from payment") == [4000], "there was enough for one of them only"
    assert sorted(Case.objects.values_list("outcome", flat=True)) == ["otherwise", "paid"]
    assert verify().broken == ()


def at_once(*doings: Callable[[], None]) -> None:
    """Each in a thread of its own, with a connection of its own, all begun together."""
    gate = threading.Barrier(len(doings))

    def run(doing: Callable[[], None]) -> None:
        gate.wait(10)
        try:
            doing()
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(doing,)) for doing in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(60)


def _quietly(doing: Callable[[], object]) -> None:
    doing()
