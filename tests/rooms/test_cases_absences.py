"""Work that somebody has in hand who is away: the team goes on, and so does who stands in."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from backline.cases.answering import answer_want
from backline.cases.models import Want
from backline.cases.reach import load_case
from backline.cases.refusals import CaseNotFound, NotAllowed, TaskTaken
from backline.cases.working import take_task
from backline.people.actors import Actor
from backline.people.models import Absence, Staff
from tests.rooms.cases_house import House

pytestmark = pytest.mark.django_db


def colleague(house: House, name: str, *teams: str) -> Actor:
    """A colleague who has a row, so that they can be away."""
    staff = Staff.objects.create(name=name, joined_at=house.now)
    actor = house.actor("worker", teams=teams)
    return replace(actor, id=f"staff:{staff.pk}", staff_id=staff.pk, name=name)


def taken(house: House, by: Actor) -> Want:
    """A task that this colleague has in hand."""
    case = house.open(account="A-1", amount="300 EUR")
    return take_task(want=case.wants.get(kind="work"), by=by, now=house.now)


def away(house: House, who: Actor, stand_in: Actor | None = None) -> None:
    span = {"starts_at": house.now - timedelta(days=1), "ends_at": house.now + timedelta(days=1)}
    Absence.objects.create(staff_id=who.staff_id, stand_in_id=stand_in.staff_id if stand_in else None, **span)


def test_what_a_colleague_has_in_hand_is_the_teams_again_while_they_are_away(house: House) -> None:
    mia, tom = colleague(house, "Mia", "desk"), colleague(house, "Tom", "desk")
    want = taken(house, mia)
    with pytest.raises(TaskTaken):
        answer_want(want=want, by=tom, channel="workbench", value="yes", now=house.now)
    away(house, mia)
    assert take_task(want=want, by=tom, now=house.now).taken_by == tom.id
    answer = answer_want(want=want, by=tom, channel="workbench", value="yes", now=house.now)
    assert answer.case.outcome == "paid"


def test_who_stands_in_reaches_and_answers_the_task_from_another_team_until_they_are_back(house: House) -> None:
    mia, eve = colleague(house, "Mia", "desk"), colleague(house, "Eve", "tellers")
    want = taken(house, mia)
    with pytest.raises(CaseNotFound):
        load_case(want.case.reference, eve, now=house.now)
    away(house, mia, stand_in=eve)
    assert load_case(want.case.reference, eve, now=house.now) == want.case
    back = house.now + timedelta(days=2)
    with pytest.raises(NotAllowed):
        answer_want(want=want, by=eve, channel="workbench", value="yes", now=back)
    assert answer_want(want=want, by=eve, channel="workbench", value="yes", now=house.now).case.outcome == "paid"
