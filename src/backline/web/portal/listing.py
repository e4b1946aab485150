"""Requests and drafts as lines of a list."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backline.cases.models import Case
from backline.cases.reach import cases_within_reach
from backline.people.actors import Actor
from backline.web.portal import offering
from backline.web.portal.acting import acting_words
from backline.web.portal.knowing import know
from backline.web.portal.models import Draft
from backline.web.portal.status import status_of


@dataclass(frozen=True, kw_only=True)
class RequestLine:
    """One request."""

    reference: str
    title: str
    words: str
    acting_for: str
    state_words: str
    tone: str
    sign: str
    opened_at: datetime


@dataclass(frozen=True, kw_only=True)
class DraftLine:
    """One draft."""

    key: str
    title: str
    updated_at: datetime


def request_line(case: Case, by: Actor, *, language: str, now: datetime) -> RequestLine:
    """How the request stands, in a line."""
    known = know(case, by, language=language, now=now)
    status = status_of(known)
    return RequestLine(
        reference=case.reference,
        title=known.loaded.texts.title(language),
        words=status.headline,
        acting_for=acting_words(known),
        state_words=status.state_words,
        tone=status.tone,
        sign=status.sign,
        opened_at=case.opened_at,
    )


def open_requests(by: Actor, *, language: str, now: datetime, most: int = 4) -> list[RequestLine]:
    """The latest that have not ended."""
    cases = cases_within_reach(by, now=now).filter(merged_into=None).exclude(state="ended").order_by("-opened_at")
    return [request_line(case, by, language=language, now=now) for case in cases[:most]]


def draft_lines(drafts: list[Draft], language: str) -> list[DraftLine]:
    """Drafts whose service is still offered."""
    found = ((draft, offering.loaded_type(draft.type_key)) for draft in drafts)
    return [
        DraftLine(key=draft.key, title=loaded.texts.title(language), updated_at=draft.updated_at)
        for draft, loaded in found
        if loaded is not None
    ]
