"""E-mail that is not as one would wish: forged, unknown, automatic, returned, too large, broken. None is lost."""

from __future__ import annotations

import email
from dataclasses import replace
from email import policy
from email.message import EmailMessage

import pytest
from pytest_django import Settings

from backline.cases.adding import ask_customer
from backline.cases.models import Want
from backline.channels import reply_tokens
from backline.channels.mail.taking import MessageTooLarge, resume_left
from backline.channels.models import Contact, ContactDocument, Message
from backline.documents import contents
from backline.people.actors import SYSTEM
from tests.rooms.channels_house import Channels, bill_pdf, channels, mail_server, reply_to

__all__ = ["channels", "mail_server"]
pytestmark = pytest.mark.django_db(transaction=True)


def message(text: str = "Hello", **headers: str) -> EmailMessage:
    """A message of a stranger, unless the headers say otherwise."""
    made = EmailMessage()
    told = {"From": "Eve <eve@elsewhere.example>", "To": "service@meridian.example", "Subject": "Hello", **headers}
    for name, value in told.items():
        made[name.replace("_", "-")] = value
    made.set_content(text)
    return made


def test_a_forged_reply_address_waits_for_a_person_and_changes_nothing(channels: Channels) -> None:
    case = channels.open()
    [asked] = channels.server.taken
    del asked["Reply-To"]
    asked["Reply-To"] = f"reply+{case.reference.lower()}.1.zzz.aaaaaaaaaaaaaaaa@reply.meridian.example"

    contact = channels.take(reply_to(asked, "Bill", sender="eve@elsewhere.example", bill=bill_pdf()))

    assert (contact.result, contact.case) == ("asked", None)
    assert "not made by us" in contact.reason
    assert "bill" in channels.wants(case)
    assert ContactDocument.objects.get().document is not None, "what was sent is kept for the person who looks"


def test_an_expired_reply_address_is_said_to_be_expired(channels: Channels) -> None:
    channels.open()
    reply = reply_to(channels.server.taken[0], "Bill", sender="ann@example.org", bill=bill_pdf())
    channels.now += reply_tokens.LASTS * 2

    contact = channels.take(reply)

    assert contact.result == "asked"
    assert "expired" in contact.reason


def test_a_reference_counts_only_with_the_verified_address_of_somebody_who_takes_part(channels: Channels) -> None:
    case = channels.open()
    subject = f"About {case.reference}"

    stranger = channels.take(message(Subject=subject))
    member = channels.take(message("Please hurry.", From="ann@example.org", Subject=subject))
    spoofed = channels.take(
        message("No!", From="ann@example.org", Subject=subject, Authentication_Results="mx; dmarc=fail")
    )

    assert (stranger.result, stranger.case) == ("asked", None)
    assert (member.result, member.case) == ("taken", case)
    assert (spoofed.result, spoofed.case) == ("asked", None)


def test_words_that_answer_nothing_become_one_task_for_the_owner(channels: Channels) -> None:
    case = channels.open()
    channels.take(reply_to(channels.server.taken[0], "When will you pay?", sender="ann@example.org"))

    task = Want.objects.get(case=case, kind="free")
    assert (task.team, task.detail) == ("desk", "When will you pay?")


def test_a_reply_answers_the_question_of_a_worker(channels: Channels) -> None:
    case = channels.open()
    question = ask_customer(case=case, by=SYSTEM, question="Which hospital?", now=channels.now)
    channels.pass_time(seconds=1)
    asked = channels.server.to("ann@example.org")[-1]
    assert "Which hospital?" in asked.get_body(("plain",)).get_content()

    channels.take(reply_to(asked, "St Mary's.", sender="ann@example.org"))

    question.refresh_from_db()
    assert question.answer == {"text": "St Mary's."}


def test_a_stranger_gets_a_single_polite_answer_that_tells_nothing(channels: Channels) -> None:
    first = channels.take(message("One"))
    channels.take(message("Two"))

    [answer] = channels.server.to("eve@elsewhere.example")
    assert first.result == "asked"
    assert answer["Auto-Submitted"] == "auto-replied"
    assert contents.read(first.raw_sha256) == message("One").as_bytes()


@pytest.mark.parametrize(
    "headers",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Subject": "Out of office: Re: Your refund"},
        {"Subject": "Automatische Antwort: Ihre Erstattung"},
        {"X_Autoreply": "yes"},
        {"Precedence": "bulk"},
        {"From": "no-reply@elsewhere.example"},
        {"Return_Path": "<>"},
    ],
)
def test_a_machine_is_never_answered(channels: Channels, headers: dict[str, str]) -> None:
    channels.take(message(**headers))

    assert channels.server.taken == []


def test_an_automatic_reply_is_filed_and_answers_nothing(channels: Channels) -> None:
    case = channels.open()
    reply = reply_to(channels.server.taken[0], "I am away", sender="ann@example.org", bill=bill_pdf())
    reply["Auto-Submitted"] = "auto-replied"

    contact = channels.take(reply)

    assert (contact.result, contact.case, contact.sort) == ("taken", case, "auto-reply")
    assert "bill" in channels.wants(case)
    assert not Want.objects.filter(kind="free").exists()


def test_our_own_message_that_comes_back_is_refused(channels: Channels) -> None:
    channels.open()
    contact = channels.take(channels.server.taken[0])

    assert (contact.result, contact.sort) == ("refused", "loop")
    assert len(channels.server.taken) == 1


