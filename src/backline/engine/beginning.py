"""A case in which nothing was made yet, under a type without lists: the short way to the same answer.

Most evaluations are of this kind. What the whole way would learn from effects, items and instants is not there, so the
outcome, the wants and the wishes are taken from the frame at once; the rest is worked out from them when it is looked
at.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, final

from backline.engine.building import builder
from backline.engine.calendars import Calendar
from backline.engine.environment import Environment
from backline.engine.evaluation import DesiredEffect
from backline.engine.expressions.running import Clock
from backline.engine.generating.early import Early
from backline.engine.generating.program import Frame, Program
from backline.engine.record import CaseRecord
from backline.engine.resolving import Heads, heads_of
from backline.engine.statuses import CONFLICT, UNKNOWN, Missing
from backline.engine.views import Choice, View
from backline.engine.wishing import Wishing, waited_for

Payload = dict[str, Any] | None
Pending = tuple[str, Payload]
"""An action's path and its arguments, None while one is not known"""


@final
class Beginning:
    """What the short way found: the frame, the outcome, wants as masks, and the effects that are wished."""

    __slots__ = (
        "asks", "calendar", "conditional", "effects", "environment", "failed", "frame", "heads", "now", "number",
        "open", "other", "program", "record", "sequence", "settling", "wants",
    )  # fmt: skip

    program: Program
    record: CaseRecord
    now: datetime
    calendar: Calendar
    heads: Heads
    frame: Frame
    environment: Environment | None
    number: int | None
    open: tuple[int, ...]
    wants: int
    """What settles the outcome, as leaves and facts"""
    settling: int
    """Of these the leaves"""
    other: int
    asks: int
    sequence: list[Pending]
    conditional: list[Pending]
    failed: list[tuple[str, str]]
    effects: tuple[DesiredEffect, ...]


def begin(program: Program, record: CaseRecord, now: datetime, calendar: Calendar) -> Beginning | None:
    """The short way, or None where the whole way has to be gone: a conflict, or few questions that may all agree."""
    early = program.early
    if early is None or record.effects:
        return None
    found = Beginning()
    found.program, found.record, found.now, found.calendar = program, record, now, calendar
    heads = found.heads = heads_of(record.assertions)
    environment = Environment(program, record, heads, NOTHING_MADE, Clock(now, calendar)) if early.outward else None
    found.environment = environment
    frame = found.frame = program.run(heads, environment, 0)
    number, still, wants = _choose(early, frame)
    mask = wants & early.leaves
    if mask and (mask & early.conflicts or (early.doubled[still[0]] and not mask & early.many)):
        return None
    found.number, found.open, found.wants, found.settling = number, still, wants, mask
    _wish(found, early, frame, environment)
    found.effects = _effects(found, early)
    return found


NOTHING_MADE: Mapping[Any, Any] = {}


def _choose(early: Early, frame: Frame) -> tuple[int | None, tuple[int, ...], int]:
    """The first outcome that holds, when all before it do not; those that still may; and what decides between them."""
    wants = 0
    still: tuple[int, ...] = ()
    for alone, condition, wanted in early.outcomes:
        holds = frame[condition]
        if holds is False:
            continue
        if holds is True:
            return (None, still + alone, wants) if still else (alone[0], alone, 0)
        if holds is UNKNOWN or holds is CONFLICT:
            wants |= frame[wanted]
            still += alone
        elif holds.status == "failed":
            break
    return None, still, wants


def _wish(found: Beginning, early: Early, frame: Frame, environment: Environment | None) -> None:
    """The effects that are wished, and what has to be known for them and for what was promised."""
    asks = promised = 0
    found.sequence, found.conditional, found.failed = [], [], []
    wants, riding = _conditions(found, early, frame, environment)
    if found.number is None:
        for outcome in found.open:
            for payload in early.asking[outcome]:
                asks |= payload(frame, environment, 0)[1]
    else:
        wants |= _of_outcome(found, early, frame, environment)
    for slot in early.promised:
        promised |= frame[slot]
    if promised and found.number is not None:
        promised &= early.impersonal
    found.other = (wants | riding & early.automatic | promised) & early.leaves
    found.asks = asks & early.automatic & early.leaves


