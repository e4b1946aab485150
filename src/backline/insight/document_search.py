"""Documents by the words in them, as far as one may see them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Exists, OuterRef, QuerySet

from backline.cases.models import Case, FiledDocument
from backline.cases.reach import within_reach
from backline.cases.showing.viewing import documents_seen
from backline.documents.models import Document, PageReading
from backline.documents.searching import Passage, pages_with, passage
from backline.people.actors import Actor

MOST = 12
LOOKED_AT = 60
"""Candidates, the newest first, that are looked at until ``MOST`` are found that the reader may see"""


@dataclass(frozen=True, kw_only=True)
class FoundDocument:
    """A document of a case, and the first page on which the words stand."""

    document: Document
    case: Case
    page: int
    passage: Passage


def search_documents(words: str, *, by: Actor, now: datetime) -> tuple[FoundDocument, ...]:
    """The newest documents with all of these words on a page, in cases within reach; what is hidden is not found."""
    words = words.strip()[:200]
    if len(words) < 3:
        return ()
    pages = pages_with(words)
    found: list[FoundDocument] = []
    seen: dict[int, frozenset[int]] = {}
    for filed in _filed(pages, by, now)[:LOOKED_AT]:
        if filed.case_id not in seen:
            seen[filed.case_id] = documents_seen(case=filed.case, by=by, now=now)
        if filed.document_id in seen[filed.case_id]:
            found += _found(filed, pages, words)
        if len(found) == MOST:
            break
    return tuple(found)


def _filed(pages: QuerySet[PageReading], by: Actor, now: datetime) -> QuerySet[FiledDocument]:
    on_page = Exists(pages.filter(reading__sha256=OuterRef("document__sha256")))
    rows = FiledDocument.objects.filter(on_page, within_reach(by, now=now)).select_related("case", "document")
    return rows.order_by("-document_id", "-case_id")


def _found(filed: FiledDocument, pages: QuerySet[PageReading], words: str) -> Iterator[FoundDocument]:
    page = pages.filter(reading__sha256=filed.document.sha256).order_by("number").first()
    if page is not None:
        yield FoundDocument(
            document=filed.document, case=filed.case, page=page.number, passage=passage(page.text, words)
        )
