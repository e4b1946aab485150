"""A short message comes in: proved, kept, and answered to the provider at once; a job takes it into its case.

prove -> keep -> (commit) -> job -> whose is it? -> which case? -> documents and words -> timeline
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Exists, OuterRef
from django.utils.translation import gettext as _

from backline.cases.merging.merged_cases import standing_for
from backline.cases.models import Case, CaseParty, Want
from backline.cases.storage.references import references_in
from backline.channels.answering_asks import answer_asks
from backline.channels.attaching import attach
from backline.channels.filing import file_message
from backline.channels.models import Contact
from backline.channels.passing_on import pass_on
from backline.channels.short_messages.shapes import ShortMessage, prove, read
from backline.channels.short_messages.sources import Source, source_of
from backline.documents import contents
from backline.jobs import enqueuing
from backline.people import parties
from backline.people.identifiers import PHONE
from backline.people.models import Party
from backline.people.refusals import NotAnIdentifier

TAKE_JOB = "short message"
Result = Contact.Result


def take_posted(name: str, headers: Mapping[str, str], body: bytes, *, url: str, now: datetime) -> int:
    """Keep what the provider posted; answers how many messages were new.

    Raises NoSuchSource, NotSigned and Unreadable; then nothing was kept.
    """
    source = source_of(name)
    prove(source, {key.lower(): value for key, value in headers.items()}, body, url=url, now=now)
    found = read(source, body)
    raw = contents.write(body) if found else ""
    return sum(_keep(source, one, raw, now) for one in found)


def take_kept(ref: str, now: datetime) -> None:
    """The job: take a message that was kept into its case, or put it before a person."""
    contact = Contact.objects.select_related("case", "party").get(pk=int(ref))
    if contact.result != Result.TAKING:
        return
    source = source_of(contact.recipients[0])
    told = next(one for one in read(source, contents.read(contact.raw_sha256)) if one.id == contact.message_id)
    contact.party = _known(told.sender)
    contact.case, how = _case_of(told, contact.party)
    by = f"party:{contact.party.pk}" if contact.party else "system:backline"
    attached = attach(contact, told.files, by=by, now=now)
    if contact.case is None or contact.party is None:
        return _settle(contact, Result.ASKED, how)
    contact.case, refused = answer_asks(
        case=contact.case, party=contact.party, attached=attached, channel=contact.channel, now=now
    )
    replied = pass_on(contact, attached, case=contact.case, party=contact.party, now=now)
    file_message(contact, how=how, attached=attached, now=now, words=not replied)
    _settle(contact, Result.TAKEN, refused or how)


def _keep(source: Source, told: ShortMessage, raw: str, now: datetime) -> bool:
    mark = hashlib.sha256(f"{source.name}\n{told.id}".encode()).hexdigest()
    try:
        with transaction.atomic():
            contact = Contact.objects.create(
                fingerprint=mark, channel=source.channel, sort="person", sender=told.sender[:320],
                sender_name=told.name[:200], text=told.text, message_id=told.id[:250], raw_sha256=raw,
                recipients=[source.name], taken_at=now,
            )  # fmt: skip
            enqueuing.enqueue(TAKE_JOB, str(contact.pk), due_at=now)
    except IntegrityError:
        return False
    return True


def _known(number: str) -> Party | None:
    """Whose number it is: proved to be theirs here, since the provider vouches for who wrote."""
    try:
        return parties.find_by_identifier(PHONE, number)
    except NotAnIdentifier:
        return None


def _case_of(told: ShortMessage, party: Party | None) -> tuple[Case | None, str]:
    """By a reference in the text, else the one request in which something is asked of them, else the only one."""
    if party is None:
        return None, _("The number belongs to nobody that we know.")
    theirs = CaseParty.objects.filter(party=party, until__isnull=True)
    mine = Case.objects.filter(pk__in=theirs.values("case"))
    if named := references_in(told.text):
        written = {standing_for(case) for case in Case.objects.filter(reference__in=named)}
        cases = list(mine.filter(pk__in=[case.pk for case in written])[:2])
        if len(cases) == 1:
            return cases[0], _("by the reference in it and the sender's number")
        return None, _("It names no request in which the sender takes part.")
    running = mine.filter(state="open")
    of_them = Exists(theirs.filter(case=OuterRef("case"), role=OuterRef("who")))
    asked = Want.objects.filter(of_them, kind__in=("ask", "question"), closed_at__isnull=True)
    for found, how in (
        (running.filter(pk__in=asked.values("case")), _("by the sender's number, and what we asked of them")),
        (running, _("by the sender's number and their only open request")),
    ):
        cases = list(found[:2])
        if len(cases) == 1:
            return cases[0], how
    return None, _("It names no request, and could be about several.") if running.exists() else _(
        "It names no request."
    )


def _settle(contact: Contact, result: str, reason: str) -> None:
    contact.result, contact.reason = result, reason[:500]
    contact.save()
