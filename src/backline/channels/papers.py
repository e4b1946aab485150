"""Paper, faxes and notes as files: kept, read, recognised. Whose they are is asked of a person."""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backline.cases.models import Case
from backline.cases.references import references_in
from backline.channels.attaching import Given, attach
from backline.channels.models import Contact
from backline.documents import disk, reading

Result = Contact.Result


def take_paper(content: bytes, *, name: str, channel: str, now: datetime) -> Contact:
    """Take one file that came on paper, by fax or as a note. The same file again is the same contact."""
    mark = hashlib.sha256(f"{channel}\n".encode() + content).hexdigest()
    known = Contact.objects.filter(fingerprint=mark).select_related("case", "party").first()
    if known:
        known.repeated = True
        return known
    raw_sha256 = disk.write(content)
    try:
        with transaction.atomic():
            contact = Contact.objects.create(
                fingerprint=mark, channel=channel, subject=name[:500], raw_sha256=raw_sha256, taken_at=now
            )
    except IntegrityError:
        return take_paper(content, name=name, channel=channel, now=now)
    return _taken(contact, content, name, now)


def _taken(contact: Contact, content: bytes, name: str, now: datetime) -> Contact:
    row = attach(contact, [Given(name=name, content=content)], by="system:backline", now=now)[0]
    if row.document is None:
        contact.result, contact.reason = Result.REFUSED, row.refusal
    else:
        found = reading.read(row.document)
        contact.text = found.text[:100_000]
        contact.result, contact.reason = Result.ASKED, _suggestion(found.text) or found.reason or _nobody()
        if found.state in ("broken", "encrypted", "too much"):
            contact.result, contact.reason = Result.REFUSED, found.reason
    contact.save()
    return contact


def _suggestion(text: str) -> str:
    """The request that a paper names: a person confirms it, since anybody can write a number."""
    named = [case.reference for case in Case.objects.filter(reference__in=references_in(text[:20_000]))]
    return _("It names %(reference)s; a person confirms it.") % {"reference": ", ".join(named)} if named else ""


def _nobody() -> str:
    return _("It does not say to which request it belongs.")
