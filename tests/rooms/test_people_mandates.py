from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from backline.people import mandates, parties
from backline.people.actors import SYSTEM, Actor, of_party
from backline.people.birthdays import birthday
from backline.people.mandates import MandateRefused
from backline.people.models import Mandate, Party
from backline.people.refusals import NotAllowed

pytestmark = pytest.mark.django_db
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
CHICAGO = ZoneInfo("America/Chicago")
WORKER = Actor(id="staff:1", kind="staff", duties=frozenset({"worker"}))


@pytest.fixture
def daughter() -> Party:
    return parties.create_party(name="Dora", birth_date=date(2008, 11, 15), now=NOW)


@pytest.fixture
def mother() -> Party:
    return parties.create_party(name="Maria", now=NOW)


def granted(giver: Party, holder: Party, **more: object) -> Mandate:
    told = {"by": of_party(giver), "services": ["appointments"], "now": NOW, **more}
    return mandates.grant(giver=giver, holder=holder, **told)  # type: ignore[arg-type]


def may(
    holder: Party, giver: Party, service: str = "appointments", now: datetime = NOW, zone: ZoneInfo = BERLIN
) -> bool:
    return mandates.covers(holder=holder.pk, giver=giver.pk, service=service, now=now, zone=zone)


def test_a_mandate_covers_its_services_alone_and_in_one_direction(daughter: Party, mother: Party) -> None:
    granted(daughter, mother, ends_at=NOW + timedelta(days=90))
    assert may(mother, daughter)
    assert not may(mother, daughter, "records")
    assert not may(daughter, mother)


def test_a_mandate_for_everything_covers_any_service(daughter: Party, mother: Party) -> None:
    granted(daughter, mother, services=["everything"])
    assert may(mother, daughter, "records")


def test_a_mandate_holds_from_its_start_to_just_before_its_end(daughter: Party, mother: Party) -> None:
    starts, ends = NOW + timedelta(days=1), NOW + timedelta(days=91)
    granted(daughter, mother, starts_at=starts, ends_at=ends)
    assert not may(mother, daughter, now=NOW)
    assert may(mother, daughter, now=starts)
    assert may(mother, daughter, now=ends - timedelta(microseconds=1))
    assert not may(mother, daughter, now=ends)


@pytest.mark.parametrize("zone", [BERLIN, CHICAGO])
def test_a_parents_mandate_ends_as_the_18th_birthday_begins_where_the_organisation_is(
    daughter: Party, mother: Party, zone: ZoneInfo
) -> None:
    granted(daughter, mother, by=SYSTEM, basis="parent", starts_at=NOW - timedelta(days=400))
    midnight = datetime(2026, 11, 15, 0, 0, tzinfo=zone)
    assert may(mother, daughter, now=midnight - timedelta(seconds=1), zone=zone)
    assert not may(mother, daughter, now=midnight, zone=zone)


def test_a_guardians_mandate_does_not_end_on_the_birthday(daughter: Party, mother: Party) -> None:
    granted(daughter, mother, by=WORKER, basis="guardian")
    assert may(mother, daughter)


def test_born_on_29_february_one_is_18_on_1_march(mother: Party) -> None:
    leaper = parties.create_party(name="Lea", birth_date=date(2008, 2, 29), now=NOW)
    granted(leaper, mother, by=SYSTEM, basis="parent", starts_at=datetime(2020, 1, 1, tzinfo=UTC))
    assert may(mother, leaper, now=datetime(2026, 2, 28, 23, 59, tzinfo=BERLIN))
    assert not may(mother, leaper, now=datetime(2026, 3, 1, 0, 0, tzinfo=BERLIN))
    assert birthday(date(2008, 2, 29), 20) == date(2028, 2, 29)


def test_a_parents_mandate_needs_a_date_of_birth(mother: Party) -> None:
    child = parties.create_party(name="Kim", now=NOW)
    with pytest.raises(MandateRefused, match="date of birth"):
        granted(child, mother, by=SYSTEM, basis="parent")


