"""The words of a message that answers nothing else: they answer a worker's question, or somebody reads them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.utils.translation import gettext as _

from backline.cases.adding import add_task, reply
from backline.cases.models import Case, CaseParty, Want
from backline.cases.refusals import Refusal
from backline.channels.models import Contact, ContactDocument
from backline.people.actors import SYSTEM, of_party
from backline.people.models import Party


def pass_on(contact: Contact, attached: Sequence[ContactDocument], *, case: Case, party: Party, now: datetime) -> bool:
    """Whether a worker's open question was answered; else a task was added where there is something to look at."""
    if any(row.answers for row in attached):
        return False
    papers = [row.name for row in attached if row.document and row.part == "attachment"]
    if not contact.text.strip() and not papers:
        return False
    roles = CaseParty.objects.filter(case=case, party=party, until__isnull=True).values_list("role", flat=True)
    questions = list(Want.objects.filter(case=case, kind="question", closed_at__isnull=True, who__in=list(roles)))
    if len(questions) == 1 and contact.text.strip():
        try:
            reply(want=questions[0], by=of_party(party), text=contact.text[:5000], now=now, channel=contact.channel)
            return True
        except Refusal:  # somebody was faster, or it is for another: then a colleague reads it
            pass
    title = _("Answer a message of the customer")
    detail = "\n".join([contact.text[:5000], *papers]).strip()
    add_task(case=case, by=SYSTEM, title=title, detail=detail, now=now, channel=contact.channel)
    return False
