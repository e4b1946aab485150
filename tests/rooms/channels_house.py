"""A small organisation for tests of channels: a member, a partner, a stranger, and a real mail server on loopback."""

from __future__ import annotations

import email
import io
import socket
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from email import policy
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pypdfium2
import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from pytest_django import Settings

from backline.cases.adding import add_participant
from backline.cases.effects.performing import perform
from backline.cases.fittings import Fittings, fit
from backline.cases.models import Case, Want
from backline.cases.openings.opening import open_case
from backline.cases.waking import wake_case
from backline.catalogue import publishing, versions
from backline.channels import asking, sending
from backline.channels.mail.taking import take_message
from backline.channels.models import Contact
from backline.documents import letters
from backline.documents.prose import Block, Span
from backline.engine.calendars import Calendar
from backline.jobs.looping import Loop
from backline.people.actors import SYSTEM, of_party
from backline.people.models import Party
from backline.people.parties import create_party
from backline.project.organisation import Organisation

NOON = datetime(2026, 11, 23, 12, 0, tzinfo=UTC)
REFUND = """
case: refund
title: Get a bill refunded
for: member
owner: desk
roles:
  member: {label: You}
  partner: {label: Your partner}
facts:
  reason: {label: What was it for?, type: choice, choices: {health: Health, other: Other}, ask: member}
  bill:
    label: The bill
    help: A photo or a PDF.
    type: document
    kinds: [medical_bill]
    ask: {who: member, within: 30 days, remind: [7 days]}
  billed:
    label: What the bill asks for
    type: money
    read: bill.total
    work: {team: desk, shows: [bill]}
  partner_agrees:
    label: Do you agree?
    type: consent
    ask: {who: partner, shows: [billed], within: 10 days}
    lapse: no
outcomes:
  declined: {label: Declined, when: not partner_agrees, do: [letter: declined]}
  refunded: {label: Refunded, when: billed > 0 EUR, do: [message: refunded, letter: refunded]}
  otherwise: {label: Nothing to refund}
"""
KINDS = """
kinds:
  medical_bill:
    words: {any: [hospital, clinic, patient]}
    fields:
      total: {type: money, near: [total due, total], where: both, currency: EUR, pick: last}
      date: {type: date, near: [date], order: dmy}
"""
MESSAGES = {
    "messages/refunded.en.md": "Subject: Your refund\n\nHello {recipient},\n\n**{billed}** comes. See {link}.\n",
    "messages/refunded.de.md": "Subject: Ihre Erstattung\n\nGuten Tag {recipient},\n\n**{billed}** sind unterwegs.\n",
    "letters/refunded.en.md": "Subject: Your refund\n\nDear {recipient},\n\nyou get:\n\n- {billed}\n- for {reason}\n",
    "letters/declined.en.md": "Subject: No refund\n\nDear {recipient},\n\nwe can't refund this. Quote {case}.\n",
}


@dataclass
class MailServer:
    """Takes mail as a real server does; ``refuse`` is what it says instead."""

    taken: list[EmailMessage] = field(default_factory=list)
    refuse: str = ""
    port: int = 0

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        """One message."""
        if self.refuse:
            return self.refuse
        content = envelope.content if isinstance(envelope.content, bytes) else b""
        message = email.message_from_bytes(content, policy=policy.default)
        assert isinstance(message, EmailMessage)
        self.taken.append(message)
        return "250 OK"

    def to(self, address: str) -> list[EmailMessage]:
        """What was sent to an address."""
        return [message for message in self.taken if message["To"] == address]


@dataclass
class Channels:
    """The organisation in a test: its folder, its people, its mail server, its clock."""

    folder: Path
    server: MailServer
    member: Party
    partner: Party
    now: datetime = NOON

    def open(self, **facts: object) -> Case:
        """The member opens a case on the portal, and goes away."""
        case = open_case(
            type_key="refund",
            by=of_party(self.member),
            channel="portal",
            facts={"reason": "health", **facts},
            now=self.now,
            present="member",
        )
        add_participant(case=case, by=SYSTEM, party=self.partner, role="partner", now=self.now)
        self.pass_time(seconds=61)
        return Case.objects.get(pk=case.pk)

    def pass_time(self, **length: float) -> None:
        """Later, with everything done that was due until then."""
        self.now += timedelta(**length)
        table = {"effect": perform, "case": wake_case, "ask": asking.ask, "reminder": asking.remind}
        loop = Loop(table, clock=lambda: self.now)
        for _ in range(20):
            if not loop.run_due():
                return
        raise AssertionError("the work does not end")

    def take(self, message: EmailMessage | bytes, **more: Any) -> Contact:
        """The message comes in."""
        raw = message if isinstance(message, bytes) else message.as_bytes()
        return take_message(raw, now=self.now, **more)

    def wants(self, case: Case) -> set[str]:
        """The facts that are wanted of people now."""
        return set(Want.objects.filter(case=case, closed_at__isnull=True).values_list("fact", flat=True))


