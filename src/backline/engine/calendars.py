"""Days that count: a calendar knows its zone, its weekend, its holidays and its hours, and counts in them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from typing import overload
from zoneinfo import ZoneInfo

from backline.engine.definition import Span

ONE_DAY = timedelta(days=1)
FARTHEST = 366 * 40
"""Days after which the search for a business day is given up: a calendar without any fails instead of hanging"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Calendar:
    """When an organisation works. ``weekend`` counts Monday as 0; holidays come in as data."""

    zone: str = "UTC"
    weekend: frozenset[int] = frozenset({5, 6})
    holidays: frozenset[date] = field(default_factory=frozenset)
    opens: time = time(9)
    closes: time = time(17)
    teams: Mapping[str, Calendar] = field(default_factory=dict, hash=False)
    """Of teams that work at other times"""

    def of(self, team: str) -> Calendar:
        """By which a team works: its own, else this one."""
        return self.teams.get(team, self)

    def is_business_day(self, day: date) -> bool:
        """Neither weekend nor holiday."""
        return day.weekday() not in self.weekend and day not in self.holidays

    def date_of(self, moment: datetime) -> date:
        """The day that it is in the calendar's zone."""
        return moment.astimezone(zone_of(self.zone)).date()

    def start_of(self, day: date) -> datetime:
        """The first instant of a day, in UTC."""
        return at_clock(day, time(0), zone_of(self.zone))

    @overload
    def add(self, start: datetime, span: Span) -> datetime: ...
    @overload
    def add(self, start: date, span: Span) -> date: ...
    def add(self, start: date, span: Span) -> date:
        """A length of time later (or earlier): months and years by the calendar, business days by what counts.

        The wall clock keeps its hour over a change to daylight saving time, except for hours, minutes and seconds. 31
        January
        plus a month is the last of February; 29 February plus a year is 28 February.
        """
        if isinstance(start, datetime):
            return self.add_to_moment(start, span)
        if span.business and span.unit == "days":
            return self.add_business_days(start, span.amount)
        if span.unit in ("hours", "minutes", "seconds"):
            raise ValueError("a day plus hours is not a day")
        return plus(start, span)

    def add_to_moment(self, start: datetime, span: Span) -> datetime:
        if span.business and span.unit == "hours":
            return self.add_business_time(start, timedelta(hours=span.amount))
        if span.unit in ("hours", "minutes", "seconds"):
            return start.astimezone(UTC) + EXACT[span.unit] * span.amount
        local = start.astimezone(zone_of(self.zone))
        day = self.add_business_days(local.date(), span.amount) if span.business else plus(local.date(), span)
        return at_clock(day, local.time(), zone_of(self.zone))

    def add_business_days(self, day: date, amount: int) -> date:
        """The n-th business day after (before) a day; none at all: the first one from that day on."""
        step = ONE_DAY if amount >= 0 else -ONE_DAY
        left = abs(amount)
        for _ in range(FARTHEST + 7 * left):
            if left == 0 and self.is_business_day(day):
                return day
            if left > 0:
                day += step
                left -= self.is_business_day(day)
            else:
                day += step
        raise ValueError("this calendar has no business days")

    def add_business_time(self, start: datetime, length: timedelta) -> datetime:
        """Time that counts only while the doors are open."""
        if length < timedelta(0) or self.opens >= self.closes:
            raise ValueError("business hours are counted forward, in a calendar that opens before it closes")
        day = self.date_of(start)
        for _ in range(FARTHEST):
            if self.is_business_day(day):
                begins, ends = self.hours_of(day)
                begins = max(begins, start.astimezone(UTC))
                if begins < ends and length <= ends - begins:
                    return begins + length
                length -= max(ends - begins, timedelta(0))
            day += ONE_DAY
        raise ValueError("this calendar has no business days")

    def hours_of(self, day: date) -> tuple[datetime, datetime]:
        """When the doors open and close on a day, in UTC."""
        zone = zone_of(self.zone)
        return at_clock(day, self.opens, zone), at_clock(day, self.closes, zone)

    def between(self, start: date, end: date) -> int:
        """How many business days lie after ``start``, up to and with ``end``; negative when they are the other way
        round."""
        if end < start:
            return -self.between(end, start)
        weeks, rest = divmod((end - start).days, 7)
        count = weeks * (7 - len(self.weekend))
        tail = start + timedelta(days=7 * weeks)
        count += sum((tail + timedelta(days=n)).weekday() not in self.weekend for n in range(1, rest + 1))
        return count - sum(start < day <= end and day.weekday() not in self.weekend for day in self.holidays)


EXACT = {"hours": timedelta(hours=1), "minutes": timedelta(minutes=1), "seconds": timedelta(seconds=1)}


@lru_cache(maxsize=64)
def zone_of(name: str) -> ZoneInfo:
    """The time zone of that name; an unknown one is a ValueError."""
    try:
        return ZoneInfo(name)
    except (KeyError, OSError, ValueError):
        raise ValueError(f"there is no time zone {name}") from None


def at_clock(day: date, clock: time, zone: ZoneInfo) -> datetime:
    """That day and time on the wall, in UTC; a time that daylight saving skips is the instant after the gap."""
    return datetime.combine(day, clock, zone).astimezone(UTC)


def plus(day: date, span: Span) -> date:
    """A day later by days, weeks, months or years."""
    match span.unit:
        case "days":
            return day + timedelta(days=span.amount)
        case "weeks":
            return day + timedelta(weeks=span.amount)
        case "months":
            return plus_months(day, span.amount)
        case "years":
            return plus_months(day, 12 * span.amount)
    raise ValueError(f"a day plus {span.unit} is not a day")


def plus_months(day: date, months: int) -> date:
    """The same day of another month, or its last one when it is shorter."""
    years, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    first = date(years, month + 1, 1)
    last = (
        (first.replace(day=28) + timedelta(days=4)).replace(day=1) - ONE_DAY
        if (years, month) != (9999, 11)
        else date(9999, 12, 31)
    )
    return first.replace(day=min(day.day, last.day))
