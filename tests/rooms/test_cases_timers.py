"""Business time by team, escalation to leaders, and a process that died with work in hand."""

from __future__ import annotations

import threading
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from pathlib import Path

import pytest
from django.db import transaction

from backline.cases.answering import answer_want
from backline.cases.effects import claims
from backline.cases.fittings import fit, fittings
from backline.cases.models import Case, Effect, PromiseRow, Want
from backline.cases.storage.verifying import verify
from backline.connectors import calling
from backline.connectors.contract import Refused
from backline.engine.calendars import Calendar
from backline.engine.definition import Span
from backline.jobs import claiming
from backline.jobs.claiming import claim_due
from backline.jobs.enqueuing import enqueue
from backline.jobs.looping import Loop
from backline.jobs.models import Job
from backline.project.calendars import calendars_of, escalations_of
from backline.project.organisation import SettingsRefused, read_organisation
from tests.rooms.cases_house import NOON, PAYOUT, House
from tests.rooms.test_cases_effects import Died, dying_after_the_call, paid_cents

pytestmark = pytest.mark.django_db(transaction=True)
DESK = Calendar(zone="UTC", weekend=frozenset({0, 1, 2, 3, 4}), opens=time(10), closes=time(14))
"""The desk works at weekends"""
TIMED = PAYOUT.replace("work: {team: desk, skill: judging, shows: [amount]}",
                       "work: {team: desk, skill: judging, shows: [amount], within: 3 business hours}")  # fmt: skip


@pytest.fixture
def weekend_desk(house: House) -> House:
    fit(replace(fittings(), calendar=replace(fittings().calendar, teams={"desk": DESK})))
    return house


def test_a_task_is_due_in_the_time_in_which_its_team_works(weekend_desk: House) -> None:
    weekend_desk.publish(TIMED, paid="Subject: Paid\n\nPaid.\n")
    case = weekend_desk.open(account="A-1", amount="300 EUR")
    saturday = datetime(2026, 11, 28, 13, 0, tzinfo=UTC)
    assert case.wants.get(fact="plausible").due == saturday


def test_a_promise_counts_the_days_of_the_team_that_owns_the_case(weekend_desk: House) -> None:
    weekend_desk.open(account="A-1", amount="300 EUR")
    due = PromiseRow.objects.get().due
    assert due is not None
    assert due.date() == date(2026, 11, 29), "Saturday and Sunday are the desk's two business days"


