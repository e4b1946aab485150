"""A system that a person said is down is left alone until then: what waits for it waits, and goes on afterwards."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest

from backline.cases.effects import attempting
from backline.cases.models import Case, Effect
from backline.cases.showing.viewing import view_case
from backline.cases.storage.verifying import verify
from backline.channels import outages
from backline.channels.models import Outage
from backline.connectors import calling, checking, downtime, recording, standing
from backline.connectors.contract import Again, Missing, Unknown
from backline.connectors.models import Call
from backline.engine.values import Money
from backline.jobs.models import Job
from backline.people.actors import SYSTEM
from backline.project import examining
from tests.rooms.cases_house import House
from tests.rooms.workbench_house import sign_in, workbench

__all__ = ["workbench"]
pytestmark = pytest.mark.django_db
HOURS = timedelta(hours=1)


def declare(house: House, *, hours: float = 2) -> Outage:
    return outages.declare(
        by=SYSTEM, system="bank", until=house.now + hours * HOURS, now=house.now, why="New disks", say=""
    )


def opened_then_down(house: House, monkeypatch: pytest.MonkeyPatch) -> Case:
    """A case that has read the bank, whose payment was put off once, and then the bank was said to be down."""
    with monkeypatch.context() as patched:
        patched.setattr(calling, "write", lambda *_, **__: Again(after_s=5, reason="busy"))
        case = house.open(account="A-1", amount="80 EUR")
    declare(house)
    return case


def refuse_calls(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> None:
        raise AssertionError("the system was asked")

    for name in ("read", "write", "verify"):
        monkeypatch.setattr(calling, name, never)


def test_an_effect_waits_and_nothing_counts_as_an_attempt(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    case = opened_then_down(house, monkeypatch)
    with monkeypatch.context() as patched:
        refuse_calls(patched)
        house.pass_time(minutes=119)
    effect = Effect.objects.get(case=case, action="pay")
    assert (effect.state, effect.attempts) == ("planned", 1)
    house.pass_time(minutes=2)
    effect.refresh_from_db()
    assert (effect.state, effect.attempts) == ("done", 2)
    assert house.bank("select count(*) from payment") == [1]
    assert verify().broken == ()


def test_a_case_opened_meanwhile_waits_for_what_it_reads_and_then_goes_through(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    outage = declare(house)
    with monkeypatch.context() as patched:
        refuse_calls(patched)
        case = house.open(account="A-1", amount="80 EUR")
        before = Case.objects.get(pk=case.pk).version
        house.pass_time(minutes=60)
        assert Case.objects.get(pk=case.pk).version == before, "it is not looked at each minute"
        view = view_case(case=case, by=SYSTEM, purpose="", language="en", now=house.now)
    assert [want.detail for want in view.wanted if want.kind == "lookup"] == [
        "waits for The bank until 23 November 2026, 14:00"
    ]
    assert Job.objects.get(kind="case", ref=str(case.pk)).due_at == downtime.goes_on(case.reference, outage.until)
    house.pass_time(minutes=61)
    assert Case.objects.get(pk=case.pk).outcome == "paid"
    assert verify().broken == ()


def test_a_long_outage_is_no_silence_of_the_system(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    declare(house, hours=72)
    case = house.open(account="A-1", amount="80 EUR")
    house.now += 72 * HOURS + timedelta(seconds=31)
    with monkeypatch.context() as patched:
        patched.setattr(calling, "read", lambda *_, **__: Missing(reason="down", for_now=True))
        house.work()
    assert Case.objects.get(pk=case.pk).state == "open"
    house.pass_time(minutes=2)
    assert Case.objects.get(pk=case.pk).outcome == "paid", "its patience began anew when the bank was said to be back"


def test_patience_with_an_effect_begins_anew_after_an_outage(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    case = opened_then_down(house, monkeypatch)
    effect = Effect.objects.get(case=case, action="pay")
    later = house.now + attempting.PATIENCE + HOURS
    assert attempting.said_of(effect, Again(after_s=1), case=case, now=later).before[0].kind == "again"
    much_later = later + 2 * HOURS
    assert attempting.said_of(effect, Again(after_s=1), case=case, now=much_later).before[0].kind == "failed"


def test_what_is_unclear_is_not_asked_about_meanwhile(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(calling, "write", lambda *_, **__: Unknown(reason="no answer"))
        case = house.open(account="A-1", amount="80 EUR")
    declare(house)
    with monkeypatch.context() as patched:
        refuse_calls(patched)
        house.pass_time(minutes=119)
    assert Effect.objects.get(case=case, action="pay").state == "unknown"
    house.pass_time(minutes=3)
    assert Effect.objects.get(case=case, action="pay").state == "done"


def test_what_waits_goes_on_when_the_end_comes_early_and_is_spread(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    cases = []
    with monkeypatch.context() as patched:
        patched.setattr(calling, "write", lambda *_, **__: Again(after_s=5, reason="busy"))
        cases += [house.open(account="A-1", amount="10 EUR") for _ in range(5)]
    outage = declare(house, hours=9)
    cases.append(house.open(account="A-1", amount="10 EUR"))
    house.pass_time(minutes=10)
    outages.end(by=SYSTEM, outage=outage, now=house.now)
    held = Job.objects.filter(kind__in=("effect", "case"), due_at__range=(house.now, house.now + downtime.SPREAD))
    assert len(set(held.values_list("due_at", flat=True))) == 6, "each at an instant of its own"
    house.pass_time(seconds=31)
    assert {Case.objects.get(pk=case.pk).outcome for case in cases} == {"paid"}
    assert house.bank("select count(*) from payment") == [6]


def test_jobs_that_are_due_then_for_another_reason_keep_their_time(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened_then_down(house, monkeypatch)
    house.work()
    outage = Outage.objects.get()
    for number, job in enumerate(Job.objects.filter(kind="effect"), start=1):
        Job.objects.filter(pk=job.pk).update(due_at=outage.until + timedelta(microseconds=number))
    outages.end(by=SYSTEM, outage=outage, now=house.now)
    assert Job.objects.get(kind="effect").due_at > outage.until


def test_an_outage_that_gets_longer_holds_what_waits_for_it(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    case = opened_then_down(house, monkeypatch)
    house.pass_time(minutes=30)
    longer = declare(house, hours=4)
    effect = Effect.objects.get(case=case, action="pay")
    assert Job.objects.get(kind="effect").due_at == downtime.goes_on(effect.key, longer.until)


def test_an_attempt_that_was_begun_just_before_does_not_count(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(calling, "write", lambda *_, **__: Again(after_s=7200, reason="down", tried=False))
        case = house.open(account="A-1", amount="80 EUR")
    effect = Effect.objects.get(case=case, action="pay")
    assert (effect.state, effect.attempts) == ("planned", 0)


def test_a_read_from_a_page_is_told_why_and_no_call_is_made(house: House) -> None:
    now = datetime.now(UTC)
    outages.declare(by=SYSTEM, system="bank", until=now + HOURS, now=now, why="New disks")
    missing = calling.read("bank.balance", {"number": "A-1"})
    assert isinstance(missing, Missing)
    assert (missing.reason, missing.for_now) == ("paused", True)
    assert missing.detail.startswith("bank is said to be down until")
    assert "(New disks)" in missing.detail
    again = calling.write("bank.pay", {"number": "A-1", "amount": Money(Decimal(1), "EUR")}, key="K-1")
    assert isinstance(again, Again)
    assert not again.tried
    recording.flush()
    assert not Call.objects.exists()
    outages.end(by=SYSTEM, outage=Outage.objects.get(), now=datetime.now(UTC))
    assert not isinstance(calling.read("bank.balance", {"number": "A-1"}), Missing)


def test_the_doctor_and_the_pages_say_what_waits(workbench: House, monkeypatch: pytest.MonkeyPatch) -> None:
    case = opened_then_down(workbench, monkeypatch)
    assert standing.standing("bank", now=workbench.now).state == "down"
    assert standing.told("bank", now=workbench.now).startswith("bank is said to be down until 2026-11-23 14:00 UTC")
    administrator = sign_in("administrator", workbench)
    effect = Effect.objects.get(case=case, action="pay")
    for address in (f"/work/cases/{case.reference}", f"/work/exceptions/{effect.pk}"):
        assert "waits for The bank until" in administrator.read(address), address
    assert "1 change waits for it" in administrator.read("/work/")
    assert "said to be down" in administrator.read("/work/systems")


def test_the_doctor_is_well_while_what_is_said_to_be_down_does_not_answer(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    declare(house)
    health = replace(checking.check_all()[0], ok=False, detail="no route")
    monkeypatch.setattr(examining, "check_all", lambda: [health])
    (finding,) = examining._connectors(None, house.now)  # type: ignore[arg-type]
    assert (finding.ok, finding.needed) == (False, False)
    assert "said to be down" in finding.detail


def test_a_customer_reads_nothing_of_systems(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    case = opened_then_down(house, monkeypatch)
    view = view_case(case=case, by=house.ann, purpose="", language="en", now=house.now)
    assert [effect.words for effect in view.effects] == ["is about to be done"]
