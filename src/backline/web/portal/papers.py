"""The documents and letters of a request that one person may have."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.template.defaultfilters import filesizeformat
from django.urls import reverse
from django.utils.translation import gettext as _

from backline.documents.models import Document
from backline.engine.values import Row
from backline.web.portal.acting import messages_for, writers
from backline.web.portal.knowing import Known
from backline.web.portal.wording import day_words


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A document as the list shows it."""

    id: int
    name: str
    about: str
    href: str
    at: datetime


def papers_of(known: Known) -> list[Paper]:
    """All of them, the latest first."""
    about = {**{pk: "" for pk in _from_facts(known)}, **{pk: "" for pk in _filed(known)}, **dict(_letters(known))}
    found = Document.objects.filter(pk__in=about) if about else ()
    papers = [_paper(known, document, about[document.pk]) for document in found]
    return sorted(papers, key=lambda paper: paper.at, reverse=True)


def _from_facts(known: Known) -> Iterator[int]:
    """Documents that are the value of a fact which the person may see."""
    for state in known.visible().values():
        if isinstance(state.value, Row) and state.value.type == "document" and state.value.id.isdigit():
            yield int(state.value.id)


def _filed(known: Known) -> Iterator[int]:
    """Documents that were filed without being asked for, or came with a message of this person."""
    if known.pending:
        return
    mine = writers(known)
    for entry, data in known.look.entries:
        if data and entry.kind == "document" and data.get("shown", True):
            yield int(data["document"])
        if data and entry.kind == "message" and entry.actor in mine:
            yield from (int(one["document"]) for one in data.get("documents", ()) if one.get("document"))


def _letters(known: Known) -> Iterator[tuple[int, str]]:
    """What we sent to this person."""
    for message in messages_for(known) if known.proven else ():
        for document in message.documents.all():
            yield document.pk, message.subject.replace(f"[{known.case.reference}]", "").strip()


def _paper(known: Known, document: Document, subject: str) -> Paper:
    kind = document.media_type.partition("/")[2].upper()
    parts = [subject, day_words(document.stored_at), kind, filesizeformat(document.size)]
    return Paper(
        id=document.pk,
        name=document.name or _("Document"),
        about=" · ".join(part for part in parts if part),
        href=reverse("request-document", args=[known.case.reference, document.pk]),
        at=document.stored_at,
    )
