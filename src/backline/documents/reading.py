"""Reading a document: its text and words page by page, from the text layer or the picture. Each content once."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from django.db import IntegrityError, transaction

from backline.documents import confined, contents, doubts, media, second_reader
from backline.documents.deadlines import Deadline
from backline.documents.models import ContentReading, Document, PageReading

READABLE = media.PICTURES | media.OFFICE | {media.PDF, media.TEXT}
State = ContentReading.State
LATE = "late"
"""How a reading went that is not kept: by the clock there was no time for it, and that is no fault of the file"""
GLARE = "a bright spot hides part of this page: please take it again"
FORM_SECONDS = 2.5
MOST_ROUNDS = 5
"""A long scan is read in several goes, each with its own limits"""


class Box(NamedTuple):
    """A place on a page: parts of its width and height, from the top left."""

    left: float
    top: float
    right: float
    bottom: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Word:
    """One word as it was read."""

    text: str
    box: Box
    confidence: float


@dataclass(frozen=True, kw_only=True, slots=True)
class Code:
    """A QR code, DataMatrix or Code 128 on a page."""

    format: str
    text: str
    box: Box


@dataclass(frozen=True, kw_only=True, slots=True)
class PageText:
    """One page: pages count from 1."""

    number: int
    text: str
    words: tuple[Word, ...]
    engine: str
    codes: tuple[Code, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class FormField:
    """A field of a fillable PDF, as it stands in the file; ``page`` is 0 where it stands on none."""

    name: str
    value: str | list[str] | None
    page: int
    box: Box


@dataclass(frozen=True, kw_only=True, slots=True)
class Reading:
    """What was read of a document. ``state`` says how it went, ``reason`` why when not well."""

    state: str
    reason: str
    page_count: int
    pages: tuple[PageText, ...]
    form: tuple[FormField, ...] = ()
    xfa: bool = False
    """It holds an XFA form, of which only what also stands in plain fields is read"""

    @property
    def text(self) -> str:
        """All of the text."""
        return "\n\n".join(page.text for page in self.pages)


def read(document: Document) -> Reading:
    """The text of a document, read now if it never was."""
    return read_content(document.sha256, document.media_type, now=document.stored_at)


def read_content(sha256: str, media_type: str, *, now: datetime) -> Reading:
    """The text of a stored content; a document that can't be read says so in ``state`` and never raises."""
    row = ContentReading.objects.filter(sha256=sha256).first() or _read_first(sha256, media_type, now)
    if isinstance(row, Reading):
        return row
    pages = tuple(_page(page.number, page.text, page.words, page.engine, page.codes) for page in row.page_rows.all())
    form, xfa = _form_fields(row.form)
    return Reading(state=row.state, reason=row.reason, page_count=row.pages, pages=pages, form=form, xfa=xfa)


def read_file(path: Path, media_type: str) -> Reading:
    """The text of a file that is not stored; nothing of it is kept."""
    deadline = Deadline()
    found = _parse(path, media_type, deadline)
    pages, count = _pages_in(found)
    state, reason = _how_it_went(found, pages, count)
    words = tuple(_page(p["page"], p["text"], p["words"], p["engine"], p.get("codes", [])) for p in pages)
    form, xfa = _form_fields(_form(path, found, deadline))
    return Reading(state=state, reason=reason, page_count=count, pages=words, form=form, xfa=xfa)


def count_pages(sha256: str, media_type: str) -> int:
    """How many pages a stored content has, without reading them; 0 where it can't be told."""
    if media_type not in READABLE:
        return 0
    lines = confined.ask_parser("count", contents.path_of(sha256), media_type).lines
    return int(lines[0].get("pages", 0)) if lines else 0


def _read_first(sha256: str, media_type: str, now: datetime) -> ContentReading | Reading:
    """What is kept of it; only that the machine was too busy is not, so that it is read when it is asked for again."""
    path, deadline = contents.path_of(sha256), Deadline()
    found = _parse(path, media_type, deadline)
    if found.ending == "late" and not _pages_in(found)[0]:
        return Reading(state=LATE, reason=_how_it_went(found, [], 0)[1], page_count=0, pages=())
    try:
        return _keep(sha256, found, _form(path, found, deadline), now)
    except IntegrityError:  # two came at once with the same content: the other's reading is as good
        return ContentReading.objects.get(sha256=sha256)


