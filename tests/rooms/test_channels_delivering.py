"""Mail goes out once for each key, later when the server says so, and never when it says never."""

from __future__ import annotations

import smtplib
from datetime import timedelta
from decimal import Decimal
from email import policy

import pytest
from pytest_django import Settings

from backline.cases.models import Effect
from backline.cases.storage.encoding import encode_members
from backline.channels import sending
from backline.channels.delivering import deliver, deliver_waiting
from backline.channels.mail.listening import listen
from backline.channels.mail.maildir import take_all
from backline.channels.models import Contact, Message
from backline.connectors.contract import Again, Done, Refused
from backline.engine.values import Money
from backline.people.models import Identifier
from tests.rooms.channels_house import NOON, Channels, bill_pdf, channels, free_port, mail_server, reply_to

__all__ = ["channels", "mail_server"]
pytestmark = pytest.mark.django_db(transaction=True)


def effect_of(channels: Channels, call: str = "message:refunded", to: list[str] | None = None) -> Effect:
    """An effect of a case, as the performer gets it."""
    case = channels.open()
    channels.server.taken.clear()
    payload = encode_members({"billed": Money(Decimal("10.00"), "EUR"), "reason": "health"})
    return Effect(
        case=case, key=f"{case.reference}/x//1/do", action="x", kind="do", call=call, payload=payload,
        to=to or ["member"], type_version=case.type_version, state="started", planned_at=NOON,
    )  # fmt: skip


def test_a_retry_under_the_same_key_is_no_second_mail(channels: Channels) -> None:
    effect = effect_of(channels)

    first, again = sending.send_message(effect), sending.send_message(effect)

    assert isinstance(first, Done)
    assert first == again
    [sent] = channels.server.taken
    assert sent["Subject"].startswith("Your refund [")
    assert "10.00" in sent.get_body(("plain",)).get_content()
    assert "<strong>" in sent.get_body(("html",)).get_content()


def test_each_reads_in_their_own_language(channels: Channels) -> None:
    sending.send_message(effect_of(channels, to=["partner"]))

    [sent] = channels.server.taken
    assert sent["Subject"].startswith("Ihre Erstattung")
    assert "10,00" in sent.get_body(("plain",)).get_content()


def test_a_server_that_says_later_is_tried_again_with_the_same_identifier(channels: Channels) -> None:
    effect = effect_of(channels)
    channels.server.refuse = "451 try later"
    result = sending.send_message(effect)
    assert isinstance(result, Again)
    assert "try later" in result.reason
    identifier = Message.objects.get(kind="message").message_id

    channels.server.refuse = ""
    assert isinstance(sending.send_message(effect), Done)
    assert [sent["Message-ID"] for sent in channels.server.taken] == [f"<{identifier}>"]


def test_a_server_that_says_never_is_a_refusal(channels: Channels) -> None:
    effect = effect_of(channels)
    channels.server.refuse = "550 no such user"

    result = sending.send_message(effect)

    assert isinstance(result, Refused)
    assert (result.code, "no such user" in result.message) == ("undeliverable", True)
    channels.server.refuse = ""
    assert isinstance(sending.send_message(effect), Refused), "it is not tried again under this key"


def test_a_server_that_is_away_is_tried_again(channels: Channels, settings: Settings) -> None:
    effect = effect_of(channels)
    settings.EMAIL_PORT = free_port()

    assert isinstance(sending.send_message(effect), Again)


def test_a_question_that_could_not_be_sent_goes_out_later(channels: Channels) -> None:
    channels.server.refuse = "451 later"
    channels.open()
    channels.server.refuse = ""

    assert deliver_waiting(now=channels.now) == 0, "not before its pause is over"
    assert deliver_waiting(now=channels.now + timedelta(minutes=1)) == 1
    assert len(channels.server.taken) == 1


def test_a_letter_without_an_address_waits_for_the_printer(channels: Channels) -> None:
    effect = effect_of(channels, call="letter:refunded")
    Identifier.objects.filter(party=channels.member).delete()

    assert isinstance(sending.send_letter(effect), Done)

    message = Message.objects.get(kind="letter")
    assert (message.state, channels.server.taken) == ("to print", [])
    assert message.documents.get().media_type == "application/pdf"


def test_nothing_is_sent_with_a_gap_in_it(channels: Channels) -> None:
    effect = effect_of(channels)
    effect.payload = {}

    result = sending.send_message(effect)

    assert isinstance(result, Refused)
    assert (result.code, channels.server.taken) == ("hole_empty", [])


def test_one_that_came_back_is_not_sent_again(channels: Channels) -> None:
    channels.open()
    message = Message.objects.get()
    message.state = "bounced"
    deliver(message, now=channels.now)

    assert len(channels.server.taken) == 1


def test_mail_is_taken_by_lmtp_and_by_smtp_for_our_own_addresses_alone(channels: Channels) -> None:
    channels.open()
    reply = reply_to(channels.server.taken[0], "Bill", sender="ann@example.org", bill=bill_pdf())
    raw = reply.as_bytes(policy=policy.SMTP)
    port = free_port()
    listener = listen(port=port, clock=lambda: channels.now)
    try:
        with smtplib.LMTP("127.0.0.1", port) as lmtp:
            lmtp.sendmail("ann@example.org", [reply["To"]], raw)
        with smtplib.SMTP("127.0.0.1", port) as smtp, pytest.raises(smtplib.SMTPRecipientsRefused):
            smtp.sendmail("ann@example.org", ["somebody@else.example"], raw)
        with smtplib.SMTP("127.0.0.1", port) as smtp:
            smtp.sendmail("ann@example.org", [reply["To"]], raw)
    finally:
        listener.stop()

    contact = Contact.objects.get()
    assert (contact.result, contact.recipients) == ("taken", [reply["To"]])


def test_mail_in_a_maildir_is_taken_and_moved_on(channels: Channels) -> None:
    channels.open()
    reply = reply_to(channels.server.taken[0], "Bill", sender="ann@example.org", bill=bill_pdf())
    box = channels.folder / "mail" / "in"
    for name in ("new", "cur", "tmp"):
        (box / name).mkdir(parents=True, exist_ok=True)
    (box / "new" / "1.a.host").write_bytes(reply.as_bytes())
    (box / "tmp" / "2.b.host").write_bytes(b"half a mess")

    [contact] = take_all(box, now=channels.now)

    assert contact.result == "taken"
    assert [path.name for path in (box / "cur").iterdir()] == ["1.a.host:2,S"]
    assert list((box / "new").iterdir()) == []
    assert (box / "tmp" / "2.b.host").exists()
