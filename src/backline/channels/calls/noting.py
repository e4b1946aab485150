"""What was said in a call goes to its case: a note of the colleague who took it, or a transcript."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from backline.cases.authority import writes
from backline.cases.models import Case
from backline.cases.refusals import FactsRefused, NotAllowed
from backline.channels.attaching import Given, attach
from backline.channels.calls.models import Call
from backline.channels.calls.transcripts import Transcript, as_text
from backline.channels.filing import file_message
from backline.channels.hearing import hear
from backline.channels.models import Contact, ContactDocument
from backline.documents import contents
from backline.jobs import enqueuing
from backline.people import actors
from backline.people.actors import Actor
from backline.people.models import Party

TAKE_JOB = "call transcript"
LONGEST = 20_000
Result = Contact.Result


def note_call(*, case: Case, party: Party, by: Actor, text: str, now: datetime, call: Call | None = None) -> Contact:
    """Write down in a case what was said on the phone. Raises FactsRefused for an empty note."""
    said = text.strip()
    if not said or len(said) > LONGEST:
        raise FactsRefused({"text": _("Write what was said, in %(most)s letters at most.") % {"most": LONGEST}})
    contact, _new = _kept(call, "phone", f"{said}\n", name=_("Note of the call"), now=now)
    return put_in_case(contact, case=case, party=party, by=by, call=call, now=now)


def add_transcript(
    *, case: Case, party: Party, by: Actor, transcript: Transcript, now: datetime, call: Call | None = None
) -> Contact:
    """File a transcript that a colleague typed or uploaded. Raises NotAllowed for who may only read the case."""
    if call is None and not writes(by, case):
        raise NotAllowed(_("You may only read this request."))
    contact, _new = _kept(call, "call", as_text(transcript), name=_("Transcript of a call"), now=now, case=case)
    if contact.result == Result.TAKEN:
        return contact
    return put_in_case(contact, case=case, party=party, by=by, call=call, now=now)


def keep_posted(call: Call, transcript: Transcript, *, now: datetime) -> bool:
    """Keep a transcript that the telephone system posted; a job takes it. Whether it is new."""
    contact, new = _kept(call, "call", as_text(transcript), name=_("Transcript of a call"), now=now)
    if new:
        enqueuing.enqueue(TAKE_JOB, str(contact.pk), due_at=now)
    return new


def take_kept(ref: str, now: datetime) -> None:
    """The job: a transcript goes to the case that the colleague chose for the call, else before a person."""
    contact = Contact.objects.filter(pk=int(ref)).first()
    if contact is None or contact.result != Result.TAKING:  # forgotten meanwhile, or taken already
        return
    call = Call.objects.select_related("case", "party", "staff").get(
        source=contact.recipients[0], call_id=contact.message_id
    )
    if call.case and call.party:
        by = actors.of_staff(call.staff) if call.staff and call.staff.left_at is None else actors.SYSTEM
        put_in_case(contact, case=call.case, party=call.party, by=by, call=call, now=now)
    else:
        _attached(contact, "system:backline", now)
        contact.party = call.party
        contact.result, contact.reason = Result.ASKED, _("Nobody said to which request this call belongs.")
        contact.save()


def put_in_case(
    contact: Contact, *, case: Case, party: Party, by: Actor, now: datetime, call: Call | None = None
) -> Contact:
    """Its words into the timeline of the case, with what they say of facts."""
    if by.kind not in ("staff", "system"):
        raise NotAllowed(_("Only colleagues can say where a message belongs."))
    contact.case, contact.party = case, party
    attached = _attached(contact, by.id, now)
    how = _("as %(name)s said") % {"name": by.name} if by.kind == "staff" else _("by the call that it is of")
    file_message(contact, how=how, attached=attached, now=now, by=by)
    contact.case = hear(contact=contact, attached=attached, by=by, now=now)
    contact.result, contact.reason, contact.settled_by, contact.settled_at = Result.TAKEN, how[:500], by.id, now
    contact.save()
    if call is not None:
        call.case, call.party = case, party
        call.save(update_fields=["case", "party"])
    return contact


def _kept(
    call: Call | None, channel: str, text: str, *, name: str, now: datetime, case: Case | None = None
) -> tuple[Contact, bool]:
    """The contact of these words, made once: the same words of the same call are the same contact."""
    of = f"{call.source}\n{call.call_id}" if call else f"{case.reference if case else ''}\n{now.isoformat()}"
    mark = hashlib.sha256(f"{channel}\n{of}\n{text}".encode()).hexdigest()
    if known := Contact.objects.filter(fingerprint=mark).select_related("case", "party").first():
        return known, False
    when = timezone.localtime(call.began_at if call else now)
    try:
        with transaction.atomic():
            contact = Contact.objects.create(
                fingerprint=mark, channel=channel, sort="person", sender=call.number if call else "",
                sender_name=call.name if call else "", subject=f"{name}, {when:%d.%m.%Y %H:%M}", text=text,
                message_id=call.call_id if call else "", recipients=[call.source] if call else [],
                raw_sha256=contents.write(text.encode()), taken_at=now,
            )  # fmt: skip
    except IntegrityError:
        return Contact.objects.select_related("case", "party").get(fingerprint=mark), False
    return contact, True


def _attached(contact: Contact, by: str, now: datetime) -> list[ContactDocument]:
    given = Given(name=f"{contact.subject.replace(':', '.')}.txt", content=contact.text.encode(), part="words")
    return attach(contact, [given], by=by, now=now)
