"""Time that passes: compared only, and the evaluation is told when the answer changes."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from backline.engine.calendars import Calendar
from backline.engine.expressions.running import Clock
from tests.engine.expression_bench import value

BERLIN = Calendar(zone="Europe/Berlin", holidays=frozenset({date(2026, 12, 25)}))
TICK = timedelta(microseconds=1)
days = st.dates(date(2015, 1, 1), date(2035, 1, 1))
moments = st.datetimes(datetime(2015, 1, 1), datetime(2035, 1, 1)).map(lambda moment: moment.replace(tzinfo=UTC))  # noqa: DTZ001


def ask(text: str, now: datetime, **values: Any) -> tuple[Any, datetime | None]:
    clock = Clock(now, BERLIN)
    return value(text, clock=clock, **values), clock.wake


def test_an_eighteenth_birthday_wakes_the_case() -> None:
    now = datetime(2026, 3, 1, 12, tzinfo=UTC)
    adult, wake = ask("age(birth_date) >= 18", now, birth_date=date(2008, 3, 9))
    assert adult is False
    assert wake == datetime(2026, 3, 8, 23, tzinfo=UTC)
    assert ask("age(birth_date) >= 18", wake, birth_date=date(2008, 3, 9)) == (True, None)


def test_somebody_born_on_29_february_comes_of_age_on_the_first_of_march() -> None:
    born = date(2008, 2, 29)
    assert ask("age(birth_date) >= 18", datetime(2026, 2, 28, 22, tzinfo=UTC), birth_date=born)[0] is False
    assert ask("age(birth_date) >= 18", datetime(2026, 2, 28, 23, tzinfo=UTC), birth_date=born)[0] is True


def test_years_between_a_date_and_today_is_an_age() -> None:
    assert ask(
        "years_between(birth_date, today) < 16", datetime(2026, 3, 1, tzinfo=UTC), birth_date=date(2010, 3, 2)
    ) == (
        True,
        datetime(2026, 3, 1, 23, tzinfo=UTC),
    )


def test_a_deadline_is_told_to_the_microsecond() -> None:
    start = datetime(2026, 3, 12, 10, tzinfo=UTC)
    assert ask("now < moment", start - timedelta(hours=1), moment=start) == (True, start)
    assert ask("now <= moment", start, moment=start) == (True, start + TICK)
    assert ask("now > moment + 2 hours", start, moment=start) == (False, start + timedelta(hours=2) + TICK)


def test_today_may_be_shifted_by_business_days() -> None:
    friday = datetime(2026, 3, 13, 12, tzinfo=UTC)
    assert ask("today + 1 business days >= day", friday, day=date(2026, 3, 16))[0] is True
    assert ask("today > day + 3 business days", friday, day=date(2026, 3, 11)) == (
        False,
        datetime(2026, 3, 16, 23, tzinfo=UTC),
    )


@pytest.mark.parametrize(
    "text",
    [
        "today < day",
        "today == day",
        "today != day",
        "today - 3 months >= day",
        "today + 1 month > day",
        "day + 1 year <= today",
        "today + 1 week == day",
        "today - 2 business days >= day",
        "day >= today",
    ],
)
@given(now=moments, distance=st.integers(-40, 40), later=st.integers(0, 80))
def test_no_answer_about_today_changes_before_it_wakes(text: str, now: datetime, distance: int, later: int) -> None:
    shift = {"3 months": 91, "1 month": -30, "1 year": -365, "1 week": -7}.get(
        next((w for w in ("3 months", "1 month", "1 year", "1 week") if w in text), ""), 0
    )
    day = BERLIN.date_of(now) + timedelta(days=distance - shift)
    result, wake = ask(text, now, day=day)
    then = now + timedelta(days=later, hours=3)
    if wake is not None:
        assert wake > now
        assert ask(text, wake - TICK, day=day)[0] is result
        assert ask(text, wake, day=day)[0] is not result
    if wake is None or then < wake:
        assert ask(text, then, day=day)[0] is result


@pytest.mark.parametrize(
    "text", ["now < moment", "now == moment", "now + 36 hours >= moment", "now - 1 month > moment", "moment != now"]
)
@given(now=moments, minutes=st.integers(-60 * 24 * 40, 60 * 24 * 40), later=st.integers(0, 60 * 24 * 80))
def test_no_answer_about_now_changes_before_it_wakes(text: str, now: datetime, minutes: int, later: int) -> None:
    moment = now + timedelta(minutes=minutes)
    result, wake = ask(text, now, moment=moment)
    then = now + timedelta(minutes=later)
    if wake is not None:
        assert wake > now
        assert ask(text, wake, moment=moment)[0] is not result
        assert ask(text, max(now, wake - TICK), moment=moment)[0] is result
    if wake is None or then < wake:
        assert ask(text, then, moment=moment)[0] is result


@pytest.mark.parametrize(
    "text", ["age(birth_date) >= 18", "age(birth_date) == 30", "age(birth_date) != 7", "65 > age(birth_date)"]
)
@given(born=st.dates(date(1930, 1, 1), date(2025, 1, 1)), now=moments, later=st.integers(0, 36500))
def test_no_answer_about_an_age_changes_before_it_wakes(text: str, born: date, now: datetime, later: int) -> None:
    result, wake = ask(text, now, birth_date=born)
    then = now + timedelta(days=later)
    if wake is not None:
        assert ask(text, wake, birth_date=born)[0] is not result
    if wake is None or then < wake:
        assert ask(text, then, birth_date=born)[0] is result


def test_a_moment_is_compared_with_a_day_as_the_day_that_it_is_here() -> None:
    late = datetime(2026, 3, 12, 23, 30, tzinfo=UTC)
    assert ask("moment <= day", late, moment=late, day=date(2026, 3, 12))[0] is False
    assert ask("moment <= day", late, moment=late, day=date(2026, 3, 13))[0] is True
