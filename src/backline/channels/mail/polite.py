"""The few answers that a message gets by itself: that it came, or that something in it could not be taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _

from backline.channels.delivering import deliver
from backline.channels.filling import language_of
from backline.channels.mail.parsing import ParsedMail
from backline.channels.mail.telling_apart import may_be_answered
from backline.channels.models import Contact, ContactDocument, Message
from backline.channels.writing import QUIET_HEADERS, message_id, write_message
from backline.documents.prose import Block, Prose, Span
from backline.people.models import Party

ONCE_IN = timedelta(days=7)
"""An address that we don't know hears this once, however often it writes"""


def say_that_it_came(contact: Contact, *, known: Party | None, now: datetime) -> None:
    """A single answer to somebody whose message a person has to look at. It says nothing of any request."""
    earlier = Message.objects.filter(to=contact.sender, kind=Message.Kind.ANSWER, made_at__gt=now - ONCE_IN)
    if earlier.exists():
        return
    language = language_of(known)
    with translation.override(language):
        name = settings.ORGANISATION.name
        subject = _("We have your message")
        text = _(
            "Thank you. Your message has reached %(name)s, and a colleague will look at it.\n\n"
            "If it belongs to a request that you made with us, please answer one of our messages about it, "
            "or sign in at %(address)s."
        ) % {"name": name, "address": settings.ORGANISATION.base_url}
    message, made = Message.objects.get_or_create(
        key=f"contact/{contact.pk}/came",
        defaults={
            "kind": Message.Kind.ANSWER,
            "to": contact.sender,
            "party": known,
            "subject": subject,
            "text": f"{text}\n",
            "language": language,
            "message_id": message_id(f"contact/{contact.pk}/came"),
            "headers": _threaded(contact, automatic="auto-replied"),
            "made_at": now,
        },
    )
    if made:
        deliver(message, now=now)


def tell_what_was_refused(
    contact: Contact, attached: Sequence[ContactDocument], refused: str, mail: ParsedMail, *, now: datetime
) -> None:
    """Say which attachments were not taken and why; the rest was."""
    problems = [f"{row.name}: {row.refusal}" for row in attached if row.refusal] + ([refused] if refused else [])
    if not problems or contact.case is None or contact.party is None or not may_be_answered(mail, "person"):
        return
    language = language_of(contact.party)
    with translation.override(language):
        lines = tuple((Span(text=problem),) for problem in problems)
        prose = Prose(
            subject=(Span(text=_("We could not take all that you sent")),),
            blocks=(
                _paragraph(_("Thank you for your message. This could not be taken:")),
                Block(kind="bullets", lines=lines),
                _paragraph(_("All the rest has reached us. Please send what is missing again, smaller or in parts.")),
            ),
        )
    message = write_message(
        key=f"contact/{contact.pk}/refused",
        kind=Message.Kind.ANSWER,
        case=contact.case,
        party=contact.party,
        to=contact.sender,
        prose=prose,
        language=language,
        now=now,
    )
    message.headers = {**message.headers, **_threaded(contact, automatic="auto-replied")}
    message.save(update_fields=["headers"])
    deliver(message, now=now)


def _threaded(contact: Contact, *, automatic: str) -> dict[str, str]:
    """Headers of an answer: beneath what it answers, and marked as a machine's."""
    headers = {**QUIET_HEADERS, "Auto-Submitted": automatic}
    if contact.message_id:
        headers |= {"In-Reply-To": f"<{contact.message_id}>", "References": f"<{contact.message_id}>"}
    return headers


def _paragraph(text: str) -> Block:
    return Block(kind="paragraph", lines=((Span(text=text),),))
