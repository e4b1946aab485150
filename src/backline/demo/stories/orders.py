"""Karin mails an order form as a PDF. Nobody types it in: a person says what it is, and its rows are read."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid

from backline.cases.openings.opening import open_case
from backline.channels.models import Contact
from backline.channels.settling_contacts import attach_contact
from backline.demo.papers import order_form
from backline.demo.stage import Line, Stage, must
from backline.people import actors
from backline.people.models import Account

SERVICE, KARIN, WORKER = "club-order", "karin.vogt@post.example", "david@meridian.example"
SUBJECT = "Order of club goods"
LINES = {"Luggage tag": (3, Decimal(9)), "Travel mug": (2, Decimal(14)), "Neck pillow": (1, Decimal(22))}


def tell(stage: Stage) -> Iterator[Line]:
    """Three rows of a table become three facts, and their sum has to be the one on the form."""
    began = time.monotonic()
    stage.post(_mail(order_form(to="Karin Vogt", number="CO-4711", lines=LINES)))
    contact = stage.wait(lambda: _came_in(stage), "the order comes in")
    must(contact.party is not None, "the sender's address says who it is")
    david, now = actors.of_account(Account.objects.get(email=WORKER)), datetime.now(UTC)
    assert contact.party is not None
    case = open_case(type_key=SERVICE, by=david, channel="email", parties={"buyer": contact.party.pk}, now=now)
    attach_contact(contact=contact, case=case, party=contact.party, by=david, now=datetime.now(UTC))
    outcome = stage.outcome(case.reference, "confirmed")
    answer = stage.mail(KARIN, "CO-4711")
    must("3 luggage tags, 2 travel mugs, 1 neck pillow" in answer.text, f"every row was read: {answer.text}")
    papers = Contact.objects.filter(case=case, settled_by__startswith="staff:").count()
    yield Line(
        story="Karin orders by e-mail", case=case.reference, channel="email",
        touches=stage.touches(case.reference) + papers, seconds=time.monotonic() - began, outcome=outcome,
    )  # fmt: skip


def _mail(order: bytes) -> EmailMessage:
    message = EmailMessage()
    message["From"], message["To"], message["Subject"] = f"Karin Vogt <{KARIN}>", "shop@reply.meridian.example", SUBJECT
    message["Date"], message["Message-ID"] = format_datetime(datetime.now(UTC)), make_msgid(domain="post.example")
    message.set_content("Hello,\n\nplease find my order attached.\n\nKarin Vogt\n")
    message.add_attachment(order, maintype="application", subtype="pdf", filename="order.pdf")
    return message


def _came_in(stage: Stage) -> Contact | None:
    stage.refresh()
    return Contact.objects.filter(subject=SUBJECT, result=Contact.Result.ASKED).select_related("party").first()
