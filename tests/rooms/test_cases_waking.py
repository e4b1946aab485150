"""Time passes: reminders, silence, promises that are kept or broken, systems that come back."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backline.cases.adding import ask_customer, reply
from backline.cases.answering import answer_want
from backline.cases.asserting import assert_facts
from backline.cases.models import Case, PromiseRow, Want
from backline.cases.storage.verifying import verify
from backline.cases.waking import wake_case
from backline.connectors import calling
from backline.connectors.contract import Missing
from backline.jobs.looping import Loop
from backline.jobs.models import Job
from tests.rooms.cases_house import PAYOUT, House

pytestmark = pytest.mark.django_db
SILENT = PAYOUT.replace("case: payout", "case: silent-payout").replace(
    "ask: {who: customer, within: 5 days, remind: [2 days]}", "ask: {who: customer, within: 5 days}\n    lapse: 10 EUR"
)


def test_who_is_asked_is_written_to_by_a_job_and_reminded_by_another(house: House) -> None:
    case = house.open(account="A-1")
    ask = Job.objects.get(kind="ask")
    assert ask.ref == f"{case.pk}:customer"
    assert timedelta(seconds=60) <= ask.due_at - house.now < timedelta(seconds=70), "who is here is not written to yet"
    house.now += timedelta(days=2, seconds=1)
    woken: list[str] = []
    drain(house, woken)
    want = case.wants.get(fact="amount")
    assert woken == [str(want.pk)]
    assert (want.reminded, want.remind, want.closed_at) == (1, [], None)
    assert case.entries.filter(kind="reminded").count() == 1


def test_a_machine_that_slept_over_several_reminders_sends_one(house: House) -> None:
    house.publish(PAYOUT.replace("remind: [2 days]", "remind: [1 day, 2 days, 4 days]"))
    case = house.open(account="A-1")
    house.pass_time(days=3)
    want = case.wants.get(fact="amount")
    assert (want.reminded, len(want.remind), case.entries.filter(kind="reminded").count()) == (1, 1, 1)
    house.pass_time(days=1, seconds=1)
    want.refresh_from_db()
    assert (want.reminded, want.remind, want.closed_at) == (2, [], None)
    assert verify().broken == ()


def test_a_reminder_after_business_days_does_not_count_the_weekend(house: House) -> None:
    house.publish(PAYOUT.replace("remind: [2 days]", "remind: [5 business days]").replace("5 days, r", "20 days, r"))
    case = house.open(account="A-1")
    house.pass_time(days=5, hours=1)
    assert case.wants.get(fact="amount").reminded == 0
    house.pass_time(days=2)
    assert case.wants.get(fact="amount").reminded == 1


def test_silence_is_a_failure_of_that_source_and_the_next_follows(house: House) -> None:
    house.publish(SILENT, paid="Subject: Paid\n\nPaid.\n")
    case = house.open("silent-payout", account="A-1")
    house.pass_time(days=5, seconds=1)
    case.refresh_from_db()
    assert case.wants.get(fact="amount").closed == "silence"
    assert (case.state, case.outcome, house.bank("select minor from payment")) == ("ended", "paid", [1000])


def test_a_late_answer_replaces_the_silence(house: House) -> None:
    case = house.open(account="A-1")
    want = case.wants.get(fact="amount")
    house.pass_time(days=5, seconds=1)
    answer = answer_want(want=want, by=house.ann, channel="mail", value="80 EUR", now=house.now)
    assert (answer.standing, answer.case.outcome) == ("counted", "paid")


def test_a_promise_waits_for_the_customer_runs_and_is_kept(house: House) -> None:
    case = house.open(account="A-1")
    house.pass_time(days=1)
    assert PromiseRow.objects.get().state == "paused"
    case = assert_facts(
        case=Case.objects.get(), by=house.ann, channel="mail", facts={"amount": "80 EUR"}, now=house.now
    )
    promise = PromiseRow.objects.get()
    assert (promise.state, promise.kept_at is not None) == ("kept", True)
    assert case.entries.filter(kind="kept").count() == 1


def test_a_broken_promise_stays_broken(house: House) -> None:
    case = house.open(account="A-1", amount="300 EUR")
    house.pass_time(days=4)
    assert PromiseRow.objects.get().state == "broken"
    want = Want.objects.get(fact="plausible")
    case = answer_want(want=want, by=house.actor("worker"), channel="workbench", value="yes", now=house.now).case
    assert (case.outcome, PromiseRow.objects.get().state) == ("paid", "broken")
    assert case.entries.filter(kind="broken").count() == 1


def test_a_system_that_is_down_is_asked_again_until_it_answers(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(calling, "read", down)
        case = house.open(account="A-1", amount="80 EUR")
        assert (case.state, case.wants.count()) == ("open", 0)
        house.pass_time(minutes=1, seconds=1)
    house.pass_time(minutes=1, seconds=1)
    assert Case.objects.get().outcome == "paid"


def test_a_system_that_stays_down_is_a_failure_and_a_colleague_is_asked(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "read", down)
    house.open(account="A-1", amount="80 EUR")
    for _ in range(20):
        house.pass_time(minutes=1, seconds=1)
    assert Want.objects.get(closed_at=None).fact == "balance"


def test_a_worker_asks_in_their_own_words_and_the_customer_answers(house: House) -> None:
    case = house.open(account="A-1", amount="300 EUR")
    want = ask_customer(case=case, by=house.actor("worker"), question="Why so much?", now=house.now)
    assert Job.objects.get(kind="ask").ref == f"{case.pk}:customer"
    answered = reply(want=want, by=house.ann, text="A new roof.", now=house.now, channel="portal")
    assert (answered.closed, answered.answer) == ("answered", {"text": "A new roof."})
    assert case.entries.filter(kind="replied", actor=house.ann.id).exists()


def down(operation: str, arguments: object, *, deadline_s: float) -> Missing:
    return Missing(reason="down", for_now=True)


def drain(house: House, woken: list[str]) -> None:
    """Do what is due, and note who is reminded."""
    table = {
        "case": wake_case,
        "ask": lambda ref, now: None,
        "reminder": lambda ref, now: woken.append(ref),
    }
    loop = Loop(table, clock=lambda: house.now)
    while loop.run_due():
        pass
