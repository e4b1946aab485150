"""What opens a case by itself: a time, a time again and again, a row that is due, each row that an event is about."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta

import pytest

from backline.cases.models import Case
from backline.cases.openings import opening_by_clock
from backline.cases.openings.arriving import take_event
from backline.cases.openings.opening_by_clock import LOOK_JOB, OPEN_JOB, look, open_due
from backline.jobs import enqueuing
from backline.jobs.looping import Loop
from backline.jobs.models import Job
from tests.rooms.cases_house import House

pytestmark = pytest.mark.django_db

STOCKTAKING = """
case: stocktaking
title: Take stock
for: none
owner: desk
opens: [{at: "date(2026, 12, 1)"}]
roles: {}
facts:
  counted: {label: What did you count?, type: integer, work: {team: desk, shows: [place]}}
  place: {label: Where?, type: text, is: "'cellar'"}
outcomes:
  counted: {when: counted > 0}
  otherwise: {}
"""
MONTHLY = STOCKTAKING.replace('{at: "date(2026, 12, 1)"}', '{at: "date(2026, 12, 1)", every: 1 month}')
RECALL = """
case: recall
title: Come and see us
for: patient
owner: desk
opens: [{at: last_visit + 12 months, for each: surgery.recalls}]
roles: {patient: {label: You}}
facts:
  last_visit: {label: The last visit, type: date, offer: {to: desk}}
  comes: {label: Do you come?, type: yes/no, ask: patient}
outcomes:
  comes: {when: comes}
  otherwise: {}
"""
STATEMENT = """
case: bank-line
title: A line of a statement
for: none
owner: desk
opens: [{event: surgery.statement, for each: surgery.statement_lines}]
roles: {}
facts:
  line: {label: The line, type: record surgery.line, event: surgery.statement}
  ours: {label: Is it for us?, type: yes/no, work: {team: desk, shows: [line]}}
outcomes:
  ours: {when: ours}
  otherwise: {}
"""
SURGERY = """
system: surgery
title: The surgery
kind: sql
settings: {url: "sqlite:///surgery.sqlite3", connect: 1 second, within: 2 seconds}
records:
  due: {patient: text, name: text, email: e-mail, last_visit: date}
  line: {number: text, amount: money}
operations:
  recalls:
    with: {today: date}
    read: select patient, name, email, last_visit from visit where last_visit <= :today
    returns: {list: due}
  statement_lines:
    with: {match: text}
    read: select number, amount_minor from line where statement = :match
    returns: {list: line}
"""
TABLES = """
create table visit (patient text, name text, email text, last_visit text);
insert into visit values ('P-1', 'Una', 'una@example.org', '2025-11-20');
insert into visit values ('P-2', 'Uwe', 'uwe@example.org', '2025-11-25');
create table line (statement text, number text, amount_minor integer);
insert into line values ('S-1', 'L-1', 500), ('S-1', 'L-2', 700), ('S-2', 'L-3', 100);
"""


@pytest.fixture
def surgery(house: House) -> House:
    (house.folder / "connectors" / "surgery.yaml").write_text(SURGERY, encoding="utf-8")
    (house.folder / "surgery.sqlite3").unlink(missing_ok=True)
    with sqlite3.connect(house.folder / "surgery.sqlite3") as database:
        database.executescript(TABLES)
    database.close()
    return house


def wake(house: House) -> None:
    """All that is due by the clock."""
    loop = Loop({LOOK_JOB: look, OPEN_JOB: open_due, "case": _nothing, "ask": _nothing}, clock=lambda: house.now)
    enqueuing.ensure(LOOK_JOB, "", due_at=house.now)
    for _ in range(20):
        if not loop.run_due():
            return
    raise AssertionError("the clock does not stop")


def _nothing(ref: str, now: datetime) -> None:
    """Another room's."""


def opened() -> list[datetime]:
    return list(Case.objects.order_by("opened_at").values_list("opened_at", flat=True))


def test_a_case_opens_once_when_its_time_has_come(house: House) -> None:
    house.publish(STOCKTAKING)
    wake(house)
    assert opened() == []
    house.now = datetime(2026, 12, 1, 0, 0, tzinfo=UTC)
    wake(house)
    wake(house)
    assert opened() == [house.now]
    house.now += timedelta(days=40)
    wake(house)
    assert Case.objects.get().channel == "time"


