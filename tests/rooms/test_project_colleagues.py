"""Colleagues as customers: who leads them, whether they work here; an absence is noted once and ended again."""

from __future__ import annotations

from datetime import UTC, date, datetime

import pytest

from backline.cases.models import Case, Effect
from backline.cases.storage.encoding import encode_members
from backline.connectors.contract import Done, Found, Missing, Refused
from backline.people.accounts import be_customer_too
from backline.people.actors import SYSTEM
from backline.people.models import Absence, Account, Party
from backline.people.parties import as_row, create_party
from backline.people.staffing import add_staff, add_team
from backline.project.colleagues import end_absence, lead_of, note_absence, works_here

pytestmark = pytest.mark.django_db
NOW = datetime(2031, 3, 3, 9, 0, tzinfo=UTC)


def colleague(name: str, *, leads: tuple[str, ...] = ()) -> Party:
    """A colleague of the one team, as the party that they are when they ask for something."""
    add_team(by=SYSTEM, key="desk", name="Desk")
    add_staff(by=SYSTEM, name=name, email=f"{name.lower()}@home.example", now=NOW, teams=("desk",), leads=leads)
    return be_customer_too(account=Account.objects.get(email=f"{name.lower()}@home.example"), now=NOW)


def away(party: Party) -> Effect:
    payload = encode_members({"employee": as_row(party), "first_day": date(2031, 3, 5), "last_day": date(2031, 3, 7)})
    return Effect(key="LE-1/note//1/do", payload=payload, planned_at=NOW)


def test_the_lead_of_a_colleague_is_whoever_leads_their_team() -> None:
    ines, ruth = colleague("Ines"), colleague("Ruth", leads=("desk",))
    found = lead_of(Case(), {"employee": as_row(ines)}, NOW)
    assert isinstance(found, Found)
    assert found.value["id"] == str(ruth.pk)
    assert isinstance(lead_of(Case(), {"employee": as_row(ruth)}, NOW), Missing), "nobody leads themselves"


def test_a_customer_does_not_work_here() -> None:
    stranger = create_party(name="Dora", now=NOW)
    told = [works_here(Case(), {"employee": as_row(one)}, NOW) for one in (stranger, colleague("Ines"))]
    assert [one.value for one in told if isinstance(one, Found)] == [False, True]
    assert isinstance(note_absence(away(stranger)), Refused)


def test_an_absence_is_noted_once_until_the_day_after_the_last_and_ended_again() -> None:
    ines = colleague("Ines")
    assert isinstance(note_absence(away(ines)), Done)
    assert isinstance(note_absence(away(ines)), Done)
    absence = Absence.objects.get()
    assert (absence.starts_at.date(), absence.ends_at.date()) >= (date(2031, 3, 4), date(2031, 3, 7))
    assert (absence.ends_at - absence.starts_at).days == 3
    assert isinstance(end_absence(away(ines)), Done)
    assert not Absence.objects.exists()
