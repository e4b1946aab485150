"""A case as somebody may see it: plain values for pages, the API, and ``case show``. Nothing here reads or decides."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any


@dataclass(frozen=True, kw_only=True)
class FactView:
    """One fact: what it is called, where it stands, where that comes from."""

    name: str
    item: str = ""
    path: str
    label: str
    help: str = ""
    kind: str
    status: str
    value: Any = None
    """The value itself, for the input of a correction and for the API"""
    shown: str = ""
    source: str = ""
    source_words: str = ""
    by: str = ""
    who: str = ""
    said_at: datetime | None = None
    reason: str = ""
    """Why it failed, or why somebody decided so"""
    refusals: tuple[str, ...] = ()
    candidates: tuple[CandidateView, ...] = ()
    place: dict[str, Any] | None = None
    """Where it was read: document, page, box"""
    own: bool = False
    """This reader may say something else of it"""
    basis_shown: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True, kw_only=True)
class CandidateView:
    """One of the answers that differ."""

    assertion: str
    shown: str
    who: str
    source_words: str
    said_at: datetime
    reason: str = ""


@dataclass(frozen=True, kw_only=True)
class WantView:
    """Something that is waited for. ``id`` is 0 for what only a system has to give."""

    id: int = 0
    kind: str
    fact: str = ""
    item: str = ""
    path: str = ""
    label: str
    help: str = ""
    detail: str = ""
    source: str = ""
    who: str = ""
    who_words: str = ""
    team: str = ""
    skill: str = ""
    level: str = ""
    """The authority that it needs: a step or an amount"""
    shows: tuple[str, ...] = ()
    since: datetime | None = None
    due: datetime | None = None
    taken_by: str = ""
    taken_by_name: str = ""
    mine: bool = False
    """This reader may answer it"""
    optional: bool = False
    waits_for: str = ""
    """Which customer waits for it"""
    promise: str = ""
    """What was promised that hangs on it, and by when"""


@dataclass(frozen=True, kw_only=True)
class OfferView:
    """What the reader may say without being asked: withdraw, appeal."""

    fact: str
    item: str = ""
    path: str
    label: str
    help: str = ""
    kind: str


@dataclass(frozen=True, kw_only=True)
class PromiseView:
    """A promise and how it stands, in words."""

    name: str
    label: str
    state: str
    words: str
    due: datetime | None = None
    after: str = ""


@dataclass(frozen=True, kw_only=True)
class EntryView:
    """One thing that happened, in the reader's words."""

    sequence: int
    kind: str
    at: datetime
    words: str
    detail: str = ""
    by: str = ""
    who: str = ""
    channel: str = ""
    data: dict[str, Any] = field(default_factory=dict)
    of: str = ""
    """The reference of the case in which it happened, where that goes on in this one"""


@dataclass(frozen=True, kw_only=True)
class DocumentView:
    """A document of the case."""

    id: int
    name: str
    kind: str
    media_type: str
    pages: int
    label: str = ""
    fact: str = ""
    who: str = ""
    at: datetime | None = None


@dataclass(frozen=True, kw_only=True)
class PartyView:
    """Somebody who takes part."""

    role: str
    label: str
    party: int
    name: str


@dataclass(frozen=True, kw_only=True)
class EffectView:
    """Something that is done or was done outside the case."""

    id: int
    key: str
    action: str
    label: str
    kind: str
    state: str
    words: str
    refusal: str = ""
    reason: str = ""
    attempts: int = 0
    planned_at: datetime
    settled_at: datetime | None = None
    proof: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class StepView:
    """One step on the way to the end, made or to come."""

    action: str
    label: str
    kind: str
    """do, amend, undo"""
    state: str
    """``to come``, or as an effect stands"""
    words: str
    at: datetime | None = None
    beside: bool = False
    """Goes on together with the one before it"""


@dataclass(frozen=True, kw_only=True)
class CaseView:
    """A case, whole, as one reader sees it."""

    reference: str
    type_key: str
    type_version: int
    title: str
    state: str
    outcome: str
    outcome_label: str
    say: str
    """What the customer reads at the end"""
    owner: str
    channel: str
    version: int
    opened_at: datetime
    ended_at: datetime | None
    wake: datetime | None
    audience: str
    """``customer`` or ``worker``"""
    roles: tuple[str, ...]
    """The roles that the reader has in it"""
    pending: bool
    """The reader acts for somebody who has not allowed it (yet)"""
    facts: tuple[FactView, ...]
    questions: tuple[WantView, ...]
    """What is asked of the reader"""
    wanted: tuple[WantView, ...]
    """All that is waited for, from whomever"""
    tasks: tuple[WantView, ...]
    """What colleagues have to do; empty for a customer"""
    offers: tuple[OfferView, ...]
    promises: tuple[PromiseView, ...]
    timeline: tuple[EntryView, ...]
    documents: tuple[DocumentView, ...]
    parties: tuple[PartyView, ...]
    effects: tuple[EffectView, ...]
    steps: tuple[StepView, ...]
    related: tuple[str, ...]
    """References of cases that belong to it, as far as the reader may see them"""
    handovers: int = 0

    def fact(self, path: str) -> FactView | None:
        """A fact by its path."""
        return next((fact for fact in self.facts if fact.path == path), None)
