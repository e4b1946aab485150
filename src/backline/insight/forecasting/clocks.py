"""Time as it passes for those who work: only while the doors are open. Or simply time."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Protocol

import numpy as np
import numpy.typing as npt

from backline.engine.calendars import Calendar

Floats = npt.NDArray[np.float64]
ONE_DAY = timedelta(days=1)
MARGIN = timedelta(days=800)
"""Beyond the latest instant that is asked for, so that a forecast has days to fall on"""


class Clock(Protocol):
    """Turns instants (seconds since 1970) into readings, and back."""

    def read(self, instants: Floats) -> Floats:
        """What the clock shows at these instants."""

    def when(self, readings: Floats) -> Floats:
        """The instants at which it shows that."""


@dataclass(frozen=True)
class WallClock:
    """Every second counts."""

    def read(self, instants: Floats) -> Floats:
        return instants

    def when(self, readings: Floats) -> Floats:
        return readings


class WorkingClock:
    """Counts the seconds of business hours. What ends exactly when the doors close is there when they open again."""

    def __init__(self, calendar: Calendar, *, first: datetime, last: datetime) -> None:
        days = list(_days(calendar, first.date() - ONE_DAY, (last + MARGIN).date()))
        hours = [calendar.hours_of(day) for day in days]
        self._opens = np.array([opens.timestamp() for opens, _ in hours])
        self._lasts = np.array([(closes - opens).total_seconds() for opens, closes in hours])
        self._before = np.concatenate([[0.0], np.cumsum(self._lasts)[:-1]])

    def read(self, instants: Floats) -> Floats:
        at = np.clip(np.searchsorted(self._opens, instants, "right") - 1, 0, len(self._opens) - 1)
        into = np.clip(instants - self._opens[at], 0.0, self._lasts[at])
        return np.asarray(self._before[at] + into, dtype=np.float64)

    def when(self, readings: Floats) -> Floats:
        at = np.clip(np.searchsorted(self._before, readings, "right") - 1, 0, len(self._opens) - 1)
        return np.asarray(self._opens[at] + readings - self._before[at], dtype=np.float64)

    @property
    def day(self) -> float:
        """The seconds of a business day."""
        return float(np.median(self._lasts))


def seconds(instants: Iterable[datetime]) -> Floats:
    """Instants as seconds since 1970."""
    return np.array([one.timestamp() for one in instants], dtype=np.float64)


def moment(instant: float) -> datetime:
    """Seconds since 1970 as a time in UTC."""
    return datetime.fromtimestamp(instant, UTC)


def _days(calendar: Calendar, first: date, last: date) -> Iterable[date]:
    day = first
    while day <= last:
        if calendar.is_business_day(day):
            yield day
        day += ONE_DAY
