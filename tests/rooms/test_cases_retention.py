"""What is over is destroyed with a certificate; what has to be kept is kept, whoever asks."""

from __future__ import annotations

import dataclasses
from datetime import timedelta

import pytest

from backline.cases.adding import add_document, add_note
from backline.cases.models import Case, CaseParty, Destruction, Entry, EntryPayload
from backline.cases.reach import load_case
from backline.cases.records import retention
from backline.cases.records.destroying import destroy
from backline.cases.records.forgetting_people import erase_person
from backline.cases.records.holding import hold, release
from backline.cases.refusals import CaseNotFound, FactsRefused, NotAllowed, NotOpen
from backline.cases.storage.verifying import verify
from backline.channels.forgetting import forget_case
from backline.channels.models import Contact, Message
from backline.documents import contents
from backline.documents.models import ContentReading, Document
from backline.documents.storing import store
from backline.people.actors import SYSTEM, Actor
from backline.people.models import Identifier
from tests.rooms.cases_house import House

pytestmark = pytest.mark.django_db
KEPT = """
case: membership
title: Become a member
for: customer
owner: desk
keep: 2 years after close
roles: {customer: {label: You}}
facts:
  name: {label: What is your name?, type: text, ask: customer, searchable: yes}
outcomes:
  joined: {label: Joined, when: name != 'Nobody'}
  otherwise: {label: Refused, keep: 30 days}
"""


def administrator(house: House) -> Actor:
    """Who decides what is kept."""
    return dataclasses.replace(house.actor("worker"), duties=frozenset({"administrator"}))


def ended(house: House, name: str = "Ada") -> Case:
    """A case at its end, with a paper in it."""
    case = house.open("membership", name=name)
    paper = store(content=f"Letter of {name}".encode(), name="letter.txt", by="staff:1", now=house.now)
    return add_document(case=case, document=paper, by=house.actor("worker"), channel="workbench", now=house.now)


@pytest.fixture
def club(house: House) -> House:
    """A house whose cases are kept for a time."""
    house.publish(KEPT)
    return house


def test_a_case_is_kept_as_long_as_its_type_says_or_its_outcome(club: House) -> None:
    joined, refused = ended(club), ended(club, "Nobody")
    assert [retention.kept_until(one).isoformat() for one in (joined, refused)] == ["2028-11-23", "2026-12-23"]  # type: ignore[union-attr]
    assert list(retention.over(now=club.now)) == []
    assert [case for case, _day in retention.over(now=club.now + timedelta(days=31))] == [refused]


def test_what_is_over_is_destroyed_and_the_chain_still_holds(club: House) -> None:
    case = ended(club)
    (paper,) = Document.objects.all()
    entries = Entry.objects.filter(case=case).count()
    club.now += timedelta(days=800)
    certificate = destroy(case=case, by=SYSTEM, ground="retention", now=club.now, also=[forget_case])
    case.refresh_from_db()
    assert (case.state, case.outcome, certificate.entries) == ("gone", "joined", entries)
    assert certificate.documents == [{"sha256": paper.sha256, "kind": "", "shared": False}]
    assert not Document.objects.exists()
    assert not ContentReading.objects.exists()
    assert not contents.path_of(paper.sha256).exists()
    said = [row.data for row in EntryPayload.objects.filter(case=case).order_by("sequence")]
    assert said == [{}] * entries + [{"ground": "retention", "reason": ""}]
    assert verify().broken == ()


def test_nobody_finds_a_destroyed_case_any_more(club: House) -> None:
    case = ended(club)
    destroy(case=case, by=SYSTEM, ground="retention", now=club.now + timedelta(days=800))
    for who in (club.ann, club.actor("worker"), administrator(club)):
        with pytest.raises(CaseNotFound):
            load_case(case.reference, who)
    assert not CaseParty.objects.filter(case=case).exists()


def test_a_destruction_that_was_tampered_with_is_found(club: House) -> None:
    case = ended(club)
    destroy(case=case, by=SYSTEM, ground="retention", now=club.now + timedelta(days=800))
    Destruction.objects.update(chain="0" * 64)
    assert [one.where for one in verify().broken] == ["certificate"]


