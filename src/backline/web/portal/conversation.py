"""What was written to and fro in a request, and how the customer writes to us: one chat for each request."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from backline.cases.models import Case, Entry
from backline.cases.refusals import NotAllowed
from backline.cases.storage.selecting import several
from backline.channels.attaching import Given
from backline.channels.chats.talking import chat_about, customer_says
from backline.channels.models import Chat, ChatLine
from backline.people.actors import Actor
from backline.people.models import Party
from backline.web.portal.acting import messages_for, writers
from backline.web.portal.knowing import Known

REFERENCE = re.compile(r"\s*\[[A-Z]{2,3}-[0-9A-Z]{4}-[0-9A-Z]{2}\]\s*$")
"""At the end of a subject"""
SIGNATURE = "\n--"
"""What stands below it in an e-mail stands on this page anyway"""
KINDS = ("message", "replied", "customer asked")


@dataclass(frozen=True, kw_only=True)
class Bubble:
    """One message."""

    who: str
    text: str
    at: datetime
    subject: str = ""
    mine: bool = False


def bubbles_of(known: Known) -> list[Bubble]:
    """The oldest first."""
    return sorted([*_out(known), *_answers(known), *_in(known)], key=lambda bubble: bubble.at)


def write_to_us(
    *, case: Case, by: Actor, text: str, now: datetime, channel: str = "portal", file: Given | None = None
) -> Case:
    """The customer writes about their request: it stands in the timeline, and somebody of the owner's team reads it."""
    if by.party_id is None:
        raise NotAllowed(_("You don't take part in this request."))
    party = Party.objects.get(pk=by.party_id)
    chat = chat_about(case=case, party=party, now=now, language=party.language)
    customer_says(chat=chat, text=text, file=file, now=now, channel=channel)
    return Case.objects.get(pk=case.pk)


def _out(known: Known) -> Iterator[Bubble]:
    ours = settings.ORGANISATION.name
    for row in messages_for(known) if known.proven else ():
        if row.key.startswith("chat/"):  # what stands in the chat was mailed as well
            continue
        subject = REFERENCE.sub("", row.subject)
        text = row.text.partition(SIGNATURE)[0].strip()
        yield Bubble(who=ours, subject=subject, text=text, at=row.sent_at or row.made_at)
    for entry, data in _entries(known):
        if entry.kind == "customer asked" and data.get("role") in known.roles:
            yield Bubble(who=ours, text=str(data.get("title", "")), at=entry.at)


def _answers(known: Known) -> Iterator[Bubble]:
    """What colleagues answered here."""
    for chat in several(Chat, case=known.case.pk, party=known.by.party_id):
        for row in several(ChatLine, chat=chat.pk, mine=False):
            yield Bubble(who=row.by_name, text=row.text, at=row.at)


def _in(known: Known) -> Iterator[Bubble]:
    mine = writers(known)
    for entry, data in _entries(known):
        if entry.actor in mine and (data.get("direction") == "in" or entry.kind == "replied"):
            subject = str(data.get("subject") or "")
            own = entry.actor == known.by.id
            who = _("You") if own else known.look.names.get(entry.actor, "")
            yield Bubble(who=who, subject=subject, text=str(data.get("text") or ""), at=entry.at, mine=own)


def _entries(known: Known) -> list[tuple[Entry, dict[str, Any]]]:
    return [(entry, data) for entry, data in known.look.entries if data and entry.kind in KINDS]
