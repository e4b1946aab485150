"""When somebody comes of age."""

from __future__ import annotations

from datetime import date, datetime, time, tzinfo

MAJORITY = 18


def birthday(birth_date: date, age: int) -> date:
    """The day on which that age is reached; born on 29 February, it is 1 March in years without that day."""
    try:
        return birth_date.replace(year=birth_date.year + age)
    except ValueError:
        return date(birth_date.year + age, 3, 1)


def comes_of_age(birth_date: date, zone: tzinfo) -> datetime:
    """The first instant of the 18th birthday in ``zone``."""
    return datetime.combine(birthday(birth_date, MAJORITY), time.min, tzinfo=zone)
