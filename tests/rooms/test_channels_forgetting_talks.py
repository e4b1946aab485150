"""Chats and calls that never became part of a request go after their time, and with their person; others stay."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backline.channels.calls.models import Call
from backline.channels.calls.noting import keep_posted, take_kept
from backline.channels.calls.transcripts import Transcript, Turn
from backline.channels.chats.mailing import ask_address, mail_answers
from backline.channels.forgetting_talks import forget_talks, forget_talks_of
from backline.channels.models import Chat, ChatLine, Contact
from backline.documents.models import Document
from backline.documents.storing import store
from backline.people.models import Identifier
from backline.project.organisation import Keep, SettingsRefused
from tests.rooms.cases_house import House, house  # noqa: F401

pytestmark = pytest.mark.django_db
DAYS = timedelta(days=1)


def chat(at: datetime, key: str, **more: object) -> Chat:
    row = Chat.objects.create(key=key, team="desk", name="Ann", began_at=at, said_at=at, seen_at=at, **more)
    paper = store(content=f"A photo of {key}".encode(), name=f"{key}.txt", kind="", by="chat", now=at)
    ChatLine.objects.create(chat=row, mine=True, text="Hello", document=paper, at=at)
    return row


def call(at: datetime, id: str, **more: object) -> Call:
    row = Call.objects.create(source="own", call_id=id, number="+4930123456", began_at=at, **more)
    keep_posted(row, Transcript(turns=(Turn(speaker="Ann", text=f"Hello {id}"),)), now=at)
    take_kept(str(Contact.objects.get(message_id=id).pk), at)
    return row


def test_what_is_old_goes_with_its_files_and_what_is_new_or_of_a_case_stays(house: House) -> None:  # noqa: F811
    now, old = house.now, house.now - 91 * DAYS
    case = house.open(account="A-1")
    chat(old, "old"), call(old, "old")
    kept = [chat(now, "new"), chat(old, "of the case", case=case)]
    rung = call(now, "new")

    assert forget_talks(before=now - 90 * DAYS) == 2
    assert set(Chat.objects.all()) == set(kept)
    assert set(Call.objects.all()) == {rung}
    assert {one.message_id for one in Contact.objects.filter(channel="call")} == {"new"}
    assert not Document.objects.filter(name__startswith="old").exists()
    assert Document.objects.filter(name="new.txt").exists()
    assert forget_talks(before=now - 90 * DAYS) == 0


def test_those_of_a_forgotten_person_go_at_once_by_their_addresses_too(house: House) -> None:  # noqa: F811
    now, ann = house.now, house.customer
    Identifier.objects.create(party=ann, kind="phone", value="+4930123456", created_at=now)
    Identifier.objects.create(party=ann, kind="email", value="ann@else.example", created_at=now)
    chat(now, "hers", party=ann), chat(now, "by address", email="ann@else.example"), call(now, "c-1")
    other = chat(now, "of another", email="bob@else.example")

    assert forget_talks_of(ann) == 3
    assert list(Chat.objects.all()) == [other]
    assert not Call.objects.exists()


def test_a_job_that_still_waits_for_what_was_forgotten_has_nothing_to_do(house: House) -> None:  # noqa: F811
    gone = chat(house.now, "hers", party=house.customer)
    number, contact = str(gone.pk), str(Contact.objects.count() + 1000)
    forget_talks_of(house.customer)
    mail_answers(number, house.now)
    ask_address(number, house.now)
    take_kept(contact, house.now)


@pytest.mark.parametrize("days", [0, -1, "90 days"])
def test_a_time_that_is_none_is_refused(days: object) -> None:
    with pytest.raises(SettingsRefused, match="talk_days"):
        Keep(talk_days=days)  # type: ignore[arg-type]
