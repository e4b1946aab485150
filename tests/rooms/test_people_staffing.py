from datetime import UTC, datetime, timedelta

import pytest

from backline.people import absences, actors, staffing
from backline.people.absences import AbsenceRefused
from backline.people.accounts import AccountRefused
from backline.people.actors import SYSTEM, Actor
from backline.people.models import Account, Staff, Team
from backline.people.refusals import NotAllowed
from backline.people.staffing import StaffingRefused

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def hired(name: str = "Wendy", **more: object) -> Staff:
    told = {"by": SYSTEM, "email": f"{name.lower()}@example.org", "now": NOW, **more}
    return staffing.add_staff(name=name, **told)  # type: ignore[arg-type]


def test_a_colleague_acts_with_teams_skills_and_duties() -> None:
    staff = hired(teams=["withdrawals"], leads=["claims"], skills=["evidence"], duties=["worker", "auditor"])
    actor = actors.of_account(staff.account)
    assert (actor.id, actor.kind, actor.name) == (f"staff:{staff.pk}", "staff", "Wendy")
    assert actor.teams == {"withdrawals", "claims"}
    assert actor.leads == {"claims"}
    assert actor.skills == {"evidence"}
    assert actor.duties == {"worker", "auditor"}


def test_only_an_administrator_adds_a_colleague() -> None:
    with pytest.raises(NotAllowed):
        hired(by=Actor(id="staff:9", kind="staff", duties=frozenset({"worker"})))
    assert Account.objects.count() == 0


def test_an_address_serves_one_colleague_only_and_nothing_is_left_of_the_second() -> None:
    hired("Wendy", email="desk@example.org")
    with pytest.raises(AccountRefused, match=r"DESK@example\.org"):
        hired("Walt", email="DESK@example.org")
    assert Staff.objects.filter(name="Walt").count() == 0


def test_a_weak_password_and_an_unknown_duty_are_refused() -> None:
    with pytest.raises(AccountRefused, match="12 characters"):
        hired(password="short")
    with pytest.raises(StaffingRefused, match="emperor"):
        hired(duties=["emperor"])
    assert Staff.objects.count() == 0


def test_who_leaves_signs_in_no_more_and_has_no_team() -> None:
    staff = hired(teams=["claims"])
    staffing.leave(by=SYSTEM, staff=staff, now=NOW)
    account = Account.objects.get(staff=staff)
    assert not account.is_active
    with pytest.raises(actors.NoActor):
        actors.of_account(account)
    assert staff.memberships.count() == 0


def test_a_team_keeps_its_name_when_somebody_joins() -> None:
    staffing.add_team(by=SYSTEM, key="claims", name="Claims handling", calendar="north")
    hired(teams=["claims"])
    team = Team.objects.get(key="claims")
    assert (team.name, team.calendar) == ("Claims handling", "north")


def test_a_stand_in_stands_in_while_the_colleague_is_away() -> None:
    staff, colleague = hired("Wendy"), hired("Carl")
    starts, ends = NOW + timedelta(days=1), NOW + timedelta(days=8)
    absences.note_absence(by=actors.of_staff(staff), staff=staff, starts_at=starts, ends_at=ends, stand_in=colleague)
    assert absences.away(NOW) == frozenset()
    assert absences.away(starts) == {staff.pk}
    assert absences.stands_in_for(colleague, starts) == {staff.pk}
    assert absences.stands_in_for(colleague, ends) == frozenset()


def test_a_leader_may_note_an_absence_in_the_team_and_another_colleague_may_not() -> None:
    staff = hired("Wendy", teams=["claims"])
    leader, colleague = hired("Lena", leads=["claims"]), hired("Carl", teams=["claims"])
    later = NOW + timedelta(days=1)
    absences.note_absence(by=actors.of_staff(leader), staff=staff, starts_at=NOW, ends_at=later)
    with pytest.raises(NotAllowed):
        absences.note_absence(by=actors.of_staff(colleague), staff=staff, starts_at=NOW, ends_at=later)


def test_an_absence_has_a_length_and_nobody_stands_in_for_themselves() -> None:
    staff = hired()
    with pytest.raises(AbsenceRefused, match="end before"):
        absences.note_absence(by=SYSTEM, staff=staff, starts_at=NOW, ends_at=NOW)
    with pytest.raises(AbsenceRefused, match="themselves"):
        absences.note_absence(by=SYSTEM, staff=staff, starts_at=NOW, ends_at=NOW + timedelta(1), stand_in=staff)