def test_after_a_sleep_what_was_due_opens_once_and_late(house: House) -> None:
    house.publish(STOCKTAKING)
    wake(house)
    house.now = datetime(2026, 12, 24, 8, 0, tzinfo=UTC)
    wake(house)
    assert opened() == [house.now]


def test_a_time_that_was_over_when_it_was_published_opens_nothing(house: House) -> None:
    house.now = datetime(2026, 12, 2, tzinfo=UTC)
    house.publish(STOCKTAKING)
    wake(house)
    assert opened() == []


def test_a_new_version_opens_nothing_again(house: House) -> None:
    house.publish(STOCKTAKING)
    wake(house)
    house.now = datetime(2026, 12, 2, tzinfo=UTC)
    wake(house)
    house.publish(STOCKTAKING.replace("Take stock", "Count all there is"))
    house.now += timedelta(hours=1)
    wake(house)
    assert len(opened()) == 1


def test_again_and_again_from_a_time_on_and_what_was_slept_through_is_made_up_for_once(house: House) -> None:
    house.publish(MONTHLY)
    wake(house)
    months = (datetime(2026, 12, 1, tzinfo=UTC), datetime(2027, 1, 1, tzinfo=UTC), datetime(2027, 5, 7, tzinfo=UTC))
    for house.now in months:
        wake(house)
    assert opened() == list(months)
    house.now = datetime(2027, 5, 31, tzinfo=UTC)
    wake(house)
    assert len(opened()) == 3


def test_each_row_opens_a_case_for_whom_it_names_when_it_is_due(surgery: House) -> None:
    surgery.publish(RECALL)
    wake(surgery)
    una = Case.objects.get()
    assert [party.party.name for party in una.participations.all()] == ["Una"]
    assert una.snapshot["assertions"][0]["value"] == {"date": "2025-11-20"}
    surgery.now += timedelta(days=1)
    wake(surgery)
    assert Case.objects.count() == 1
    surgery.now = datetime(2026, 11, 25, 12, 0, tzinfo=UTC)
    wake(surgery)
    assert {party.party.name for case in Case.objects.all() for party in case.participations.all()} == {"Una", "Uwe"}


def test_a_row_that_comes_again_with_another_time_opens_another_case(surgery: House) -> None:
    surgery.publish(RECALL)
    wake(surgery)
    with sqlite3.connect(surgery.folder / "surgery.sqlite3") as database:
        database.execute("update visit set last_visit = '2026-11-24' where patient = 'P-1'")
    database.close()
    surgery.now = datetime(2027, 11, 24, 12, 0, tzinfo=UTC)
    wake(surgery)
    assert Case.objects.filter(participations__party__name="Una").count() == 2


def test_a_system_that_is_down_is_asked_again_and_nobody_is_forgotten(
    surgery: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    surgery.publish(RECALL)
    real = opening_by_clock.read_rows
    monkeypatch.setattr(opening_by_clock, "read_rows", _down)
    wake(surgery)
    assert opened() == []
    monkeypatch.setattr(opening_by_clock, "read_rows", real)
    surgery.now += timedelta(minutes=6)
    wake(surgery)
    assert len(opened()) == 1


def test_two_workers_that_look_at_once_open_one_case(house: House) -> None:
    house.publish(STOCKTAKING)
    look("", house.now)
    ref = Job.objects.get(kind=OPEN_JOB).ref
    later = datetime(2026, 12, 1, 9, tzinfo=UTC)
    open_due(ref, later)
    open_due(ref, later)
    assert len(opened()) == 1


def test_an_event_opens_one_case_for_each_row_that_it_is_about(surgery: House) -> None:
    surgery.publish(STATEMENT)
    told = {"event": "surgery.statement", "match": "S-1", "now": surgery.now, "once": "E-1"}
    cases = take_event(**told)  # type: ignore[arg-type]
    numbers = sorted(case.snapshot["assertions"][0]["value"]["row"][1] for case in cases)
    assert numbers == ["L-1", "L-2"]
    take_event(**told)  # type: ignore[arg-type]
    assert Case.objects.count() == 2
    assert {want.fact for case in cases for want in case.wants.all()} == {"ours"}


def _down(call: str, told: object) -> list[object]:
    raise opening_by_clock.RowsMissing(f"{call}: down")
