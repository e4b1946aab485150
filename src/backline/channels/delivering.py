"""Handing a message to the mail server, once: the row says how far it came, the Message-ID is its key."""

from __future__ import annotations

import smtplib
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from email.utils import format_datetime, formataddr

from django.conf import settings
from django.core.mail import EmailMultiAlternatives, get_connection

from backline.channels.mail.telling_apart import OUR_MARK
from backline.channels.models import Message
from backline.channels.reply_tokens import reply_address
from backline.documents.models import Document
from backline.documents.storing import content

State = Message.State
PAUSES = (timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
MOST_ATTEMPTS = 40
NOT_NOW = (smtplib.SMTPServerDisconnected, smtplib.SMTPConnectError, ConnectionError, TimeoutError, OSError)


@dataclass(frozen=True, kw_only=True)
class Delivered:
    """The mail server took it (or had taken it before)."""


@dataclass(frozen=True, kw_only=True)
class Later:
    """Not now; try again after the pause."""

    after: timedelta
    reason: str


@dataclass(frozen=True, kw_only=True)
class Undeliverable:
    """Never; the mail server said why."""

    reason: str


def deliver(
    message: Message, *, now: datetime, documents: Sequence[Document] | None = None
) -> Delivered | Later | Undeliverable:
    """Send a queued message. One that was sent before is not sent again.

    One that is not saved yet comes with its ``documents``; whoever drafted it saves it afterwards, once.
    """
    if message.state in (State.SENT, State.BOUNCED, State.RETURNED):
        return Delivered()
    if message.state == State.FAILED:
        return Undeliverable(reason=message.problem)
    message.attempts += 1
    try:
        get_connection().send_messages([_mail(message, now, documents)])
    except (smtplib.SMTPRecipientsRefused, smtplib.SMTPResponseException) as refused:
        return _refused(message, refused, now)
    except NOT_NOW as wrong:
        return _later(message, f"{type(wrong).__name__}: {wrong}")
    message.state, message.sent_at, message.problem = State.SENT, now, ""
    _save(message, "state", "sent_at", "problem", "attempts")
    return Delivered()


def deliver_waiting(*, now: datetime, most: int = 50) -> int:
    """Try again what is queued and belongs to no effect, each after its pause; answers how many were sent."""
    waiting = Message.objects.filter(state=State.QUEUED, kind__in=["ask", "reminder", "answer"]).order_by("pk")[:most]
    due = [one for one in waiting if one.made_at + _pause(one.attempts) * one.attempts <= now]
    return sum(isinstance(deliver(one, now=now), Delivered) for one in due)


def _mail(message: Message, now: datetime, documents: Sequence[Document] | None) -> EmailMultiAlternatives:
    mail_settings = settings.ORGANISATION.mail
    headers = {
        **message.headers,
        "Message-ID": f"<{message.message_id}>",
        "Date": format_datetime(now),
        OUR_MARK: str(message.message_id).partition("@")[0],
    }
    mail = EmailMultiAlternatives(
        subject=message.subject,
        body=message.text,
        from_email=formataddr((settings.ORGANISATION.name, mail_settings.sender)),
        to=[message.to],
        reply_to=[reply_address(message.token, mail_settings.reply_domain)] if message.token else None,
        headers=headers,
    )
    if message.html:
        mail.attach_alternative(message.html, "text/html")
    for document in message.documents.all() if documents is None else documents:
        mail.attach(document.name, content(document), document.media_type)
    return mail


def _refused(message: Message, wrong: smtplib.SMTPException, now: datetime) -> Later | Undeliverable:
    """A code from 400 to 499 means not now; from 500 never."""
    code, said = _said(wrong)
    if 400 <= code < 500:
        return _later(message, f"{code} {said}")
    message.state, message.problem, message.settled_at = State.FAILED, f"{code} {said}"[:500], now
    _save(message, "state", "problem", "settled_at", "attempts")
    return Undeliverable(reason=message.problem)


def _said(wrong: smtplib.SMTPException) -> tuple[int, str]:
    code: int
    said: bytes | str
    if isinstance(wrong, smtplib.SMTPRecipientsRefused):
        code, said = next(iter(wrong.recipients.values()))
    elif isinstance(wrong, smtplib.SMTPResponseException):
        code, said = wrong.smtp_code, wrong.smtp_error
    else:
        return 500, str(wrong)
    return code, said.decode("utf-8", errors="replace") if isinstance(said, bytes) else str(said)


def _later(message: Message, reason: str) -> Later:
    message.problem = reason[:500]
    _save(message, "problem", "attempts")
    return Later(after=_pause(message.attempts), reason=reason)


def _save(message: Message, *columns: str) -> None:
    if message.pk is not None:
        message.save(update_fields=columns)


def _pause(attempts: int) -> timedelta:
    return PAUSES[min(max(attempts, 1), len(PAUSES)) - 1]
