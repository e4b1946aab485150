"""What is attached to a contact: each kept as a document or refused with the reason, once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.db import OperationalError
from django.utils.translation import gettext as _

from backline.channels.models import Contact, ContactDocument
from backline.documents.naming import clean_name
from backline.documents.storing import DocumentRefused, NotKeptNow, store

PARTS = {"signature": "signature", "encrypted": "encrypted part", "winmail": "winmail.dat", "calendar": "invitation"}
"""Kept under a kind that says what they are: nobody reads them as a bill"""


@dataclass(frozen=True, kw_only=True)
class Given:
    """One thing that came with a contact."""

    name: str
    content: bytes
    part: str = "attachment"


def attach(contact: Contact, given: Sequence[Given], *, by: str, now: datetime) -> list[ContactDocument]:
    """Keep what may be kept; those that were kept before (the worker died in between) are left as they are."""
    known = {row.number: row for row in contact.attached.select_related("document")}
    most = settings.ORGANISATION.limits.attachments
    rows = [known.get(number) or _attach(contact, number, one, most, by, now) for number, one in enumerate(given, 1)]
    return rows


def _attach(contact: Contact, number: int, one: Given, most: int, by: str, now: datetime) -> ContactDocument:
    row = ContactDocument(contact=contact, number=number, name=clean_name(one.name), part=one.part)
    if number > most:
        row.refusal = _("There are more than %(most)d attachments; this one was not taken.") % {"most": most}
    else:
        try:
            kind = PARTS.get(one.part, "")
            row.document = store(content=one.content, name=one.name, kind=kind, by=by, now=now)
        except (NotKeptNow, OSError) as away:
            raise OperationalError(f"The document could not be stored: {away}") from away
        except DocumentRefused as refused:
            row.refusal = str(refused)
    row.save()
    return row
