"""How likely a promise is kept, from how long it took: each case's own time as a share of the time it was given."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Literal

import numpy as np

from backline.engine.calendars import Calendar
from backline.engine.definition import Promise, Span
from backline.insight.forecasting.survival import Curve, kaplan_meier
from backline.insight.promises.lives import Life

Unit = Literal["seconds", "minutes", "hours", "days", "weeks", "months", "years"]
FEWEST = 20
"""Fewer cases than these prove nothing"""
OFFERED = (1, 2, 3, 4, 5, 6, 7, 8, 10, 12, 15, 20, 25, 30, 40, 60, 90)
UNITS: dict[Unit, int] = {"seconds": 30, "minutes": 40, "hours": 20, "days": 90}
"""And how many of each people say"""


@dataclass(frozen=True, kw_only=True)
class Kept:
    """The share in which a promise was, or would have been, kept; with the interval that holds 19 times of 20."""

    share: float
    low: float
    high: float
    cases: int

    @property
    def known(self) -> bool:
        """Whether that is enough to say so."""
        return self.cases >= FEWEST


def kept(lives: Sequence[Life], promise: Promise, calendar: Calendar) -> Kept | None:
    """How often the time that is promised sufficed; None where no case shows it, or no time is promised."""
    if promise.within is None:
        return None
    used, ended = _used(lives, promise, promise.within, calendar)
    if not len(used):
        return None
    curve = kaplan_meier(used, ended)
    low, high = curve.interval(1.0)
    return Kept(share=curve.by(1.0), low=low, high=high, cases=int(_judged(used, ended)))


def keepable(lives: Sequence[Life], promise: Promise, calendar: Calendar, level: float) -> Span | None:
    """The shortest time, in units of the promise (or longer ones), that would have been kept at this level."""
    if promise.within is None:
        return None
    for span in _longer(promise.within):
        used, ended = _used(lives, promise, span, calendar)
        if len(used) and _curve(used, ended).by(1.0) >= level:
            return span
    return None


def _curve(used: np.ndarray, ended: np.ndarray) -> Curve:
    return kaplan_meier(used, ended)


def _used(lives: Sequence[Life], promise: Promise, within: Span, calendar: Calendar) -> tuple[np.ndarray, np.ndarray]:
    """What share of the time given each case took, and whether it had what was promised by then."""
    rows = list(_shares(lives, promise, within, calendar))
    return np.array([share for share, _ in rows]), np.array([met for _, met in rows], dtype=bool)


def _shares(lives: Sequence[Life], promise: Promise, within: Span, calendar: Calendar) -> Iterator[tuple[float, bool]]:
    for life in lives:
        start, met = life.start(promise), life.met(promise.of)
        if start is None or (met is None and life.ended is not None):
            continue
        until = met or life.seen
        given = (calendar.add(start, within) - start).total_seconds()
        took = (until - start).total_seconds() - life.paused(promise, until)
        yield max(took, 0.0) / max(given, 1e-3), met is not None


def _judged(used: np.ndarray, ended: np.ndarray) -> int:
    """Cases that say something: those that have it, and those that have run out of time without."""
    return int((ended | (used >= 1.0)).sum())


def _longer(within: Span) -> Iterator[Span]:
    """Times that people would promise, from this one on; longer ones in longer units."""
    if within.business or within.unit not in UNITS:
        yield from (Span(amount=n, unit=within.unit, business=within.business) for n in OFFERED if n >= within.amount)
        return
    least = _length(within.amount, within.unit)
    spans = [Span(amount=n, unit=unit) for unit, most in UNITS.items() for n in OFFERED if n <= most]
    yield from (span for span in spans if _length(span.amount, span.unit) >= least)


def _length(amount: int, unit: str) -> timedelta:
    return timedelta(**{unit: amount})
