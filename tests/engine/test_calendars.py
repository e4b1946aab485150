"""Days that count: weekends, holidays, leap days, and clocks that jump."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backline.engine.calendars import Calendar
from backline.engine.definition import Span

BERLIN = Calendar(zone="Europe/Berlin", holidays=frozenset({date(2026, 4, 3), date(2026, 4, 6), date(2026, 12, 25)}))
days = st.dates(date(2000, 1, 1), date(2050, 1, 1))
calendars = st.builds(
    Calendar,
    weekend=st.frozensets(st.integers(0, 6), max_size=5),
    holidays=st.frozensets(st.dates(date(2026, 1, 1), date(2026, 3, 1)), max_size=20),
)
near = st.dates(date(2025, 12, 1), date(2026, 4, 1))


def span(amount: int, unit: str, *, business: bool = False) -> Span:
    return Span(amount=amount, unit=unit, business=business)  # type: ignore[arg-type]


def test_business_days_leap_over_weekend_and_holidays() -> None:
    thursday = date(2026, 4, 2)
    assert BERLIN.add(thursday, span(1, "days", business=True)) == date(2026, 4, 7)
    assert BERLIN.add(date(2026, 4, 7), span(-1, "days", business=True)) == thursday
    assert BERLIN.add(date(2026, 4, 4), span(0, "days", business=True)) == date(2026, 4, 7)
    assert BERLIN.between(thursday, date(2026, 4, 10)) == 4


def test_business_hours_count_only_while_the_doors_are_open() -> None:
    thursday_four = datetime(2026, 4, 2, 14, tzinfo=UTC)
    assert BERLIN.add(thursday_four, span(2, "hours", business=True)) == datetime(2026, 4, 7, 8, tzinfo=UTC)
    assert BERLIN.add(thursday_four, span(1, "hours", business=True)) == datetime(2026, 4, 2, 15, tzinfo=UTC)


def test_the_wall_clock_keeps_its_hour_over_daylight_saving_but_hours_are_hours() -> None:
    before = datetime(2026, 3, 28, 11, tzinfo=UTC)
    assert BERLIN.add(before, span(1, "days")) == datetime(2026, 3, 29, 10, tzinfo=UTC)
    assert BERLIN.add(before, span(24, "hours")) == datetime(2026, 3, 29, 11, tzinfo=UTC)


def test_a_time_that_the_clock_skips_is_the_instant_after() -> None:
    skipped = datetime(2026, 3, 28, 1, 30, tzinfo=UTC)
    assert BERLIN.add(skipped, span(1, "days")) == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "length", "end"),
    [
        (date(2024, 2, 29), span(1, "years"), date(2025, 2, 28)),
        (date(2024, 2, 29), span(4, "years"), date(2028, 2, 29)),
        (date(2026, 1, 31), span(1, "months"), date(2026, 2, 28)),
        (date(2026, 3, 31), span(-1, "months"), date(2026, 2, 28)),
        (date(2026, 12, 31), span(2, "months"), date(2027, 2, 28)),
        (date(2026, 1, 1), span(2, "weeks"), date(2026, 1, 15)),
        (date(9999, 11, 30), span(1, "months"), date(9999, 12, 30)),
    ],
)
def test_months_and_years_end_where_the_month_ends(start: date, length: Span, end: date) -> None:
    assert BERLIN.add(start, length) == end


def test_a_calendar_without_business_days_fails_instead_of_hanging() -> None:
    never = Calendar(weekend=frozenset(range(7)))
    with pytest.raises(ValueError, match="no business days"):
        never.add(date(2026, 1, 1), span(1, "days", business=True))
    with pytest.raises(ValueError, match="no business days"):
        never.add(datetime(2026, 1, 1, tzinfo=UTC), span(1, "hours", business=True))


def test_an_unknown_zone_is_said_by_name() -> None:
    with pytest.raises(ValueError, match="there is no time zone Moon/Sea"):
        Calendar(zone="Moon/Sea").date_of(datetime(2026, 1, 1, tzinfo=UTC))


@given(calendars, near, st.integers(1, 40))
def test_counting_back_finds_as_many_days_as_were_added(calendar: Calendar, start: date, amount: int) -> None:
    end = calendar.add(start, span(amount, "days", business=True))
    assert calendar.is_business_day(end)
    assert calendar.between(start, end) == amount
    assert calendar.between(end, start) == -amount


@given(calendars, near, near)
def test_between_is_a_plain_count(calendar: Calendar, start: date, end: date) -> None:
    start, end = min(start, end), max(start, end)
    every = (start + timedelta(days=n) for n in range(1, (end - start).days + 1))
    assert calendar.between(start, end) == sum(calendar.is_business_day(day) for day in every)


@given(days, st.integers(-600, 600), st.sampled_from(["days", "weeks", "months", "years"]))
def test_more_time_is_never_earlier(start: date, amount: int, unit: str) -> None:
    assert BERLIN.add(start, span(amount, unit)) <= BERLIN.add(start, span(amount + 1, unit))


@given(
    st.datetimes(datetime(2026, 1, 1), datetime(2027, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC)),  # noqa: DTZ001
    st.integers(0, 60),
)
def test_business_hours_end_while_the_doors_are_open(start: datetime, hours: int) -> None:
    end = BERLIN.add(start, span(hours, "hours", business=True))
    opens, closes = BERLIN.hours_of(BERLIN.date_of(end))
    assert end >= start
    assert BERLIN.is_business_day(BERLIN.date_of(end))
    assert opens <= end <= closes
    assert BERLIN.opens == time(9)
