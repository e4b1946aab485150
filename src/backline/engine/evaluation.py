"""What an evaluation answers: values, what is wanted next from whom, effects, outcome, promises, and when to look
again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from backline.engine.building import quick
from backline.engine.definition import Span
from backline.engine.record import EffectKind

Status = Literal["value", "unknown", "absent", "failed", "conflict"]
PromiseState = Literal["waiting", "running", "paused", "at risk", "kept", "broken"]
CaseState = Literal["open", "ended", "stuck"]


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class FactState:
    """Where one fact stands. ``candidates`` are the heads of a conflict; ``refusals`` what a check says of the value
    said."""

    name: str
    item: str = ""
    status: Status
    value: Any = None
    source: str = ""
    by: str = ""
    assertion: str = ""
    reason: str = ""
    candidates: tuple[str, ...] = ()
    refusals: tuple[str, ...] = ()


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Wanted:
    """Something that the case needs next, and from whom. ``source`` is the kind with its position (``ask``,
    ``ask#1``)."""

    fact: str
    item: str = ""
    source: str
    who: str = ""
    """A role (ask), a team (work), an event's name, or the system's operation (lookup, read)"""
    skill: str = ""
    level: Any = None
    call: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    shows: tuple[str, ...] = ()
    basis: Mapping[str, Any] | None = None
    not_by: tuple[str, ...] = ()
    """Actor ids that may not answer (four eyes)"""
    within: Span | None = None
    remind: tuple[Span, ...] = ()
    match: Any = None
    optional: bool = False
    """May be left blank by the person who is asked anyway"""
    conflict: tuple[str, ...] = ()
    """Assertion ids between which a person has to settle"""


@dataclass(frozen=True, kw_only=True, slots=True)
class DesiredEffect:
    """An effect that ought to exist and does not yet. Rows are made of these, once."""

    action: str
    item: str = ""
    generation: int
    kind: EffectKind
    call: str
    """``system.operation``, or ``letter:paid``, ``message:welcome``, ``make:contract``, ``open:case-type``,
    ``work:team``"""
    payload: Mapping[str, Any]
    to: tuple[str, ...] = ()
    turn: str = ""
    """``one at a time``: the value that serialises cases; empty when none"""
    refresh: tuple[str, ...] = ()
    """Lookup facts that must be read again just before this effect, since they are no longer fresh"""


@dataclass(frozen=True, kw_only=True, slots=True)
class PromiseStatus:
    """A promise now. ``due`` is None while its start is not known; ``after`` then names what is waited for."""

    name: str
    state: PromiseState
    starts_at: datetime | None = None
    due: datetime | None = None
    after: str = ""
    settled_at: datetime | None = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Exceptional:
    """Something that only the owner can settle: stuck, an effect with neither undo nor amend, a failed outcome."""

    kind: Literal["stuck", "no undo", "no amend", "effect failed", "refused"]
    about: str
    detail: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Evaluation:
    """The answer. ``facts`` is keyed by name, or ``item.name`` path (``bills/1/billed``) for facts of list items."""

    state: CaseState
    outcome: str | None
    """Chosen; the case has ended when its effects are settled too"""
    facts: Mapping[str, FactState]
    wanted: tuple[Wanted, ...] = ()
    offers: tuple[Wanted, ...] = ()
    """What may be volunteered now, never demanded"""
    effects: tuple[DesiredEffect, ...] = ()
    promises: tuple[PromiseStatus, ...] = ()
    exceptions: tuple[Exceptional, ...] = ()
    wake: datetime | None = None