def _parse(path: Path, media_type: str, deadline: Deadline) -> confined.Answer:
    if media_type not in READABLE:
        reason = f"files of this kind ({media_type}) can't be read"
        return confined.Answer(lines=({"state": State.UNSUPPORTED, "reason": reason},), ending="done")
    with tempfile.TemporaryDirectory(prefix="backline-") as folder:
        left = folder if second_reader.installed() else ""
        found = _first_reading(path, media_type, left, deadline)
        lines = [doubts.settled(line, Path(folder), deadline) for line in found.lines]
    if any(line.get("late") for line in lines):
        return replace(found, lines=tuple(line for line in lines if line.get("words")), ending="late")
    return replace(found, lines=tuple(_by_the_first(path, media_type, line, deadline) for line in lines))


def _first_reading(path: Path, media_type: str, left: str, deadline: Deadline) -> confined.Answer:
    found = confined.ask_parser("text", path, media_type, 1, left, deadline=deadline)
    for _ in range(MOST_ROUNDS):
        last = found.lines[-1] if found.lines else {}
        if found.ending != "time" or not str(last.get("engine", "")).startswith("tesseract"):
            break
        more = confined.ask_parser("text", path, media_type, int(last["page"]) + 1, left, deadline=deadline)
        found = confined.Answer(lines=(*found.lines, *more.lines), ending=more.ending)
    return found


def _by_the_first(path: Path, media_type: str, line: dict[str, Any], deadline: Deadline) -> dict[str, Any]:
    """A page that was left to the second reader, which is not there or could make nothing of it."""
    if not line.get("unread"):
        return line
    number = int(line["page"])
    told = confined.ask_parser("text", path, media_type, number, "", number, deadline=deadline).lines
    return next((one for one in told if one.get("page") == number), line)


def _form(path: Path, found: confined.Answer, deadline: Deadline) -> dict[str, Any]:
    """The form of a PDF that has one: asked for apart, so that neither can keep the other from being read."""
    if not any(line.get("form") for line in found.lines[:1]):
        return {}
    lines = confined.ask_parser("form", path, seconds=FORM_SECONDS, deadline=deadline).lines
    return {
        "xfa": any(line.get("xfa") for line in lines[:1]),
        "fields": [line for line in lines if "field" in line],
    }


def _form_fields(told: dict[str, Any]) -> tuple[tuple[FormField, ...], bool]:
    fields = tuple(
        FormField(name=one["field"], value=one["value"], page=one["page"], box=Box(*one["box"]))
        for one in told.get("fields", ())
    )
    return fields, bool(told.get("xfa"))


def _pages_in(found: confined.Answer) -> tuple[list[dict[str, Any]], int]:
    """The pages that were read, and how many there are."""
    pages = [line for line in found.lines if "page" in line]
    return pages, next((int(line["pages"]) for line in found.lines if "pages" in line), 0)


def _keep(sha256: str, found: confined.Answer, form: dict[str, Any], now: datetime) -> ContentReading:
    pages, count = _pages_in(found)
    state, reason = _how_it_went(found, pages, count)
    engines = ", ".join(sorted({str(page["engine"]) for page in pages}))
    with transaction.atomic():
        row = ContentReading.objects.create(
            sha256=sha256,
            state=state,
            reason=reason,
            pages=count,
            engine=engines[:120],
            form=form,
            read_at=now.astimezone(UTC),
        )
        PageReading.objects.bulk_create(
            PageReading(
                reading=row,
                number=p["page"],
                text=p["text"],
                words=p["words"],
                engine=p["engine"],
                codes=p.get("codes", []),
            )
            for p in pages
        )
    return row


def _how_it_went(found: confined.Answer, pages: list[dict[str, Any]], count: int) -> tuple[str, str]:
    told = next((line for line in found.lines if "state" in line), None)
    if told and not pages:
        return str(told["state"]), str(told.get("reason", ""))
    if found.ending == "late" and not pages:
        return LATE, "the machine was too busy to read it; it is read when it is next looked at"
    if found.ending == "time" and not pages:
        return State.TOO_MUCH, "it takes longer to read than one document may"
    if found.ending == "died" and not pages and not told:
        return State.BROKEN, "the reader could not get through it"
    if len(pages) < count:
        return State.PARTLY, f"{len(pages)} of {count} pages were read"
    if not any(page["text"].strip() for page in pages):
        return State.EMPTY, "no text was found"
    return State.READ, GLARE if any(page.get("glare") for page in pages) else ""


def _page(number: int, text: str, said: list[list[Any]], engine: str, codes: list[list[Any]]) -> PageText:
    words = tuple(
        Word(text=word, box=Box(left=left, top=top, right=right, bottom=bottom), confidence=confidence)
        for word, left, top, right, bottom, confidence in said
    )
    found = tuple(Code(format=form, text=told, box=Box(*box)) for form, told, *box in codes)
    return PageText(number=number, text=text, words=words, engine=engine, codes=found)