def _conditions(found: Beginning, early: Early, frame: Frame, environment: Environment | None) -> tuple[int, int]:
    """Wishes the actions whose condition holds; gives what is wanted for conditions and arguments, and what rides
    along."""
    wants = riding = 0
    possible = {} if environment is None else _possible(found, environment)
    for path, when, payload, names in early.conditional:
        (holds,), more, _ = when(frame, environment, 0)
        if holds is not True and holds is not UNKNOWN and holds is not CONFLICT:
            continue
        possible[path] = UNKNOWN
        values, needed, _ = payload(frame, environment, 0) if names else NO_ARGUMENTS
        if holds is True:
            wants |= needed
            found.conditional.append((path, _arguments(found, path, names, values)))
        else:
            wants |= more
            riding |= needed
    return wants, riding


NO_ARGUMENTS: tuple[tuple[Any, ...], int, tuple[()]] = ((), 0, ())


def _possible(found: Beginning, environment: Environment) -> dict[str, Any]:
    """An action of an outcome that may still be chosen may still come."""
    possible: dict[str, Any] = {}
    for number in found.open if found.number is None else (found.number,):
        possible |= found.program.might[number]
    environment.possible = possible
    return possible


def _of_outcome(found: Beginning, early: Early, frame: Frame, environment: Environment | None) -> int:
    wants = 0
    assert found.number is not None
    for path, payload, names in early.steps[found.number]:
        values, more, _ = payload(frame, environment, 0) if names else NO_ARGUMENTS
        wants |= more
        found.sequence.append((path, _arguments(found, path, names, values)))
    return wants


def _arguments(found: Beginning, path: str, names: tuple[str, ...], values: tuple[Any, ...]) -> Payload:
    """The arguments, or None while one is not known (or failed)."""
    if Missing not in map(type, values):
        return dict(zip(names, values, strict=True))
    failed = [value for value in values if type(value) is Missing and value.status == "failed"]
    found.failed += [(path, value.reason) for value in failed]
    if failed or any(value is UNKNOWN or value is CONFLICT for value in values):
        return None
    return {name: None if type(value) is Missing else value for name, value in zip(names, values, strict=True)}


def demand_at(found: Beginning) -> int:
    """The leaves that could settle what matters, as bits."""
    return found.settling | found.other | found.asks


def view_at(found: Beginning) -> View:
    """What was found, as the whole way has it."""
    environment = found.environment
    if environment is None:
        environment = Environment(
            found.program, found.record, found.heads, NOTHING_MADE, Clock(found.now, found.calendar)
        )
    return View(found.program, found.heads, environment, found.frame)


def _effects(found: Beginning, early: Early) -> tuple[DesiredEffect, ...]:
    """The first step of the outcome, and all actions whose condition holds."""
    ready = [*found.sequence[:1], *found.conditional]
    if not ready:
        return ()
    if not early.waits:
        return tuple([_effect(found.program, path, payload) for path, payload in ready if payload is not None])
    given, program = _wishing(found), found.program
    return tuple(
        _effect(program, path, payload, *waited_for(given, path)) for path, payload in ready if payload is not None
    )


def _effect(
    program: Program, path: str, payload: dict[str, Any], turn: str = "", refresh: tuple[str, ...] = ()
) -> DesiredEffect:
    call, to = program.calls[path]
    return desired(path, "", 1, "do", call, payload, to, turn, refresh)


desired = builder(DesiredEffect)


def _wishing(found: Beginning) -> Wishing:
    view = view_at(found)
    choice = Choice(found.number, found.open, found.wants, {})
    return Wishing(found.program, found.record, NOTHING_MADE, view, view, choice, found.now, found.calendar)
