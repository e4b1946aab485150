"""Promises: when the clock starts, stands still and runs out, and whether what was promised is there."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import pairwise

from backline.engine.calendars import Calendar
from backline.engine.definition import Promise
from backline.engine.evaluation import PromiseState, PromiseStatus
from backline.engine.record import CaseRecord, Wait

RISK = 4
"""A promise is at risk when less than one part in so many of its time is left"""
Stretch = tuple[datetime, datetime]


@dataclass(frozen=True, kw_only=True, slots=True)
class Standing:
    """What the evaluation knows of one promise: when its time began, when it was met, and its fixed end."""

    promise: Promise
    start: datetime | None
    met: datetime | None = None
    by: datetime | None = None


def promise_status(standing: Standing, *, record: CaseRecord, now: datetime, calendar: Calendar) -> PromiseStatus:
    """Where one promise stands now. What was told stays: broken is broken, kept is kept."""
    promise, start = standing.promise, standing.start
    told = next((row for row in record.promises if row.name == promise.name), None)
    paused = alone_awaited(record.waits, promise.pause, now) if promise.pause else ()
    due = _no_later(_due(standing, paused, calendar), record.owed.get(promise.name))
    if told is not None and told.broken_at is not None:
        return PromiseStatus(name=promise.name, state="broken", starts_at=start, due=due, settled_at=told.broken_at)
    met = told.kept_at if told is not None and told.kept_at is not None else standing.met
    if due is None:
        state: PromiseState = "kept" if met is not None else "waiting"
        return PromiseStatus(name=promise.name, state=state, after=promise.start, settled_at=met, starts_at=start)
    if met is not None:
        kept: PromiseState = "kept" if met <= due else "broken"
        return PromiseStatus(name=promise.name, state=kept, starts_at=start, due=due, settled_at=met)
    return _running(standing, due, paused, record, now)


def at_risk_from(start: datetime, due: datetime) -> datetime:
    """From when on a promise that runs is at risk."""
    return due - (due - start) / RISK


def alone_awaited(waits: Iterable[Wait], roles: Sequence[str], now: datetime) -> tuple[Stretch, ...]:
    """The stretches of time in which somebody of these roles was waited for, and nobody else."""
    known = [(wait.since, min(wait.until or now, now), wait.who in roles) for wait in waits if wait.since < now]
    instants = sorted({instant for since, until, _ in known for instant in (since, until)})
    stretches: list[Stretch] = []
    for since, until in pairwise(instants):
        awaited = [ours for start, end, ours in known if start <= since and end >= until]
        if awaited and all(awaited):
            stretches.append((since, until))
    return tuple(stretches)


def _no_later(due: datetime | None, owed: datetime | None) -> datetime | None:
    """Of two promises of the same the earlier one holds."""
    told = [one for one in (due, owed) if one is not None]
    return min(told, default=None)


def _due(standing: Standing, paused: Sequence[Stretch], calendar: Calendar) -> datetime | None:
    if standing.promise.within is None:
        return standing.by
    if standing.start is None:
        return None
    due = calendar.add(standing.start, standing.promise.within)
    for since, until in paused:
        since = max(since, standing.start)
        if since < due and since < until:
            due += until - since
    return due


def _running(
    standing: Standing, due: datetime, paused: Sequence[Stretch], record: CaseRecord, now: datetime
) -> PromiseStatus:
    start = standing.start or record.opened_at
    state: PromiseState = "running"
    settled: datetime | None = None
    if paused and paused[-1][1] == now and _awaited_now(record.waits, standing.promise.pause, now):
        state = "paused"
    elif now > due:
        state, settled = "broken", due
    elif now >= at_risk_from(start, due) and due - start > timedelta(0):
        state = "at risk"
    return PromiseStatus(name=standing.promise.name, state=state, starts_at=start, due=due, settled_at=settled)


def _awaited_now(waits: Iterable[Wait], roles: Sequence[str], now: datetime) -> bool:
    going_on = [wait.who in roles for wait in waits if wait.since <= now and (wait.until is None or wait.until > now)]
    return bool(going_on) and all(going_on)