def test_leaders_are_told_once_of_what_nobody_settled(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    fit(replace(fittings(), escalate={"": Span(amount=4, unit="hours", business=True)}))
    monkeypatch.setattr(calling, "write", lambda *args, **more: Refused(code="odd"))
    case = house.open(account="A-1", amount="80 EUR")
    want = case.wants.get(kind="exception")
    assert [datetime.fromisoformat(one) for one in want.remind] == [
        pytest.approx(NOON + timedelta(hours=4), abs=timedelta(seconds=5))
    ]
    house.pass_time(hours=5)
    want.refresh_from_db()
    assert (want.reminded, want.remind) == (1, [])
    house.pass_time(hours=50)
    want.refresh_from_db()
    assert want.reminded == 1
    assert verify().broken == ()


def test_a_dead_process_leaves_no_wait_where_the_next_one_holds_the_folder(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(claims, "_process", "serve/")
    with dying_after_the_call(monkeypatch), pytest.raises(Died):
        house.open(account="A-1", amount="80 EUR")
    Job.objects.update(claimed_by="dead", claim_expires=house.now + claiming.CLAIM)
    house.now += timedelta(seconds=1)
    assert claims.release_dead("serve", now=house.now) == 1
    claiming.release_all()
    house.work()
    case = Case.objects.get()
    assert (case.state, paid_cents(house)) == ("ended", [8000]), "read back, not paid again"


def test_what_another_command_has_in_hand_stays_its_own(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    with dying_after_the_call(monkeypatch), pytest.raises(Died):
        house.open(account="A-1", amount="80 EUR")
    assert claims.release_dead("serve", now=house.now) == 0
    assert Effect.objects.get().claim_expires is not None


def test_a_machine_that_slept_catches_up_in_order(house: House) -> None:
    silent = PAYOUT.replace("remind: [2 days]", "remind: [1 day]")
    house.publish(silent, paid="Subject: Paid\n\nPaid.\n")
    cases = []
    for hour in range(5):
        house.now = NOON + timedelta(hours=hour)
        cases.append(house.open(account="A-1").pk)
    house.pass_time(days=30)
    times = [Case.objects.get(pk=pk).entries.filter(kind="silence").get().at for pk in cases]
    assert times == sorted(times)
    assert not Want.objects.filter(fact="amount", kind="ask", closed_at=None).exists()


def test_a_hand_that_hangs_holds_nobody_up() -> None:
    for number in range(12):
        enqueue("quick", str(number), due_at=NOON)
    enqueue("slow", "0", due_at=NOON - timedelta(seconds=1))
    hanging, free, done = threading.Event(), threading.Event(), []

    def hang(ref: str, now: datetime) -> None:
        hanging.set()
        assert free.wait(20)

    def quick(ref: str, now: datetime) -> None:
        assert hanging.wait(20)
        done.append(ref)
        if len(done) == 12:
            free.set()

    loop = Loop({"slow": hang, "quick": quick}, clock=lambda: NOON, hands=3)
    loop.start()
    assert free.wait(20), "all that is quick was done while the slow one hung"
    loop.stop()
    assert len(done) == 12
    assert not Job.objects.exists()


def test_the_settings_say_when_teams_work(tmp_path: Path) -> None:
    (tmp_path / "backline.yaml").write_text(
        "calendar: {country: DE}\nteams:\n  desk: {opens: '08:00', closes: '20:00', weekend: [6], closed: [2026-11-24],"
        " escalate: 4 business hours}\n  night: {time_zone: Asia/Tokyo}\n"
    )
    organisation = read_organisation(tmp_path)
    calendar = calendars_of(organisation, year=2026)
    desk = calendar.of("desk")
    assert (desk.opens, desk.closes, desk.weekend) == (time(8), time(20), frozenset({6}))
    assert not desk.is_business_day(date(2026, 11, 24))
    assert not desk.is_business_day(date(2026, 12, 25)), "public holidays stay"
    assert calendar.is_business_day(date(2026, 11, 24))
    assert (calendar.of("night").zone, calendar.of("elsewhere") == calendar) == ("Asia/Tokyo", True)
    assert escalations_of(organisation) == {"desk": Span(amount=4, unit="hours", business=True)}


@pytest.mark.parametrize("wrong", ["teams: {desk: {escalate: soon}}", "teams: {desk: {time_zone: Moon/Sea}}"])
def test_settings_that_say_no_time_are_refused(tmp_path: Path, wrong: str) -> None:
    (tmp_path / "backline.yaml").write_text(wrong)
    organisation = read_organisation(tmp_path)
    with pytest.raises(SettingsRefused, match=r"backline\.yaml"):
        calendars_of(organisation, year=2026) and escalations_of(organisation)


def test_thousands_due_at_once_leave_room_for_an_effect() -> None:
    Job.objects.bulk_create(Job(kind="case", ref=str(n), due_at=NOON - timedelta(hours=1)) for n in range(3000))
    enqueue("effect", "a", due_at=NOON)
    with transaction.atomic():  # as the loop does
        claimed = claim_due(owner="one", now=NOON, most=8)
    assert "effect" in {job.kind for job in claimed}


def test_a_late_answer_after_escalation_is_still_taken(house: House) -> None:
    case = house.open(account="A-1", amount="300 EUR")
    house.pass_time(days=3)
    want = case.wants.get(fact="plausible")
    answer = answer_want(want=want, by=house.actor("worker"), channel="workbench", value="yes", now=house.now)
    assert answer.case.outcome == "paid"
