"""Calls: announced where they ring, taken for whom they are, noted, and heard as facts."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import date, datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from django.conf import settings as backline
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from backline.cases.models import Case, Entry, EntryPayload, Want
from backline.channels.calls.noting import take_kept
from backline.channels.models import Call, Contact
from backline.channels.webhooks.signing import sign
from backline.people.models import Identifier, Look
from backline.people.parties import describe_party, verify_identifier
from backline.project.organisation import Telephony
from tests.rooms.cases_house import House
from tests.rooms.workbench_house import Desk, sign_in, workbench  # noqa: F401

pytestmark = pytest.mark.django_db
ANN = "+4930123456"
SECRET = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SOURCES = (
    Telephony(name="own", secret_from="CALL_SECRET", extensions={"12": "worker@house.example"}),
    Telephony(name="tw", shape="twilio", secret_from="CALL_SECRET"),
)
TOLD = """
kinds: {}
told:
  payout:
    amount: {type: money, near: [need, want], currency: EUR}
    account: {type: text, near: [account], pattern: "[A-Z]-[0-9]+"}
"""


@pytest.fixture
def phone(workbench: House, settings: Any, monkeypatch: pytest.MonkeyPatch) -> House:  # noqa: F811
    """Two telephone systems; Ann told us her number once; callers are asked when they were born."""
    house = workbench
    settings.ORGANISATION = replace(
        settings.ORGANISATION, telephony=SOURCES, caller_checks=("birth_date",), base_url="https://desk.example"
    )
    monkeypatch.setenv("CALL_SECRET", SECRET)
    Identifier.objects.create(party=house.customer, kind="phone", value=ANN, created_at=house.now)
    describe_party(party=house.customer, birth_date=date(1978, 3, 14))
    (backline.FOLDER / "types" / "kinds.yaml").write_text(TOLD)
    return house


def post(name: str, body: bytes, headers: dict[str, str]) -> HttpResponse:
    """The telephone system posts."""
    kind = "application/x-www-form-urlencoded" if name == "tw" else "application/json"
    return Client().post(f"/calls/{name}", body, content_type=kind, headers=headers)  # type: ignore[return-value]


def own(*calls: dict[str, Any], at: datetime | None = None, secret: str = SECRET) -> HttpResponse:
    """In the documented shape."""
    body, at = json.dumps({"calls": calls}).encode(), at or timezone.now()
    signature = sign(base64.b64decode(secret), id="m", at=at, body=body)
    return post(
        "own",
        body,
        {"webhook-id": "m", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature},
    )


def twilio(**fields: str) -> HttpResponse:
    """As that provider posts a call's progress."""
    signed = "https://desk.example/calls/tw" + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    mac = base64.b64encode(hmac.new(SECRET.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    return post("tw", urlencode(fields).encode(), {"X-Twilio-Signature": mac})


def rings(phone: House, **more: Any) -> tuple[Desk, Call]:
    """Ann calls the worker."""
    desk = sign_in("worker", phone)
    own({"id": "c-1", "event": "ringing", "from": ANN, "to": "12", "at": phone.now.isoformat(), **more})
    return desk, Call.objects.get()


def known(phone: House) -> tuple[Desk, Call]:
    """She calls, and knows when she was born."""
    desk, call = rings(phone)
    desk.post(f"/work/calls/{call.pk}", {"how": "who", "party": phone.customer.pk, "birth_date": "14 March 1978"})
    return desk, call


def test_a_call_is_announced_on_every_page_of_the_colleague_and_of_nobody_else(phone: House) -> None:
    desk, call = rings(phone)
    assert f"/work/calls/{call.pk}" in desk.get("/work/").content.decode()
    assert f"{ANN} calls" in desk.read("/work/ringing"), "anybody can say of a number that it is theirs"
    verify_identifier(party=phone.customer, kind="phone", value=ANN, now=phone.now)
    assert f"{phone.customer.name} calls" in desk.read("/work/ringing")
    other = sign_in("colleague", phone)
    assert "calls" not in other.read("/work/ringing")
    assert other.get(f"/work/calls/{call.pk}").status_code == 404


def test_what_was_opened_or_has_ended_is_announced_no_more(phone: House) -> None:
    desk, call = rings(phone)
    desk.read(f"/work/calls/{call.pk}")
    assert "calls" not in desk.read("/work/ringing")
    Call.objects.update(opened_at=None)
    own({"id": "c-1", "event": "ended"})
    assert "calls" not in desk.read("/work/ringing")


def test_events_that_come_late_or_twice_take_nothing_back(phone: House) -> None:
    _desk, _call = rings(phone)
    assert own({"id": "c-1", "event": "ended", "recording": "rec/7"}).status_code == 202
    assert own({"id": "c-1", "event": "answered"}).status_code == 200
    assert own({"id": "c-1", "event": "ringing", "from": ANN, "to": "12"}).status_code == 200
    call = Call.objects.get()
    assert (call.state, call.recording) == ("ended", "rec/7")


@pytest.mark.parametrize(
    ("told", "status"),
    [
        ({"id": "", "event": "ringing"}, 422),
        ({"id": "c", "event": "sings"}, 422),
        ({"id": "c", "event": "ringing", "at": "soon"}, 422),
        ({"id": "c", "event": "transcript", "turns": "Hello"}, 422),
        ({"id": "c", "event": "transcript", "turns": []}, 422),
    ],
)
def test_what_is_not_of_the_shape_is_refused_and_nothing_kept(phone: House, told: dict[str, Any], status: int) -> None:
    assert own(told).status_code == status
    assert not Call.objects.exists()


def test_what_is_not_signed_is_refused(phone: House) -> None:
    wrong = base64.b64encode(b"another secret, as long as it").decode()
    assert own({"id": "c", "event": "ringing"}, secret=wrong).status_code == 401
    assert post("own", b"{}", {}).status_code == 401
    assert post("none", b"{}", {}).status_code == 404


def test_a_call_of_twilio_is_the_same_to_us(phone: House) -> None:
    desk = sign_in("worker", phone)
    told = {"CallSid": "CA1", "From": ANN, "To": "client:worker@house.example"}
    assert twilio(**told, CallStatus="ringing").status_code == 202
    Call.objects.update(began_at=phone.now)
    assert "calls" in desk.read("/work/ringing")
    assert twilio(**told, CallStatus="completed").status_code == 202
    assert twilio(CallSid="CA1", RecordingUrl="https://rec.example/1").status_code == 202
    assert (Call.objects.get().state, Call.objects.get().recording) == ("ended", "https://rec.example/1")


def test_the_number_is_a_hint_and_a_wrong_answer_tells_nothing(phone: House) -> None:
    case = phone.open(account="A-1", amount="200")
    desk, call = rings(phone)
    page = desk.read(f"/work/calls/{call.pk}")
    assert "no proof" in page
    assert case.reference not in page
    assert "1978" not in page
    wrong = desk.post(f"/work/calls/{call.pk}", {"how": "who", "party": phone.customer.pk, "birth_date": "1.1.1990"})
    assert wrong.status_code == 422
    assert "not what we know" in wrong.content.decode()
    assert case.reference not in wrong.content.decode()
    assert Look.objects.filter(party=phone.customer, what__contains="could not tell").exists()
    desk.post(f"/work/calls/{call.pk}", {"how": "who", "party": phone.customer.pk, "birth_date": "14.03.1978"})
    page = desk.read(f"/work/calls/{call.pk}")
    assert case.reference in page
    assert "They knew: Date of birth" in page


def test_nobody_is_taken_for_a_guessed_person(phone: House) -> None:
    desk, call = rings(phone)
    stranger = phone.partner if hasattr(phone, "partner") else None
    number = stranger.pk if stranger else 999_999
    assert desk.post(f"/work/calls/{call.pk}", {"how": "who", "party": number}).status_code == 404


def test_somebody_new_is_noted_with_a_number_that_proves_nothing(phone: House) -> None:
    desk, _call = rings(phone)
    own({"id": "c-2", "event": "ringing", "from": "+49 30 999", "to": "12"})
    call = Call.objects.get(call_id="c-2")
    assert "nobody by this number" in desk.read(f"/work/calls/{call.pk}")
    desk.post(f"/work/calls/{call.pk}", {"how": "new", "name": "Nora New"})
    call.refresh_from_db()
    assert call.party is not None
    assert call.party.name == "Nora New"
    assert call.party.identifiers.get().verified_at is None


def test_a_note_goes_to_the_chosen_case_and_what_it_says_is_a_fact_with_its_place(phone: House) -> None:
    case = phone.open(account="A-1")
    desk, call = known(phone)
    note = "She lost the form. I need 250 euros, she said."
    went = desk.post(f"/work/calls/{call.pk}", {"how": "note", "case": case.reference, "text": note})
    assert went["Location"] == f"/work/cases/{case.reference}"
    contact = Contact.objects.get(channel="phone")
    assert (contact.case, contact.result) == (case, "taken")
    said = next(
        row.data
        for row in EntryPayload.objects.filter(case=case)
        if row.data.get("assertion", {}).get("fact") == "amount"
    )
    assert said["place"]["text"] == "250"
    assert said["place"]["document"] == contact.attached.get().document_id
    call.refresh_from_db()
    assert call.case == case
    assert Entry.objects.filter(case=case, kind="message", actor=desk.name).count() == 1


def test_a_note_can_begin_a_request_and_nothing_is_asked_that_it_says(phone: House) -> None:
    desk, call = known(phone)
    told = {"how": "note", "case": "new", "service": "payout", "text": "I want 300 EUR from account A-1"}
    went = desk.post(f"/work/calls/{call.pk}", told)
    case = Case.objects.get()
    assert went["Location"] == f"/work/cases/{case.reference}/call"
    assert not case.wants.filter(kind="ask", closed_at=None).exists()


def test_an_unsure_word_waits_in_the_list_of_readings_and_is_confirmed_beside_the_question(phone: House) -> None:
    case = phone.open(account="A-1")
    desk, call = known(phone)
    text = "I need 300 euros. No, sorry, I need 310 euros.\nI need 250 euros."
    went = desk.post(f"/work/calls/{call.pk}", {"how": "note", "case": case.reference, "text": text})
    assert went.status_code == 302, went.content.decode()
    task = Want.objects.get(case=case, kind="free", closed_at=None)
    assert "Check what was said" in desk.read("/work/?view=readings")
    page = desk.get(f"/work/cases/{case.reference}/call").content.decode()
    assert 'value="250' in page
    assert "Said:" in page
    desk.post(f"/work/cases/{case.reference}/call", {"amount": "310", "_channel": "phone"})
    task.refresh_from_db()
    assert task.closed_at is not None


def test_nothing_is_noted_without_words_a_person_or_a_case(phone: House) -> None:
    desk, call = rings(phone)
    for told in ({"how": "note", "text": "Hello"}, {"how": "note"}, {}):
        assert desk.post(f"/work/calls/{call.pk}", told).status_code == 422
    desk, call = known(phone)
    for told in ({"text": "Hello"}, {"text": "Hello", "case": "PO-1111-11"}, {"text": " ", "case": "new"}):
        assert desk.post(f"/work/calls/{call.pk}", {"how": "note", **told}).status_code == 422
    assert not Contact.objects.exists()


def test_a_posted_transcript_finds_the_case_of_its_call(phone: House) -> None:
    case = phone.open(account="A-1")
    desk, call = known(phone)
    desk.post(f"/work/calls/{call.pk}", {"how": "note", "case": case.reference, "text": "She asks for more."})
    turns = [
        {"speaker": "Worker", "text": "Do you need 900 euros?", "start": 2},
        {"speaker": "Ann", "text": "No, I need 120 euros", "start": 65.2},
    ]
    told = {"id": "c-1", "event": "transcript", "turns": turns}
    assert [own(told).status_code, own(told).status_code] == [202, 200]
    contact = Contact.objects.get(channel="call")
    take_kept(str(contact.pk), phone.now)
    contact.refresh_from_db()
    assert contact.case == case
    assert "[01:05] Ann: No, I need 120 euros" in contact.text
    amount = next(a for a in Case.objects.get().snapshot["assertions"] if a["fact"] == "amount")
    assert "120" in str(amount["value"])


def test_a_transcript_of_a_call_that_nobody_noted_waits_for_a_person(phone: House) -> None:
    case = phone.open(account="A-1")
    desk, _call = rings(phone)
    own({"id": "c-1", "event": "transcript", "turns": [{"speaker": "Ann", "text": "I need 120 euros"}]})
    contact = Contact.objects.get()
    take_kept(str(contact.pk), phone.now)
    contact.refresh_from_db()
    assert contact.result == "asked"
    desk.post(f"/work/contacts/{contact.pk}", {"case": case.reference, "party": phone.customer.pk})
    contact.refresh_from_db()
    assert (contact.result, contact.case) == ("taken", case)
    assert any(a["fact"] == "amount" for a in Case.objects.get().snapshot["assertions"])


def test_a_transcript_is_added_as_a_file(phone: House) -> None:
    case = phone.open(account="A-1")
    desk, call = known(phone)
    file = SimpleUploadedFile("call.vtt", b"WEBVTT\n\n00:01.000 --> 00:04.000\n<v Ann>I need 80 euros\n")
    desk.post(f"/work/calls/{call.pk}", {"how": "note", "case": case.reference, "transcript": file})
    assert "[00:01] Ann: I need 80 euros" in Contact.objects.get(channel="call").text
    bad = SimpleUploadedFile("call.json", b'{"turns": "none"}')
    told = {"how": "note", "case": case.reference, "transcript": bad}
    assert desk.post(f"/work/calls/{call.pk}", told).status_code == 422


def test_a_transcript_is_added_to_a_case_that_has_no_call(phone: House) -> None:
    case = phone.open(account="A-1")
    desk, address = sign_in("worker", phone), f"/work/cases/{case.reference}/transcripts"
    role = case.participations.get(party=phone.customer).role
    upload = SimpleUploadedFile("call.txt", b"Worker: Do you need 900 euros?\nAnn: No, I need 120 euros\n")
    assert desk.post(address, {"party": role, "file": upload}).status_code == 302
    contact = Contact.objects.get(channel="call")
    assert (contact.case, contact.party) == (case, phone.customer)
    amount = next(a for a in Case.objects.get().snapshot["assertions"] if a["fact"] == "amount")
    assert "120" in str(amount["value"])


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"party": "customer"}, "Choose a file, or write what was said."),
        ({"party": "nobody", "text": "Ann: Hello"}, "Choose who called."),
    ],
)
def test_a_transcript_without_words_or_caller_is_refused_and_what_was_typed_stays(
    phone: House, told: dict[str, str], words: str
) -> None:
    case = phone.open(account="A-1")
    told = told | ({"party": case.participations.get(party=phone.customer).role} if told["party"] == "customer" else {})
    found = sign_in("worker", phone).post(f"/work/cases/{case.reference}/transcripts", told)
    assert found.status_code == 422
    assert words in found.content.decode()
    assert told.get("text", "") in found.content.decode()
    assert not Contact.objects.exists()