def bounce(about: EmailMessage, status: str = "5.1.1") -> bytes:
    """A delivery report in the standard form."""
    return (
        "From: MAILER-DAEMON@mx.example\nTo: service@meridian.example\nSubject: Undelivered Mail\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nSorry.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example\n\n"
        f"Final-Recipient: rfc822; ann@example.org\nAction: failed\nStatus: {status}\n"
        "Diagnostic-Code: smtp; 550 no such user\n\n"
        f"--b\nContent-Type: text/rfc822-headers\n\nMessage-ID: {about['Message-ID']}\n\n--b--\n"
    ).encode()


def test_a_bounce_is_recorded_on_its_message_and_told_to_its_case(channels: Channels) -> None:
    case = channels.open()
    contact = channels.take(bounce(channels.server.taken[0]))

    sent = Message.objects.get()
    assert (contact.result, contact.case) == ("taken", case)
    assert (sent.state, sent.problem) == ("bounced", "550 no such user")
    assert len(channels.server.taken) == 1, "nobody answers a bounce"


def test_a_delay_is_no_bounce_and_a_report_on_a_strangers_message_does_nothing(channels: Channels) -> None:
    channels.open()
    channels.take(bounce(channels.server.taken[0], status="4.4.1"))
    assert Message.objects.get().state == "sent"

    foreign = channels.take(bounce(message(Message_ID="<x@elsewhere.example>")))
    assert (foreign.result, foreign.case) == ("refused", None)


def test_an_attachment_over_the_limit_is_refused_with_a_reply_and_the_rest_is_taken(
    channels: Channels, settings: Settings
) -> None:
    limits = replace(settings.ORGANISATION.limits, attachment_bytes=200_000)
    settings.ORGANISATION = replace(settings.ORGANISATION, limits=limits)
    case = channels.open()
    reply = reply_to(
        channels.server.taken[0], "Two", sender="ann@example.org", scan=b"%PDF-1.4" + b"x" * 300_000, bill=bill_pdf()
    )

    contact = channels.take(reply)

    refused = ContactDocument.objects.get(name="scan.pdf")
    assert contact.result == "taken"
    assert (refused.document, "too large" in refused.refusal) == (None, True)
    assert "bill" not in channels.wants(case)
    answer = channels.server.to("ann@example.org")[-1]
    assert "scan.pdf" in answer.get_body(("plain",)).get_content()


def test_a_message_over_the_limit_is_not_accepted(channels: Channels, settings: Settings) -> None:
    limits = replace(settings.ORGANISATION.limits, message_bytes=1000)
    settings.ORGANISATION = replace(settings.ORGANISATION, limits=limits)

    with pytest.raises(MessageTooLarge):
        channels.take(message("x" * 2000))
    assert not Contact.objects.exists()


def test_a_message_left_by_a_process_that_died_is_taken_by_another(
    channels: Channels, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = channels.open()
    reply = reply_to(channels.server.taken[0], "Bill", sender="ann@example.org", bill=bill_pdf())
    with monkeypatch.context() as dying:
        dying.setattr("backline.channels.mail.taking._take", _die)
        with pytest.raises(KeyboardInterrupt):
            channels.take(reply)
    assert channels.take(reply).result == "taking", "the claim of the dead process still runs"

    channels.now = channels.now.replace(hour=14)
    assert resume_left(now=channels.now) == 1
    assert Contact.objects.get().result == "taken"
    assert "bill" not in channels.wants(case)


def test_what_goes_wrong_is_shown_to_a_person_with_the_original(
    channels: Channels, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr("backline.channels.mail.taking._take", _fail)
    contact = channels.take(message())

    assert (contact.result, "ZeroDivisionError" in contact.reason) == ("asked", True)
    assert contents.read(contact.raw_sha256) == message().as_bytes()


@pytest.mark.parametrize(
    "raw",
    [
        b"\x00" * 5000,
        b"not a message",
        b"From: a@b.example\nContent-Type: text/plain; charset=no-such\n\n\xff\xfe\xfd",
        b"From: a@b.example\nContent-Type: multipart/mixed; boundary=b\n\n" + b"--b\n\nhi\n" * 10_000 + b"--b--",
        b"From: a@b.example\n" + b"".join(
            b"Content-Type: multipart/mixed; boundary=b%d\n\n--b%d\n" % (n, n) for n in range(3000)
        ),
        b"From: a@b.example\nContent-Type: image/png; name=\"../../x\"\nContent-Transfer-Encoding: base64\n\n!!!!",
        b"From: \xff\xff <x@y.example>\nSubject: =?utf-8?b?////?=\nDate: 99 Foo\n\n\x00body\x00",
    ],
)  # fmt: skip
def test_hostile_bytes_end_in_a_named_result(channels: Channels, raw: bytes) -> None:
    contact = channels.take(raw)

    assert contact.result in ("asked", "refused")
    assert contact.reason
    assert "\x00" not in contact.text + contact.subject


def test_out_going_mail_says_that_no_machine_should_answer(channels: Channels) -> None:
    channels.open()
    sent = email.message_from_bytes(channels.server.taken[0].as_bytes(), policy=policy.default)

    assert (sent["Auto-Submitted"], sent["X-Auto-Response-Suppress"]) == ("auto-generated", "All")
    assert sent["Reply-To"].startswith("reply+")
    assert len(sent["Reply-To"].partition("@")[0]) <= 64


def _die(*args: object) -> None:
    raise KeyboardInterrupt


def _fail(*args: object) -> None:
    raise ZeroDivisionError