def reply_to(message: EmailMessage, text: str, *, sender: str, **attachments: bytes) -> EmailMessage:
    """An answer as a mail program writes it, the answered message quoted below."""
    reply = EmailMessage()
    reply["From"] = sender
    reply["To"] = message["Reply-To"] or message["From"]
    reply["Subject"] = f"Re: {message['Subject']}"
    reply["Message-ID"] = f"<{abs(hash((text, sender, tuple(attachments))))}@client.example>"
    reply["In-Reply-To"] = message["Message-ID"]
    body = message.get_body(("plain",))
    quoted = "\n".join(f"> {line}" for line in (body.get_content() if body else "").splitlines())
    reply.set_content(f"{text}\n\nOn Mon, 23 Nov 2026 at 12:00, Meridian wrote:\n{quoted}\n")
    for name, content in attachments.items():
        reply.add_attachment(content, maintype="application", subtype="pdf", filename=f"{name}.pdf")
    return reply


def bill_pdf(total: str = "1,250.50", words: str = "City Hospital, patient Ann") -> bytes:
    """A real PDF with a text layer."""
    lines = [words, "Date 03.11.2026", f"Total due EUR {total}"]
    return letters.make_letter(
        letterhead=letters.Letterhead(name="Elsewhere"),
        recipient=["Ann"],
        subject="Invoice",
        blocks=[Block(kind="paragraph", lines=((Span(text=line),),)) for line in lines],
        reference="X",
        language="en",
        date=NOON.date(),
    )


def text_of_pdf(content: bytes) -> str:
    """All text of a PDF."""
    pdf = pypdfium2.PdfDocument(io.BytesIO(content))
    text = "\n".join(page.get_textpage().get_text_range() for page in pdf)
    pdf.close()
    return text


def free_port() -> int:
    """A port of loopback at which nobody listens."""
    with socket.socket() as trial:
        trial.bind(("127.0.0.1", 0))
        return int(trial.getsockname()[1])


@pytest.fixture
def mail_server(settings: Settings) -> Iterator[MailServer]:
    """A mail server of its own, to which this organisation sends."""
    server = MailServer()
    server.port = free_port()
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", server.port, 5
    settings.EMAIL_HOST_USER = settings.EMAIL_HOST_PASSWORD = ""
    yield server
    controller.stop()


@pytest.fixture
def channels(organisation_folder: Path, settings: Settings, mail_server: MailServer, db: None) -> Iterator[Channels]:
    """The organisation, fresh."""
    settings.FOLDER = organisation_folder
    told = Organisation(folder=organisation_folder, name="Meridian", base_url="https://meridian.example")
    mail = replace(told.mail, sender="service@meridian.example", reply_domain="reply.meridian.example")
    settings.ORGANISATION = replace(told, mail=mail)
    member = create_party(name="Ann Meyer", now=NOON, verified={"email": "ann@example.org"}, language="en")
    partner = create_party(name="Ben Meyer", now=NOON, verified={"email": "ben@example.org"}, language="de")
    performers = {"message": sending.send_message, "letter": sending.send_letter}
    fit(Fittings(calendar=Calendar(zone="UTC"), performers=performers))
    _publish(organisation_folder)
    yield Channels(folder=organisation_folder, server=mail_server, member=member, partner=partner)
    fit(None)
    versions._LOADED.clear()


def _publish(folder: Path) -> None:
    for name, text in {"type.yaml": REFUND, **MESSAGES}.items():
        path = folder / "types" / "refund" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    (folder / "types" / "kinds.yaml").write_text(KINDS, encoding="utf-8")
    publishing.publish(folder=folder / "types" / "refund", by=SYSTEM, now=NOON)
