"""What was written to and fro in a request; and how the customer writes to us."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext as _

from backline.cases.adding import add_task
from backline.cases.changing import change
from backline.cases.happenings import Happening
from backline.cases.merged_cases import rows_of
from backline.cases.models import Case, Entry
from backline.cases.refusals import FactsRefused
from backline.cases.said import Said
from backline.catalogue.versions import LoadedType
from backline.channels.models import Message
from backline.people.actors import SYSTEM, Actor
from backline.web.portal.knowing import Known

SIGNATURE = "\n--"
"""What stands below it in an e-mail stands on this page anyway"""
LONGEST = 5000
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
    return sorted([*_out(known), *_in(known)], key=lambda bubble: bubble.at)


def write_to_us(*, case: Case, by: Actor, text: str, now: datetime, channel: str = "portal") -> Case:
    """The customer writes about their request: it stands in the timeline, and somebody of the owner's team reads it."""
    said = text.strip()
    if not said or len(said) > LONGEST:
        raise FactsRefused({"text": _("Write at least a word, and at most %(most)s letters.") % {"most": LONGEST}})
    data = {"direction": "in", "text": said, "from": by.name, "documents": []}

    def say(case: Case, loaded: LoadedType) -> Said:
        return Said(after=(Happening(kind="message", data=data, by=by.id, channel=channel),))

    case = change(case, say, by=by, channel=channel, now=now, at_once=False)
    add_task(case=case, by=SYSTEM, title=_("Answer a message of the customer"), detail=said, now=now, channel=channel)
    return case


def _out(known: Known) -> Iterator[Bubble]:
    ours = settings.ORGANISATION.name
    sent = Message.objects.filter(case__in=rows_of(known.case), party=known.by.party_id)
    for row in sent if known.proven else ():
        subject = row.subject.replace(f"[{known.case.reference}]", "").strip()
        text = row.text.partition(SIGNATURE)[0].strip()
        yield Bubble(who=ours, subject=subject, text=text, at=row.sent_at or row.made_at)
    for entry, data in _entries(known):
        if entry.kind == "customer asked" and data.get("role") in known.roles:
            yield Bubble(who=ours, text=str(data.get("title", "")), at=entry.at)


def _in(known: Known) -> Iterator[Bubble]:
    for entry, data in _entries(known):
        if entry.actor == known.by.id and (data.get("direction") == "in" or entry.kind == "replied"):
            subject = str(data.get("subject") or "")
            yield Bubble(who=_("You"), subject=subject, text=str(data.get("text") or ""), at=entry.at, mine=True)


def _entries(known: Known) -> list[tuple[Entry, dict[str, Any]]]:
    return [(entry, data) for entry, data in known.look.entries if data and entry.kind in KINDS]
