"""Where the time went in cases whose promise was broken: for each thing awaited, how long, and how much of it all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import datetime

import numpy as np

from backline.engine.calendars import Calendar
from backline.engine.definition import Promise
from backline.insight.forecasting.clocks import Clock
from backline.insight.promises.lives import Awaited, Life

MOST = 6
OURS = ("work", "settle", "exception", "does", "lookup", "event")
"""What somebody other than those whom the promise waits for has to do"""


@dataclass(frozen=True, kw_only=True)
class Bottleneck:
    """Something that broken promises waited for; times in hours of the promise's clock."""

    kind: str
    what: str
    who: str
    share: float
    """Of all the time in which broken promises waited for us"""
    broken: int
    """Broken promises that waited for it"""
    median_broken_h: float
    median_kept_h: float

    def told(self) -> dict[str, object]:
        """As JSON."""
        return asdict(self)


def bottlenecks(lives: Sequence[Life], promise: Promise, calendar: Calendar, clock: Clock) -> list[Bottleneck]:
    """What cost the most time where the promise was broken, the most first."""
    lost: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    kept: dict[tuple[str, str, str], list[float]] = defaultdict(list)
    for life in lives:
        broken = is_broken(life, promise, calendar)
        if broken is not None:
            for key, took in time_of(life, promise, clock).items():
                (lost if broken else kept)[key].append(took)
    every = sum(sum(times) for times in lost.values())
    found = [
        Bottleneck(
            kind=key[0], what=key[1], who=key[2], share=sum(times) / every if every else 0.0, broken=len(times),
            median_broken_h=float(np.median(times)) / 3600,
            median_kept_h=float(np.median(kept[key])) / 3600 if kept[key] else 0.0,
        )
        for key, times in lost.items()
    ]  # fmt: skip
    return sorted(found, key=lambda one: -one.share)[:MOST]


def is_broken(life: Life, promise: Promise, calendar: Calendar) -> bool | None:
    """Whether it was not kept; None where it never began, or nobody knows yet."""
    start, met = life.start(promise), life.met(promise.of)
    if start is None or promise.within is None or (met is None and life.ended is not None):
        return None
    until = met or life.seen
    given = (calendar.add(start, promise.within) - start).total_seconds()
    took = (until - start).total_seconds() - life.paused(promise, until)
    if met is None and took <= given:
        return None
    return took > given


def time_of(life: Life, promise: Promise, clock: Clock) -> Mapping[tuple[str, str, str], float]:
    """How long it waited for each thing between the promise's start and its end; what was awaited together shares."""
    start = life.start(promise) or life.opened
    until = life.met(promise.of) or life.seen
    instants = sorted({start, until, *(one for one in life.changes() if start < one < until)})
    readings = clock.read(np.array([one.timestamp() for one in instants]))
    took: dict[tuple[str, str, str], float] = defaultdict(float)
    for at, lasted in zip(instants, np.diff(readings), strict=False):
        ours = [one for one in life.state_at(at) if _counts(one, promise)]
        for one in ours:
            took[one.kind, one.what, one.who] += float(lasted) / len(ours)
    return took


def first_after(life: Life, instant: datetime) -> datetime | None:
    """The next change."""
    return next((one for one in life.changes() if one > instant), None)


def _counts(one: Awaited, promise: Promise) -> bool:
    return one.kind in OURS or (one.kind == "ask" and one.who not in promise.pause)
