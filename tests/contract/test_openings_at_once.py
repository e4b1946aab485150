"""A time that several workers find due at once opens one case, on every database."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from backline.cases.models import Case
from backline.cases.openings.opening_by_clock import OPEN_JOB, look, open_due
from backline.jobs.models import Job
from tests.contract.test_cases_at_once import at_once
from tests.rooms.cases_house import House, house

__all__ = ["house"]
pytestmark = pytest.mark.django_db(transaction=True)
STOCKTAKING = """
case: stocktaking
title: Take stock
for: none
owner: desk
opens: [{at: "date(2026, 12, 1)"}]
roles: {}
facts:
  place: {label: Where?, type: text, is: "'cellar'"}
  counted: {label: What did you count?, type: integer, work: {team: desk, shows: [place]}}
outcomes:
  counted: {when: counted > 0}
  otherwise: {}
"""


def test_workers_that_find_a_time_due_at_once_open_one_case(house: House) -> None:
    house.publish(STOCKTAKING)
    look("", house.now)
    ref = Job.objects.get(kind=OPEN_JOB).ref
    due = datetime(2026, 12, 1, 9, tzinfo=UTC)
    at_once(*[lambda: open_due(ref, due)] * 3)
    case = Case.objects.get()
    assert (case.type_key, case.wants.count()) == ("stocktaking", 1)


def test_workers_that_look_at_once_make_one_job(house: House) -> None:
    house.publish(STOCKTAKING)
    at_once(*[lambda: look("", house.now)] * 3)
    assert Job.objects.filter(kind=OPEN_JOB).count() == 1
