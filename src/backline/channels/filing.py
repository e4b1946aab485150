"""What came in by a channel, told in the timeline of its case."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from backline.cases.changing import change
from backline.cases.models import Case, EntryPayload
from backline.cases.said import Said
from backline.cases.storage.happenings import Happening
from backline.catalogue.versions import LoadedType
from backline.channels.models import Contact, ContactDocument
from backline.people.actors import Actor, of_party


def file_message(
    contact: Contact,
    *,
    how: str,
    attached: Sequence[ContactDocument],
    now: datetime,
    words: bool = True,
    meant: str = "",
    by: Actor | None = None,
) -> None:
    """The message as an entry of the timeline, with what was attached and how it found its case.

    ``words`` is False where they stand there already, as the answer to a worker's question. ``meant`` is the
    reference that it was written to, where that request goes on in the case. ``by`` wrote it down where
    the party did not.
    """
    if contact.case is None or contact.party is None or _is_filed(contact, contact.case):
        return
    data = {
        "direction": "in",
        "contact": contact.pk,
        "sort": contact.sort,
        "from": contact.sender,
        "subject": contact.subject,
        "text": contact.text if words else "",
        "how": how,
        "documents": [_document(row) for row in attached],
        **({"meant": meant} if meant else {}),
    }
    contact.case = _told(contact.case, data, by=by or of_party(contact.party), channel=contact.channel, now=now)


def _is_filed(contact: Contact, case: Case) -> bool:
    """Whether this was written before, by a process that died before it was done."""
    return EntryPayload.objects.filter(case=case, data__contact=contact.pk, data__direction="in").exists()


def _told(case: Case, data: dict[str, Any], *, by: Actor, channel: str, now: datetime) -> Case:
    def say(case: Case, loaded: LoadedType) -> Said:
        return Said(after=(Happening(kind="message", data=data, by=by.id, channel=channel),))

    return change(case, say, by=by, channel=channel, now=now)


def _document(row: ContactDocument) -> dict[str, Any]:
    told: dict[str, Any] = {"name": row.name, "part": row.part}
    if row.document:
        told |= {"document": row.document.pk, "kind": row.document.kind, "pages": row.document.pages}
    return told | ({"refusal": row.refusal} if row.refusal else {}) | ({"answers": row.answers} if row.answers else {})
