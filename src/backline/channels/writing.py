"""Writing a message down: its row, its token, its text and HTML, before anything is sent."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from backline.cases.models import Case, Want
from backline.channels.html_mail import Button, Look, as_html
from backline.channels.models import Message
from backline.channels.reply_tokens import make_token
from backline.documents.models import Document
from backline.documents.prose import Prose, plain_line, plain_text
from backline.people.models import Party

QUIET_HEADERS = {"Auto-Submitted": "auto-generated", "X-Auto-Response-Suppress": "All", "Precedence": "auto_reply"}
"""No machine should answer, and none of ours will answer to it"""


@transaction.atomic
def write_message(
    *,
    key: str,
    kind: str,
    case: Case,
    party: Party,
    to: str,
    prose: Prose,
    language: str,
    button: Button | None = None,
    documents: Sequence[Document] = (),
    wants: Sequence[Want] = (),
    now: datetime,
) -> Message:
    """The row of a message to a party of a case; the one that is there already where the key was used before."""
    if known := Message.objects.filter(key=key).first():
        return known
    message = draft_message(
        key=key, kind=kind, case=case, party=party, to=to, prose=prose, language=language, button=button, now=now
    )
    message.save(force_insert=True)
    message.documents.set(documents)
    message.wants.set(wants)
    return message


def draft_message(
    *,
    key: str,
    kind: str,
    case: Case,
    party: Party,
    to: str,
    prose: Prose,
    language: str,
    button: Button | None = None,
    now: datetime,
) -> Message:
    """A message that is not saved yet."""
    with translation.override(language):
        foot = _foot(case, answerable=bool(to))
        text = _text(prose, button, foot)
    return Message(
        key=key,
        kind=kind,
        case=case,
        party=party,
        to=to,
        subject=subject_with(plain_line(prose.subject), case.reference),
        text=text,
        html=as_html(prose, look=_look(), language=language, foot=foot, button=button),
        language=language,
        token=make_token(reference=case.reference, party_id=party.pk, now=now),
        message_id=message_id(key),
        headers=dict(QUIET_HEADERS),
        state=Message.State.QUEUED if to else Message.State.TO_PRINT,
        made_at=now,
    )


def message_id(key: str) -> str:
    """The Message-ID of what is sent under this key: the same at each try, so that a retry is no second mail."""
    digest = hashlib.sha256(f"{settings.SECRET_KEY}{key}".encode()).hexdigest()[:32]
    return f"{digest}@{settings.ORGANISATION.mail.reply_domain}"


def subject_with(subject: str, reference: str) -> str:
    """The subject with the reference behind it, by which an answer finds its case even from another address."""
    line = " ".join(subject.split())
    return line if reference in line else f"{line} [{reference}]"


def _text(prose: Prose, button: Button | None, foot: str) -> str:
    action = f"{button.text}:\n{button.address}\n\n" if button else ""
    return f"{plain_text(prose)}\n{action}-- \n{foot}\n"


def _look() -> Look:
    organisation = settings.ORGANISATION
    return Look(name=organisation.name, colour=organisation.brand.colour)


def _foot(case: Case, *, answerable: bool) -> str:
    lines = [_("%(name)s, reference %(reference)s") % {"name": settings.ORGANISATION.name, "reference": case.reference}]
    if answerable:
        lines.append(_("You can answer this message; what you attach reaches us with your request."))
    return "\n".join(lines)
