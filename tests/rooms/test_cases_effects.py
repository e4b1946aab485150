"""Effects: rows first, then the deed, once; whatever crashes, is late, is refused, or changes afterwards."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection

from backline.cases.asserting import assert_facts
from backline.cases.effects import attempting
from backline.cases.effects.performing import perform
from backline.cases.models import Case, Effect, Want
from backline.connectors import calling
from backline.connectors.contract import Again, Unknown
from backline.jobs.models import Job
from tests.rooms.cases_house import PAID, PAYOUT, House

pytestmark = pytest.mark.django_db(transaction=True)


def paid_cents(house: House) -> list[Any]:
    """Every payment in the bank, in cents."""
    return house.bank("select minor from payment order by id")


def test_a_straight_through_case_is_paid_told_and_ended_by_the_door_that_opened_it(house: House) -> None:
    case = house.open(account="A-1", amount="80 EUR")
    assert (case.state, case.outcome) == ("ended", "paid")
    assert paid_cents(house) == [8000]
    assert house.sent == [f"{case.reference}/message_paid//1/do"]
    payment = next(a for a in case.snapshot["assertions"] if a["fact"] == "payment")
    assert (payment["value"], payment["source"]) == ("P-1", "effect")
    assert not Job.objects.filter(kind="effect").exists()


def test_a_straight_through_case_costs_three_commits_and_what_the_message_itself_writes(house: House) -> None:
    with counted_commits() as commits:
        case = house.open(account="A-1", amount="80 EUR")
    assert case.state == "ended"
    assert len(commits) == 3


def test_a_crash_between_the_commit_and_the_deed_leaves_a_claim_that_expires_and_is_read_back(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dying_before_the_call(monkeypatch), pytest.raises(Died):
        house.open(account="A-1", amount="80 EUR")
    effect = Effect.objects.get()
    assert (effect.state, paid_cents(house)) == ("started", [])
    house.work()
    assert paid_cents(house) == [], "the claim still runs: somebody may be paying just now"
    house.pass_time(seconds=61)
    house.pass_time(seconds=1)
    assert paid_cents(house) == [8000]
    assert Case.objects.get().state == "ended"


def test_a_crash_after_the_deed_is_found_out_by_reading_and_nothing_is_paid_twice(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    with dying_after_the_call(monkeypatch), pytest.raises(Died):
        house.open(account="A-1", amount="80 EUR")
    assert paid_cents(house) == [8000]
    house.pass_time(seconds=61)
    house.pass_time(seconds=1)
    assert paid_cents(house) == [8000]
    case = Case.objects.get()
    assert (case.state, case.outcome) == ("ended", "paid")
    assert Effect.objects.get(action="pay").attempts == 1


def test_a_claim_that_runs_is_nobody_elses(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with dying_before_the_call(monkeypatch), pytest.raises(Died):
        house.open(account="A-1", amount="80 EUR")
    perform(Effect.objects.get().key, house.now + timedelta(seconds=30))
    assert paid_cents(house) == []


def test_a_system_that_is_busy_is_asked_again_with_the_same_key(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    keys = []

    def busy(operation: str, payload: object, *, key: str, deadline_s: float) -> Again:
        keys.append(key)
        return Again(after_s=5, reason="busy")

    with monkeypatch.context() as patched:
        patched.setattr(calling, "write", busy)
        case = house.open(account="A-1", amount="80 EUR")
        assert (case.state, Effect.objects.get().state) == ("open", "planned")
    house.pass_time(seconds=6)
    assert paid_cents(house) == [8000]
    assert keys == [Effect.objects.get(action="pay").key]
    assert Case.objects.get().state == "ended"


def test_after_the_time_that_the_action_says_a_person_looks(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(calling, "write", lambda *args, **more: Again(after_s=5, reason="busy"))
    house.publish(PAYOUT.replace("    refused: {closed: account}", "    within: 3 hours"), paid=PAID)
    house.open(account="A-1", amount="80 EUR")
    for _ in range(3):
        house.pass_time(minutes=55)
    assert Effect.objects.get().state == "planned"
    house.pass_time(hours=1)
    assert Effect.objects.get().state == "failed"
    assert Want.objects.get(closed_at=None).kind == "exception"


def test_an_answer_that_got_lost_is_read_back_before_anything_is_sent_again(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    write = calling.write

    def lost(operation: str, payload: Any, *, key: str, deadline_s: float) -> Unknown:
        write(operation, payload, key=key, deadline_s=deadline_s)
        return Unknown(reason="the line broke")

    with monkeypatch.context() as patched:
        patched.setattr(calling, "write", lost)
        house.open(account="A-1", amount="80 EUR")
    assert Effect.objects.get().state == "unknown"
    monkeypatch.setattr(calling, "write", _never)
    house.pass_time(seconds=6)
    assert paid_cents(house) == [8000]
    assert Case.objects.get().state == "ended"


def test_a_business_refusal_puts_the_fact_in_doubt_and_it_is_asked_again(house: House) -> None:
    case = house.open(account="A-9", amount="80 EUR")
    assert Effect.objects.get().refusal == "closed"
    assert list(case.wants.filter(closed_at=None).values_list("kind", "fact")) == [("ask", "account")]
    case = assert_facts(case=case, by=house.ann, channel="portal", facts={"account": "A-1"}, now=later(house))
    assert (case.state, paid_cents(house)) == ("ended", [8000])
    assert [e.generation for e in Effect.objects.filter(action="pay").order_by("pk")] == [1, 2]


def test_a_correction_after_the_payment_amends_it_once_and_the_falling_balance_changes_nothing(house: House) -> None:
    case = house.open(account="A-1", amount="80 EUR")
    case = assert_facts(
        case=case, by=house.ann, channel="portal", facts={"amount": "90 EUR"}, correct=True, now=later(house)
    )
    assert paid_cents(house) == [9000]
    assert house.bank("select balance_minor from account where number = 'A-1'") == [91000]
    assert case.state == "ended"
    made = list(Effect.objects.filter(action="pay").order_by("pk").values_list("kind", "generation", "state"))
    assert made == [("do", 1, "done"), ("amend", 2, "done")]


def test_a_later_change_does_not_reach_back_to_what_was_paid(house: House) -> None:
    case = house.open(account="A-1", amount="80 EUR")
    case = assert_facts(case=case, by=house.ann, channel="portal", facts={"amount": "90 EUR"}, now=later(house))
    assert (paid_cents(house), case.state) == ([8000], "ended")


def test_what_goes_wrong_on_this_side_is_not_taken_for_done(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(operation: str, payload: object, *, key: str, deadline_s: float) -> None:
        raise RuntimeError("a bug")

    with monkeypatch.context() as patched:
        patched.setattr(calling, "write", broken)
        patched.setattr(attempting.log, "exception", lambda *args: None)
        house.open(account="A-1", amount="80 EUR")
    assert Effect.objects.get().state == "unknown"
    house.pass_time(seconds=6)
    house.pass_time(seconds=60)
    assert paid_cents(house) == [8000]


class Died(BaseException):
    """The process is gone."""


@contextmanager
def dying_before_the_call(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process dies after its commit, before it reaches the system."""

    def die(*args: object, **more: object) -> None:
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr(calling, "write", die)
        yield


