"""When somebody works: a clock that counts their hours only, quick enough to be asked a million times."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from statistics import median

from backline.engine.calendars import Calendar

ONE_DAY = timedelta(days=1)
BEYOND = timedelta(days=800)
"""After the last instant that is known, so that a long queue has days to be worked off"""


@dataclass(frozen=True)
class Hours:
    """Turns instants (seconds since 1970) into seconds of business time, and back."""

    opens: Sequence[float]
    lasts: Sequence[float]
    before: Sequence[float]

    def read(self, instant: float) -> float:
        """The business time that has passed by this instant."""
        at = max(bisect_right(self.opens, instant) - 1, 0)
        return self.before[at] + min(max(instant - self.opens[at], 0.0), self.lasts[at])

    def when(self, reading: float) -> float:
        """The instant at which so much has passed; at the very end of a day, the next morning."""
        at = max(bisect_right(self.before, reading + 1e-6) - 1, 0)
        return self.opens[at] + max(reading - self.before[at], 0.0)

    @property
    def day(self) -> float:
        """The seconds of a business day."""
        return median(self.lasts)


def hours_of(calendar: Calendar, *, first: datetime, last: datetime) -> Hours:
    """The business time of a calendar, from the day before ``first`` on."""
    opens, lasts, before, passed = [], [], [], 0.0
    day, end = first.date() - ONE_DAY, (last + BEYOND).date()
    while day <= end:
        if calendar.is_business_day(day):
            begins, ends = calendar.hours_of(day)
            opens.append(begins.timestamp())
            lasts.append((ends - begins).total_seconds())
            before.append(passed)
            passed += lasts[-1]
        day += ONE_DAY
    return Hours(opens, lasts, before)
