"""What a chat sends by e-mail: the question whether an address is theirs, and answers for those who have left."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.urls import reverse
from django.utils import translation
from django.utils.translation import gettext as _

from backline.cases.models import Case
from backline.channels.chats.models import Chat, ChatLine
from backline.channels.delivering import deliver
from backline.channels.filling import language_of
from backline.channels.models import Message
from backline.channels.writing import QUIET_HEADERS, message_id, write_message
from backline.documents.prose import Block, Prose, Span
from backline.people.models import Party
from backline.people.parties import email_of

SALT, VALID_S, ASKED_A_DAY = "backline.chat.address", 7 * 24 * 3600, 3


class NotProven(Exception):
    """The link is too old, or was not made by us."""


def mail_answers(ref: str, now: datetime) -> None:
    """The job: answers that the customer's page did not show are mailed, once."""
    chat = Chat.objects.select_related("case", "party").filter(pk=int(ref)).first()
    lines = list(chat.lines.filter(mine=False, seen_at=None, mailed_at=None)) if chat else []
    if chat is None or not lines:  # nothing is left to say, or whom it was said to is forgotten
        return
    if chat.case and chat.party:
        _mail_about_case(chat, chat.case, chat.party, lines, now)
    elif chat.email and chat.proven_at:
        _mail_to_visitor(chat, lines, now)
    else:
        return
    ChatLine.objects.filter(pk__in=[line.pk for line in lines]).update(mailed_at=now)


def ask_address(ref: str, now: datetime) -> None:
    """The job: a visitor's address gets one message that asks whether it is theirs. It says nothing of the chat.

    A stranger may type any address, and from many places: few are sent to one.
    """
    chat = Chat.objects.filter(pk=int(ref)).first()
    if chat is None:  # forgotten meanwhile
        return
    asked = Message.objects.filter(to=chat.email, kind=Message.Kind.ANSWER, key__endswith="/address")
    if asked.filter(made_at__gt=now - timedelta(days=1)).count() >= ASKED_A_DAY:
        return
    token = signing.dumps([chat.pk, chat.email], salt=SALT)
    link = settings.ORGANISATION.base_url.rstrip("/") + reverse("chat-address", args=[token])
    with translation.override(_language(chat)):
        name = settings.ORGANISATION.name
        subject = _("Is this your address?")
        text = _(
            "Somebody gave this address in a chat with %(name)s. If it was you, confirm it, and our answers reach you "
            "here when you have left the chat:\n\n%(link)s\n\nIf it was not you, you need not do anything."
        ) % {"name": name, "link": link}
    _send(f"chat/{chat.pk}/address", chat, subject, text, now)


def prove_address(token: str, *, now: datetime) -> Chat:
    """Somebody followed the link: the address is theirs, and what they missed is mailed. Raises NotProven."""
    try:
        number, email = signing.loads(token, salt=SALT, max_age=VALID_S)
    except (signing.BadSignature, ValueError, TypeError) as wrong:
        raise NotProven from wrong
    chat = Chat.objects.filter(pk=number, email=email).first()
    if chat is None:
        raise NotProven
    if chat.proven_at is None:
        Chat.objects.filter(pk=chat.pk).update(proven_at=now)
        mail_answers(str(chat.pk), now)
    return chat


def _mail_about_case(chat: Chat, case: Case, party: Party, lines: Sequence[ChatLine], now: datetime) -> None:
    to = email_of(party)
    if not to:
        return
    language = language_of(party)
    with translation.override(language):
        prose = Prose(
            subject=(Span(text=_("Our answer to your message")),),
            blocks=tuple(Block(kind="paragraph", lines=((Span(text=line.text),),)) for line in lines),
        )
    message = write_message(
        key=f"chat/{chat.pk}/{lines[-1].pk}", kind=Message.Kind.ANSWER, case=case, party=party, to=to,
        prose=prose, language=language, now=now,
    )  # fmt: skip
    deliver(message, now=now)


def _mail_to_visitor(chat: Chat, lines: Sequence[ChatLine], now: datetime) -> None:
    with translation.override(_language(chat)):
        link = settings.ORGANISATION.base_url.rstrip("/") + reverse("chats")
        foot = _("Write to us again at %(link)s.") % {"link": link}
        subject = _("Our answer to your message")
    text = "\n\n".join([*(f"{line.by_name}: {line.text}" for line in lines), f"-- \n{foot}"])
    _send(f"chat/{chat.pk}/{lines[-1].pk}", chat, subject, text, now)


def _send(key: str, chat: Chat, subject: str, text: str, now: datetime) -> None:
    message, made = Message.objects.get_or_create(
        key=key,
        defaults={
            "kind": Message.Kind.ANSWER, "to": chat.email, "subject": subject, "text": f"{text}\n",
            "language": _language(chat), "message_id": message_id(key), "headers": dict(QUIET_HEADERS), "made_at": now,
        },
    )  # fmt: skip
    if made:
        deliver(message, now=now)


def _language(chat: Chat) -> str:
    offered: tuple[str, ...] = settings.ORGANISATION.languages
    return chat.language if chat.language in offered else offered[0]
