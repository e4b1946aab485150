"""What is known of one case: the set of assertions, the effects made so far, and who was waited for.

The order of arrival does not matter: same set, same answer. Times are aware datetimes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from backline.engine.building import quick
from backline.engine.values import Row

EffectState = Literal["planned", "started", "done", "refused", "failed", "unknown", "given up"]
EffectKind = Literal["do", "amend", "undo"]


@dataclass(frozen=True, slots=True)
class Failure:
    """A source that settled nothing: silence, an error of a system, a refusal to answer."""

    reason: str
    """``silence``, ``error``, ``refused``, ``unsure``, or a code of the system"""
    detail: str = ""


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Assertion:
    """Somebody said something: a value of a fact, or that a source failed to give one.

    ``item`` is "" for a fact of the case; for a fact of a list item it is ``list/id`` (nested: ``list/id/list/id``).
    A list item
    comes to be by an assertion of the list fact itself with its ``item`` set and value True (False takes it away); the
    list is closed by an assertion of the list fact with item "" and value True.
    """

    id: str
    fact: str
    item: str = ""
    value: Any = None
    """A value as ``values`` has them, or a Failure"""
    source: str = "offer"
    """The source's kind, with its position where the kind stands twice: ``ask``, ``work``, ``lookup``, ``ask#1``; also
    ``settle`` (a person decides a conflict or overrides), ``memory`` (shared facts), ``effect`` (gives)"""
    who: str = ""
    """An actor's id"""
    role: str = ""
    holds_from: datetime
    said_at: datetime
    basis: Mapping[str, Any] | None = None
    """The values of what was shown or given; None where the answer is about nothing else"""
    replaces: tuple[str, ...] = ()
    correction: bool = False
    """Of a replacement: True when it never was so, False when it is so from ``holds_from`` on"""
    confidence: float = 1.0
    supposed: bool = False
    """Only in a what-if"""


@dataclass(frozen=True, kw_only=True, slots=True)
class EffectRecord:
    """An effect that exists as a row: identified by action, item and generation; its payload is frozen."""

    action: str
    item: str = ""
    generation: int = 1
    kind: EffectKind = "do"
    state: EffectState
    payload: Mapping[str, Any] = field(default_factory=dict)
    gives: Mapping[str, Any] = field(default_factory=dict)
    refusal: str = ""
    type_version: int = 0
    planned_at: datetime
    started_at: datetime | None = None
    settled_at: datetime | None = None
    supposed: bool = False


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class Wait:
    """A stretch of time in which somebody or something was waited for, as stored."""

    fact: str
    item: str = ""
    source: str
    who: str
    """A role, ``team:NAME``, or an event's or system's name"""
    since: datetime
    due: datetime | None = None
    until: datetime | None = None
    """None while it goes on"""


@dataclass(frozen=True, kw_only=True, slots=True)
class PromiseRecord:
    """What was told: broken stays broken."""

    name: str
    broken_at: datetime | None = None
    kept_at: datetime | None = None


@quick
@dataclass(frozen=True, kw_only=True, slots=True)
class CaseRecord:
    """All that an evaluation reads of one case."""

    opened_at: datetime
    case: str = ""
    """The case's own reference, for idempotency keys"""
    assertions: tuple[Assertion, ...] = ()
    effects: tuple[EffectRecord, ...] = ()
    waits: tuple[Wait, ...] = ()
    promises: tuple[PromiseRecord, ...] = ()
    parties: Mapping[str, tuple[Row, ...]] = field(default_factory=dict)
    """role -> the people and organisations that hold it now"""
    present: str = ""
    """The role of the person who is here now: asking that one is cheap"""
    held: Mapping[str, datetime] = field(default_factory=dict)
    """Promises whose clock does not start before then, since a system was down when the case was opened"""
    owed: Mapping[str, datetime] = field(default_factory=dict)
    """Promises that were told in another case, too, which goes on in this one: due by then at the latest"""