def test_a_parents_mandate_is_not_relied_on_once_the_date_of_birth_is_gone(mother: Party) -> None:
    child = parties.create_party(name="Kim", birth_date=date(2015, 1, 1), now=NOW)
    granted(child, mother, by=SYSTEM, basis="parent")
    assert may(mother, child)
    Party.objects.filter(pk=child.pk).update(birth_date=None)
    assert not may(mother, child)


def test_nobody_grants_for_somebody_else_and_no_parent_appoints_themselves(daughter: Party, mother: Party) -> None:
    with pytest.raises(NotAllowed):
        granted(daughter, mother, by=of_party(mother))
    with pytest.raises(NotAllowed):
        granted(daughter, mother, by=of_party(daughter), basis="parent")


def test_what_makes_no_sense_is_refused_in_words(daughter: Party, mother: Party) -> None:
    with pytest.raises(MandateRefused, match="themselves"):
        granted(daughter, daughter)
    with pytest.raises(MandateRefused, match="at least one service"):
        granted(daughter, mother, services=[])
    with pytest.raises(MandateRefused, match="end before"):
        granted(daughter, mother, ends_at=NOW)


def test_a_revoked_mandate_stops_at_once_and_says_who_and_when(daughter: Party, mother: Party) -> None:
    mandate = granted(daughter, mother)
    later = NOW + timedelta(hours=1)
    mandates.revoke(by=of_party(daughter), mandate=mandate, now=later, reason="Moved out")
    assert may(mother, daughter, now=NOW)
    assert not may(mother, daughter, now=later)
    again = mandates.revoke(by=WORKER, mandate=mandate, now=later + timedelta(hours=1))
    assert (again.by, again.at) == (f"party:{daughter.pk}", later)
    [standing] = mandates.mandates_of(daughter.pk, now=later)
    assert (standing.state, standing.ends_at, standing.services) == ("revoked", later, ("appointments",))


def test_the_holder_may_lay_a_mandate_down_and_an_outsider_may_not(daughter: Party, mother: Party) -> None:
    mandate = granted(daughter, mother)
    outsider = parties.create_party(name="Otto", now=NOW)
    with pytest.raises(NotAllowed):
        mandates.revoke(by=of_party(outsider), mandate=mandate, now=NOW)
    mandates.revoke(by=of_party(mother), mandate=mandate, now=NOW)
    assert not may(mother, daughter)


def test_revoking_one_mandate_leaves_another_in_force(daughter: Party, mother: Party) -> None:
    first, _second = granted(daughter, mother), granted(daughter, mother)
    mandates.revoke(by=of_party(daughter), mandate=first, now=NOW)
    assert may(mother, daughter)


def test_both_see_what_was_granted_and_when_it_ends(daughter: Party, mother: Party) -> None:
    granted(daughter, mother, by=SYSTEM, basis="parent", starts_at=NOW - timedelta(days=400))
    for party in (daughter, mother):
        [standing] = mandates.mandates_of(party.pk, now=NOW, zone=BERLIN)
        assert (standing.state, standing.ends_at) == ("ended", datetime(2026, 11, 15, tzinfo=BERLIN))


def test_a_mandate_that_is_told_twice_is_granted_once(daughter: Party, mother: Party) -> None:
    first = granted(daughter, mother, key="HW-4F7K-29/grant//1")
    mandates.revoke(by=of_party(daughter), mandate=first, now=NOW)
    assert granted(daughter, mother, key="HW-4F7K-29/grant//1") == first
    assert not may(mother, daughter)
    assert granted(daughter, mother, key="HW-4F7K-29/grant//2") != first


def test_the_mandate_that_lasts_longest_is_the_one_relied_on(daughter: Party, mother: Party) -> None:
    granted(daughter, mother, ends_at=NOW + timedelta(days=1))
    longest = granted(daughter, mother)
    granted(daughter, mother, ends_at=NOW + timedelta(days=5))
    assert mandates.mandate_for(holder=mother.pk, giver=daughter.pk, services=["appointments"], now=NOW) == longest
