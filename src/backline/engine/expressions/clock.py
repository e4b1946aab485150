"""The time of one evaluation: today, now, ages; and the first instant at which a comparison with them comes out
otherwise."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from typing import Any, overload

from backline.engine.calendars import ONE_DAY, Calendar
from backline.engine.definition import Span

COMPARE: dict[str, Callable[[Any, Any], bool]] = {
    "==": lambda a, b: bool(a == b),
    "!=": lambda a, b: bool(a != b),
    "<": lambda a, b: bool(a < b),
    "<=": lambda a, b: bool(a <= b),
    ">": lambda a, b: bool(a > b),
    ">=": lambda a, b: bool(a >= b),
}
NO_SHIFT = Span(amount=0, unit="days")
NEARBY = tuple(range(-4, 6))


class Clock:
    """The time of one evaluation, and ``wake``: the first instant at which a comparison with it comes out otherwise."""

    __slots__ = ("calendar", "now", "today", "wake")

    def __init__(self, now: datetime, calendar: Calendar) -> None:
        self.now = now
        self.calendar = calendar
        self.today = calendar.date_of(now)
        self.wake: datetime | None = None

    def wake_at(self, moment: datetime) -> None:
        """Take note of an instant at which something changes; the first one that lies ahead counts."""
        if moment > self.now and (self.wake is None or moment < self.wake):
            self.wake = moment

    def add(self, start: date, span: Span | timedelta) -> date:
        return start + span if isinstance(span, timedelta) else self.calendar.add(start, span)

    def day(self, value: date) -> date:
        """The day of a moment in the calendar's zone; a day is itself."""
        return self.calendar.date_of(value) if isinstance(value, datetime) else value

    def start_of(self, value: date) -> datetime:
        return value if isinstance(value, datetime) else self.calendar.start_of(value)

    def business_days(self, start: date, end: date) -> int:
        return self.calendar.between(self.day(start), self.day(end))

    def is_business_day(self, day: date) -> bool:
        return self.calendar.is_business_day(self.day(day))

    def compare_today(self, operator: str, shift: Span | None, other: date) -> bool:
        """``today + shift < other``; tells the clock on which day that changes."""
        compare, span = COMPARE[operator], shift or NO_SHIFT
        moved = (lambda day: self.calendar.add(day, span)) if shift else (lambda day: day)
        result = compare(moved(self.today), other)
        turn = self.calendar.add(other, opposite(span)) if shift else other
        reach = 16 if span.business else 5
        for offset in range(-reach, reach + 1):
            day = turn + offset * ONE_DAY
            if day > self.today and compare(moved(day), other) is not result:
                self.wake_at(self.calendar.start_of(day))
                break
        return result

    def compare_now(self, operator: str, shift: Span | None, other: datetime) -> bool:
        """``now + shift < other``; tells the clock at which instant that changes."""
        compare = COMPARE[operator]
        moved = self.shifted(shift)
        result = compare(moved(self.now), other)
        turn = other if shift is None else self.calendar.add(other, opposite(shift))
        instants = sorted(
            turn + offset * ONE_DAY + tick for offset in NEARBY for tick in (timedelta(0), timedelta(microseconds=1))
        )
        for moment in instants:
            if moment > self.now and compare(moved(moment), other) is not result:
                self.wake_at(self.first_turn(moved, compare, other, result, moment))
                break
        return result

    def shifted(self, shift: Span | None) -> Callable[[datetime], datetime]:
        return (lambda moment: moment) if shift is None else (lambda moment: self.calendar.add(moment, shift))

    def first_turn(
        self,
        moved: Callable[[datetime], datetime],
        compare: Callable[[Any, Any], bool],
        other: datetime,
        result: bool,
        found: datetime,
    ) -> datetime:
        """The first instant between now and one found at which the comparison has turned (by halving, to the
        microsecond)."""
        before, after = max(self.now, found - ONE_DAY), found
        if compare(moved(before), other) is not result:
            return found
        while after - before > timedelta(microseconds=1):
            middle = before + (after - before) / 2
            before, after = (middle, after) if compare(moved(middle), other) is result else (before, middle)
        return after

    def compare_age(self, operator: str, birth: date, years: int) -> bool:
        """``age(birth) >= years``; tells the clock on which birthday that changes."""
        compare = COMPARE[operator]
        result = compare(years_between(birth, self.today), years)
        for age in (years, years + 1):
            if not 0 <= age <= 9998 - birth.year:
                continue
            day = birthday(birth, age)
            if day > self.today and compare(age, years) is not result:
                self.wake_at(self.calendar.start_of(day))
                break
        return result


def years_between(start: date, end: date) -> int:
    """Whole years; one born on 29 February has a birthday on 1 March where there is no such day."""
    return end.year - start.year - ((end.month, end.day) < (start.month, start.day))


def birthday(birth: date, age: int) -> date:
    """The day somebody turns that age."""
    year = birth.year + age
    try:
        return birth.replace(year=year)
    except ValueError:
        if not 1 <= year <= 9999:
            raise
        return date(year, 3, 1)


@overload
def opposite(span: Span) -> Span: ...
@overload
def opposite(span: timedelta) -> timedelta: ...
def opposite(span: Span | timedelta) -> Span | timedelta:
    """The same length backwards."""
    return -span if isinstance(span, timedelta) else Span(amount=-span.amount, unit=span.unit, business=span.business)
