"""SMS and social messages: proved, kept once, and taken into the case that they belong to, or put before a person."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from dataclasses import replace
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

import pytest
from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from backline.cases.models import Case, EntryPayload
from backline.channels.models import Contact
from backline.channels.short_messages.taking import take_kept
from backline.channels.webhooks.signing import sign
from backline.documents.models import Document
from backline.people.models import Identifier
from backline.project.organisation import ShortMessages
from tests.rooms.cases_house import House

pytestmark = pytest.mark.django_db
ANN = "+4930123456"
SECRET = "MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
SOURCES = tuple(
    ShortMessages(name=name, shape=shape, channel=channel, secret_from="SHORT_SECRET", token_from="SHORT_TOKEN")
    for name, shape, channel in (("own", "backline", "sms"), ("tw", "twilio", "sms"), ("wa", "whatsapp", "social"))
)


@pytest.fixture
def phone(house: House, settings: Any, monkeypatch: pytest.MonkeyPatch) -> House:
    """Three providers bring messages here, and we know Ann's number."""
    settings.ORGANISATION = replace(settings.ORGANISATION, short_messages=SOURCES, base_url="https://desk.example")
    monkeypatch.setenv("SHORT_SECRET", SECRET)
    monkeypatch.setenv("SHORT_TOKEN", "is it you")
    Identifier.objects.create(
        party=house.customer, kind="phone", value=ANN, verified_at=house.now, created_at=house.now
    )
    return house


def post(name: str, body: bytes, headers: dict[str, str]) -> HttpResponse:
    """The provider posts."""
    kind = "application/x-www-form-urlencoded" if name == "tw" else "application/json"
    return Client().post(f"/messages/{name}", body, content_type=kind, headers=headers)  # type: ignore[return-value]


def own(*messages: dict[str, Any], at: datetime | None = None, secret: str = SECRET) -> HttpResponse:
    """In the documented shape."""
    body, at = json.dumps({"messages": messages}).encode(), at or timezone.now()
    signature = sign(base64.b64decode(secret + "=" * (-len(secret) % 4)), id="m", at=at, body=body)
    headers = {"webhook-id": "m", "webhook-timestamp": str(int(at.timestamp())), "webhook-signature": signature}
    return post("own", body, headers)


def twilio(**fields: str) -> HttpResponse:
    """As that provider posts an SMS."""
    signed = "https://desk.example/messages/tw" + "".join(f"{name}{fields[name]}" for name in sorted(fields))
    mac = base64.b64encode(hmac.new(SECRET.encode(), signed.encode(), hashlib.sha1).digest()).decode()
    return post("tw", urlencode(fields).encode(), {"X-Twilio-Signature": mac})


def whatsapp(message: dict[str, Any]) -> HttpResponse:
    """As that provider posts a message."""
    value = {"contacts": [{"wa_id": ANN[1:], "profile": {"name": "Ann"}}], "messages": [message]}
    body = json.dumps({"entry": [{"changes": [{"value": value}]}]}).encode()
    return post("wa", body, {"X-Hub-Signature-256": "sha256=" + hmac.new(SECRET.encode(), body, "sha256").hexdigest()})


def taken(house: House) -> Contact:
    """The one message, taken by its job."""
    contact = Contact.objects.get()
    take_kept(str(contact.pk), house.now)
    contact.refresh_from_db()
    return contact


def test_a_message_from_a_known_number_finds_the_only_open_request(phone: House) -> None:
    case = phone.open(account="A-1", amount="200")
    assert own({"id": "1", "from": "+49 30 123456", "text": "When will it come?"}).status_code == 202
    contact = taken(phone)
    assert (contact.result, contact.case, contact.party) == ("taken", case, phone.customer)
    assert EntryPayload.objects.filter(case=case, data__text="When will it come?").exists()
    assert case.wants.filter(kind="free", detail="When will it come?").exists()


