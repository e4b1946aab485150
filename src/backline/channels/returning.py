"""A message of ours came back, by mail or on paper: it is marked, its case is told, and the right address is sought.

Where an effect had sent it, that effect waits for a person, who corrects the address and has it tried again.
"""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from backline.cases.adding import add_task
from backline.cases.effects.coming_back import come_back
from backline.cases.merging.merged_cases import rows_of, standing_for
from backline.cases.models import Case, Effect, Want
from backline.channels.models import Contact, Message
from backline.people.actors import SYSTEM
from backline.people.models import Party

State = Message.State
RETURNED = "returned"
"""The kind of document that says that our letter came back"""
OUT = (State.SENT, State.TO_PRINT, State.PRINTED)


def letter_of(*, case: Case, party: Party, token: str = "") -> Message | None:
    """The letter that a paper is: the one with this code, else the latest to this party that has not come back."""
    letters = Message.objects.filter(case__in=rows_of(case), party=party, kind=Message.Kind.LETTER)
    letters = letters.select_related("case", "party")
    out = letters.filter(state__in=OUT).order_by("-pk")
    return (out.filter(token=token).first() if token else None) or out.first()


def take_back(message: Message, *, contact: Contact, state: str, reason: str, now: datetime) -> None:
    """Mark the message, tell the case, and have the right address sought. Once for each message."""
    if message.case is None or message.state in (State.BOUNCED, State.RETURNED):
        return
    message.state, message.problem, message.settled_at = State(state), reason[:500], now
    name = message.party.name if message.party else message.to
    told = {"direction": "returned", "contact": contact.pk, "message": message.pk, "to": message.to or name}

    def also(_case: Case) -> None:
        message.save(update_fields=["state", "problem", "settled_at"])

    documents = [{"name": row.name, "document": row.document_id} for row in contact.attached.all() if row.document_id]
    contact.case = come_back(
        case=standing_for(message.case),
        told={**told, "reason": reason, "documents": documents},
        effect=_effect(message),
        channel=contact.channel,
        now=now,
        also=also,
    )
    if not _is_sought(contact.case, message):
        title = _("Find the right address of %(name)s") % {"name": name}
        add_task(case=contact.case, by=SYSTEM, title=title, detail=reason, now=now, channel=contact.channel)


def _effect(message: Message) -> str:
    """The key of the effect that had sent it; empty for a question or an answer, which no effect sends, and where its
    request goes on in another one: what was made there is not made here anew."""
    if message.case is None or message.case.merged_into_id is not None:
        return ""
    keys = Effect.objects.filter(case=message.case).values_list("key", flat=True)
    return next((key for key in keys if message.key.startswith(f"{key}/")), "")


def _is_sought(case: Case, message: Message) -> bool:
    """Whether the effect asks for it already."""
    effect = Effect.objects.filter(key=_effect(message), state="failed").first()
    about = effect and (f"{effect.item}/{effect.action}" if effect.item else effect.action)
    return bool(about) and Want.objects.filter(case=case, kind="exception", fact=about, closed_at=None).exists()
