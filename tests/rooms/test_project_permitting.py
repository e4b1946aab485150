"""Mandates as case types ask for them and grant them: as of the instant of the door, not of the machine."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from backline.cases.models import Case, Effect
from backline.cases.storage.encoding import encode_members
from backline.connectors.contract import Done, Found
from backline.people.models import Mandate, Party
from backline.people.parties import as_row, create_party
from backline.project.permitting import grant_mandate, has_mandate

pytestmark = pytest.mark.django_db
THEN = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)


def granted(giver: Party, holder: Party) -> Mandate:
    """As an effect that began then."""
    payload = encode_members({"giver": as_row(giver), "holder": as_row(holder), "service": "appointments", "days": 30})
    effect = Effect(key="MA-1/grant//1/do", payload=payload, planned_at=THEN, started_at=THEN)
    assert isinstance(grant_mandate(effect), Done)
    return Mandate.objects.get()


def test_a_mandate_runs_from_the_instant_at_which_its_effect_began() -> None:
    giver, holder = create_party(name="Dora", now=THEN), create_party(name="Maria", now=THEN)
    assert granted(giver, holder).ends_at == THEN + timedelta(days=30)


@pytest.mark.parametrize(("day", "runs"), [(0, True), (29, True), (31, False), (-1, False)])
def test_whether_it_runs_is_asked_as_of_the_instant_of_the_door(day: int, runs: bool) -> None:
    giver, holder = create_party(name="Dora", now=THEN), create_party(name="Maria", now=THEN)
    granted(giver, holder)
    asked = {"holder": as_row(holder), "giver": as_row(giver), "service": "appointments"}
    found = has_mandate(Case(), asked, THEN + timedelta(days=day))
    assert isinstance(found, Found)
    assert found.value is runs