def test_a_file_answers_what_is_asked(phone: House) -> None:
    phone.open(account="A-1", amount="200")
    content = base64.b64encode(b"A letter").decode()
    own({"id": "1", "from": ANN, "text": "", "files": [{"name": "letter.txt", "content": content}]})
    assert taken(phone).attached.get().document == Document.objects.get()


def test_the_same_message_again_is_the_same(phone: House) -> None:
    told = {"id": "1", "from": ANN, "text": "Hello"}
    assert [own(told).status_code, own(told).status_code, Contact.objects.count()] == [202, 200, 1]


def test_a_reference_in_the_text_decides_between_several_requests(phone: House) -> None:
    first, second = phone.open(account="A-1", amount="200"), phone.open(account="A-2", amount="300")
    own({"id": "1", "from": ANN, "text": f"About {second.reference.lower()}: hurry"})
    assert taken(phone).case == second != first


def test_what_could_be_about_several_is_for_a_person(phone: House) -> None:
    for account in ("A-1", "A-2"):
        phone.open(account=account, amount="200")
    own({"id": "1", "from": ANN, "text": "Hello"})
    contact = taken(phone)
    assert (contact.result, contact.reason) == ("asked", "It names no request, and could be about several.")


@pytest.mark.parametrize("number", ["+4930999999", "not a number"])
def test_an_unknown_number_attaches_to_nothing(phone: House, number: str) -> None:
    case = phone.open(account="A-1", amount="200")
    own({"id": "1", "from": number, "text": f"About {case.reference}"})
    contact = taken(phone)
    assert (contact.result, contact.case) == ("asked", None)


def test_an_sms_of_twilio_and_a_message_of_whatsapp_are_the_same_to_us(phone: House) -> None:
    case = phone.open(account="A-1", amount="200")
    assert twilio(MessageSid="SM1", From=ANN, Body="By SMS", NumMedia="1").status_code == 202
    assert (
        whatsapp({"id": "wamid.1", "from": ANN[1:], "type": "text", "text": {"body": "By WhatsApp"}}).status_code == 202
    )
    for contact in Contact.objects.order_by("pk"):
        take_kept(str(contact.pk), phone.now)
    found = list(Contact.objects.order_by("pk").values_list("channel", "case", "text"))
    assert found == [
        ("sms", case.pk, "By SMS\n[One picture or file lies with the provider.]"),
        ("social", case.pk, "By WhatsApp"),
    ]


def test_what_is_not_signed_is_refused_and_not_kept(phone: House) -> None:
    answers = [
        own({"id": "1", "from": ANN, "text": "x"}, secret="AAAA"),
        own({"id": "1", "from": ANN, "text": "x"}, at=datetime.fromisoformat("2020-01-01T00:00:00+00:00")),
        post("tw", b"From=x", {"X-Twilio-Signature": "wrong"}),
        post("wa", b"{}", {}),
        post("nobody", b"{}", {}),
    ]
    assert [answer.status_code for answer in answers] == [401, 401, 401, 401, 404]
    assert not Contact.objects.exists()


@pytest.mark.parametrize("told", [{"from": ANN}, {"id": "1", "from": ANN, "files": [{"name": "x", "content": "?"}]}])
def test_what_is_not_of_the_shape_is_refused_with_the_reason(phone: House, told: dict[str, Any]) -> None:
    answer = own({"text": "x", **told})
    assert answer.status_code == 422
    assert json.loads(answer.content)["reason"] in ("'id' is missing", "a file in it is not base64")


def test_whatsapp_asks_whether_the_address_is_ours(phone: House) -> None:
    asked = {"hub.verify_token": "is it you", "hub.challenge": "1158201444"}
    assert Client().get("/messages/wa", asked).content == b"1158201444"
    assert Client().get("/messages/wa", asked | {"hub.verify_token": "guess"}).status_code == 401
    assert Client().get("/messages/wa", asked | {"hub.challenge": "<script>"}).status_code == 401


def test_a_provider_without_its_secret_is_not_believed(phone: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("SHORT_SECRET")
    assert own({"id": "1", "from": ANN, "text": "x"}).status_code == 404
    assert Case.objects.count() == 0