@pytest.mark.parametrize(("days", "words"), [(0, "has to be kept until 2028-11-23"), (800, "kept on order: A dispute")])
def test_what_has_to_be_kept_is_not_destroyed(club: House, days: int, words: str) -> None:
    case = ended(club)
    if days:
        hold(case=case, by=administrator(club), reason="A dispute", now=club.now)
    with pytest.raises(NotOpen, match=words):
        destroy(case=case, by=SYSTEM, ground="retention", now=club.now + timedelta(days=days))
    assert Document.objects.exists()


def test_an_order_ends_and_retention_goes_on(club: House) -> None:
    case, boss = ended(club), administrator(club)
    made = hold(case=case, by=boss, reason="A dispute", now=club.now)
    club.now += timedelta(days=800)
    assert list(retention.over(now=club.now)) == []
    release(held=made, by=boss, reason="It was settled", now=club.now)
    assert [one for one, _day in retention.over(now=club.now)] == [case]
    with pytest.raises(NotOpen):
        release(held=made, by=boss, reason="Again", now=club.now)
    assert verify().broken == ()


def test_only_an_administrator_decides_and_says_why(club: House) -> None:
    case = ended(club)
    with pytest.raises(NotAllowed):
        hold(case=case, by=club.actor("leader"), reason="Mine", now=club.now)
    with pytest.raises(FactsRefused):
        hold(case=case, by=administrator(club), reason="  ", now=club.now)
    with pytest.raises(NotAllowed):
        destroy(case=case, by=club.actor("leader"), ground="request", now=club.now + timedelta(days=800))


def test_an_open_case_is_never_destroyed(club: House) -> None:
    with pytest.raises(NotOpen):
        destroy(case=club.open("membership"), by=SYSTEM, ground="request", now=club.now + timedelta(days=9000))


def test_a_document_of_two_cases_stays_in_the_other(club: House) -> None:
    first, second = ended(club), club.open("membership", name="Bea")
    (paper,) = Document.objects.all()
    add_document(case=second, document=paper, by=club.actor("worker"), channel="workbench", now=club.now)
    destroy(case=first, by=SYSTEM, ground="retention", now=club.now + timedelta(days=800))
    assert Destruction.objects.get().documents[0]["shared"] is True
    assert contents.path_of(paper.sha256).exists()


def test_what_came_in_and_went_out_is_emptied_with_it(club: House) -> None:
    case = ended(club)
    raw = contents.write(b"From: ann@example.org\n\nMy name is Ada")
    Contact.objects.create(
        fingerprint="f", channel="email", sender="ann@example.org", text="My name is Ada", raw_sha256=raw,
        taken_at=club.now, result="taken", party=club.customer, case=case,
    )  # fmt: skip
    Message.objects.create(
        key="k", kind="message", case=case, party=club.customer, to="ann@example.org", subject="Welcome, Ada",
        text="Ada", language="en", made_at=club.now,
    )  # fmt: skip
    destroy(case=case, by=SYSTEM, ground="retention", now=club.now + timedelta(days=800), also=[forget_case])
    contact, message = Contact.objects.get(), Message.objects.get()
    assert [contact.sender, contact.text, contact.party, message.to, message.subject] == ["", "", None, "", ""]


def test_a_person_who_asks_is_told_what_is_kept_and_until_when(club: House) -> None:
    case = ended(club)
    told = erase_person(party=club.customer, by=administrator(club), reason="By letter", now=club.now)
    assert (told.destroyed, told.forgotten) == ((), False)
    assert told.kept == ((case.reference, "It has to be kept until 2028-11-23."),)
    assert Identifier.objects.filter(party=club.customer).exists()


def test_a_person_of_whom_nothing_has_to_be_kept_is_forgotten(club: House) -> None:
    case = ended(club)
    add_note(case=case, by=club.actor("worker"), text="Ada called", now=club.now)
    later = club.now + timedelta(days=800)
    told = erase_person(party=club.customer, by=administrator(club), reason="By letter", now=later)
    assert (told.destroyed, told.kept, told.forgotten) == ((case.reference,), (), True)
    club.customer.refresh_from_db()
    assert club.customer.name == ""
    assert not Identifier.objects.filter(party=club.customer).exists()
    assert verify().broken == ()