@contextmanager
def dying_after_the_call(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The process dies when the system has done it, before that is written down."""
    write = calling.write

    def die(*args: Any, **more: Any) -> None:
        write(*args, **more)
        raise Died

    with monkeypatch.context() as patched:
        patched.setattr(calling, "write", die)
        yield


@contextmanager
def counted_commits() -> Iterator[list[str]]:
    """Every commit of this connection: of a transaction, or of a statement that writes outside one."""
    commits: list[str] = []
    commit = connection._commit

    def counting_commit() -> None:
        commits.append("transaction")
        commit()

    def watching(execute: Any, sql: str, params: Any, many: bool, context: Any) -> Any:
        if not connection.in_atomic_block and not sql.lstrip().upper().startswith(("SELECT", "PRAGMA", "BEGIN")):
            commits.append(sql)
        return execute(sql, params, many, context)

    connection._commit = counting_commit  # type: ignore[method-assign]
    try:
        with connection.execute_wrapper(watching):
            yield commits
    finally:
        connection._commit = commit  # type: ignore[method-assign]


def later(house: House) -> Any:
    """A little later than the last thing."""
    house.now += timedelta(minutes=5)
    return house.now


def _never(*args: object, **more: object) -> None:
    raise AssertionError("nothing may be sent again before the system was read")
