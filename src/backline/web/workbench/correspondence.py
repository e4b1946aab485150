"""What was written to and fro: messages and letters of ours with their state, and what came in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from backline.cases.merging.merged_cases import rows_of
from backline.cases.models import Case
from backline.cases.showing.views import CaseView
from backline.channels.models import ChatLine, Message


@dataclass(frozen=True, kw_only=True)
class Letter:
    """One message."""

    incoming: bool
    who: str
    subject: str
    text: str
    at: datetime
    state: str = ""
    tone: str = ""
    problem: str = ""


def letters(case: Case, view: CaseView) -> list[Letter]:
    """The latest first."""
    return sorted([*_out(case), *_in(view)], key=lambda one: one.at, reverse=True)


def _out(case: Case) -> Iterator[Letter]:
    words = {
        "queued": _("about to be sent"),
        "sent": _("sent"),
        "failed": _("could not be sent"),
        "bounced": _("came back"),
        "returned": _("came back by post"),
        "to print": _("to be printed"),
        "printed": _("printed"),
    }
    tones = {"failed": "bad", "bounced": "bad", "returned": "bad", "sent": "good", "printed": "good"}
    for line in ChatLine.objects.filter(chat__case__in=rows_of(case), mine=False).select_related("chat"):
        state = _("by e-mail") if line.mailed_at else _("in the chat")
        yield Letter(incoming=False, who=line.chat.name, subject="", text=line.text, at=line.at, state=state)
    mailed = Message.objects.filter(case__in=rows_of(case)).exclude(key__startswith="chat/")
    for row in mailed.select_related("party"):
        yield Letter(
            incoming=False,
            who=row.party.name if row.party else row.to,
            subject=row.subject,
            text=row.text,
            at=row.sent_at or row.made_at,
            state=words.get(row.state, row.state),
            tone=tones.get(row.state, ""),
            problem=row.problem,
        )


def _in(view: CaseView) -> Iterator[Letter]:
    for entry in view.timeline:
        if entry.kind == "message" and entry.data.get("direction") == "in":
            yield Letter(
                incoming=True,
                who=entry.who or str(entry.data.get("from", "")),
                subject=str(entry.data.get("subject") or ""),
                text=str(entry.data.get("text") or ""),
                at=entry.at,
            )
