"""Pages of documents beside a question, with a box over what was read there."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from django.urls import reverse

from backline.cases.showing.views import CaseView, DocumentView, FactView
from backline.documents.models import Document
from backline.documents.reading import READABLE
from backline.web.workbench.unsure import Unsure

MOST_PAGES = 12


@dataclass(frozen=True, kw_only=True)
class Box:
    """Where something was read, in thousandths of the page."""

    x: int
    y: int
    width: int
    height: int
    label: str
    target: str
    """The id of the fact's row on the page"""
    doubtful: bool = False


@dataclass(frozen=True, kw_only=True)
class PagePicture:
    """One page as a picture."""

    number: int
    href: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, kw_only=True)
class Paper:
    """A document beside a question."""

    id: int
    name: str
    label: str
    kind: str
    pages: int
    href: str
    file: str
    pictures: tuple[PagePicture, ...]


def papers(view: CaseView, documents: Iterable[DocumentView], read: Unsure | None = None) -> list[Paper]:
    """These documents of the case, page by page, with boxes where facts were read; also one ``read`` with doubt."""
    return [_paper(view, document, read) for document in documents]


def shown_documents(view: CaseView, shows: Iterable[str]) -> list[DocumentView]:
    """The documents that a task shows; all of the case where it names none."""
    ids = {
        fact.value.id
        for name in shows
        if (fact := view.fact(name.partition(".")[0])) is not None and fact.kind == "document" and fact.value
    }
    places = {str(fact.place["document"]) for fact in view.facts if fact.name in set(shows) and fact.place}
    return [one for one in view.documents if str(one.id) in ids | places]


def _paper(view: CaseView, document: DocumentView, read: Unsure | None) -> Paper:
    readable = document.media_type in READABLE
    numbers = range(1, min(document.pages, MOST_PAGES) + 1) if readable else ()
    at = [view.reference, document.id]
    return Paper(
        id=document.id,
        name=document.name,
        label=document.label,
        kind=document.kind.replace("_", " "),
        pages=document.pages,
        href=reverse("work-document", args=at),
        file=reverse("work-document-file", args=at),
        pictures=tuple(_picture(view, document, number, read) for number in numbers),
    )


def _picture(view: CaseView, document: DocumentView, number: int, read: Unsure | None) -> PagePicture:
    facts = [fact for fact in view.facts if _stands_there(fact.place, document.id, number)]
    return PagePicture(
        number=number,
        href=reverse("work-page", args=[view.reference, document.id, number]),
        boxes=(*(_box(fact) for fact in facts), *_doubtful(read, document.id, number)),
    )


def _doubtful(read: Unsure | None, document: int, page: int) -> Iterator[Box]:
    if read is not None and (read.document, read.page) == (document, page):
        yield _ring(read.box, label=read.text, target="reading", doubtful=True)


def _stands_there(place: dict[str, Any] | None, document: int, page: int) -> bool:
    return (
        place is not None and (place.get("document"), place.get("page")) == (document, page) and bool(place.get("box"))
    )


def _box(fact: FactView) -> Box:
    assert fact.place is not None
    return _ring(fact.place["box"], label=f"{fact.label}: {fact.shown}", target=f"fact-{fact.path}")


def _ring(box: Sequence[float], *, label: str, target: str, doubtful: bool = False) -> Box:
    left, top, right, bottom = (round(1000 * float(edge)) for edge in box)
    return Box(
        x=max(left - 4, 0),
        y=max(top - 5, 0),
        width=right - left + 8,
        height=bottom - top + 10,
        label=label,
        target=target,
        doubtful=doubtful,
    )


def document_of(view: CaseView, number: int) -> Document | None:
    """A document of the case, if it is one that the reader may see there."""
    if number not in {one.id for one in view.documents}:
        return None
    return Document.objects.filter(pk=number).first()
