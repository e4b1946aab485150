"""A colleague says that a scan which came in is two documents: each is taken as if it had come alone."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backline.cases.refusals import NotOpen
from backline.channels.models import Contact
from backline.channels.papers import take_paper
from backline.channels.settling_contacts import dismiss_contact
from backline.documents import contents, cutting, reading, separating
from backline.documents.models import Document
from backline.people.actors import Actor


def doubted_pages(contact: Contact) -> list[int]:
    """The pages on which, perhaps, another document begins."""
    document = _scan(contact)
    found = separating.beginnings(reading.read(document).pages) if document else []
    return [one.page for one in found]


def divide_contact(*, contact: Contact, page: int, by: Actor, now: datetime) -> list[Contact]:
    """Two of one, the second from this page on; the original is put away. Raises NotOpen, NotAllowed."""
    document = _scan(contact)
    if document is None or not 1 < page <= document.pages:
        raise NotOpen(_("This can't be divided there."))
    path, stem = contents.path_of(document.sha256), document.name.rpartition(".")[0] or document.name
    parts = [
        cutting.cut(path, document.media_type, pages)
        for pages in (range(1, page), range(page, document.pages + 1))
    ]  # fmt: skip
    if not all(parts):
        raise NotOpen(_("This can't be divided there."))
    with transaction.atomic():
        reason = _("Divided into two documents before page %(page)s.") % {"page": page}
        dismiss_contact(contact=contact, by=by, reason=reason, now=now)
        return [
            take_paper(part, name=f"{stem}-{number}.pdf", channel=contact.channel, now=now)
            for number, part in enumerate(parts, 1)
        ]


def _scan(contact: Contact) -> Document | None:
    """The one file of several pages that came; None where there is none, or somebody dealt with it already."""
    if contact.result != Contact.Result.ASKED or contact.channel not in ("paper", "fax"):
        return None
    row = contact.attached.select_related("document").first()
    document = row.document if row else None
    return document if document and document.pages > 1 and document.media_type in cutting.CUTTABLE else None
