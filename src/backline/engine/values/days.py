"""Dates and times as people write them: ``12 March 2026``, ``12.3.2026``, ``2026-03-12``, ``3/25/2026``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

from backline.engine.values.problems import refuse

MONTHS: Mapping[str, Sequence[str]] = {
    "en": (
        "January",
        "February",
        "March",
        "April",
        "May",
        "June",
        "July",
        "August",
        "September",
        "October",
        "November",
        "December",
    ),
    "de": (
        "Januar",
        "Februar",
        "März",
        "April",
        "Mai",
        "Juni",
        "Juli",
        "August",
        "September",
        "Oktober",
        "November",
        "Dezember",
    ),
}
NUMBERS: dict[str, int] = {
    word.casefold()[:length]: number
    for names in MONTHS.values()
    for number, word in enumerate(names, start=1)
    for length in range(3, len(word) + 1)
} | {"maerz": 3, "sept": 9, "jänner": 1}
ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")
COMPACT = re.compile(r"(\d{4})(\d{2})(\d{2})")
NUMERIC = re.compile(r"(\d{1,2})\s?([./-])\s?(\d{1,2})\s?\2\s?(\d{4})")
DAY_FIRST = re.compile(r"(?:[^\W\d]+,?\s+)?(\d{1,2})(?:st|nd|rd|th)?\.?\s*(?:of\s+)?([^\W\d]+)\.?,?\s+(\d{4})")
MONTH_FIRST = re.compile(r"([^\W\d]+)\.?\s+(\d{1,2})(?:st|nd|rd|th)?,?\s+(\d{4})")
TIME = re.compile(r"(\d{1,2})(?:[:.h](\d{2}))?(?::(\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|uhr|h)?", re.IGNORECASE)


def read_date(text: str, languages: Sequence[str]) -> date:
    """A day; ValueProblem where it is none or could be two."""
    text = " ".join(text.split())
    found = ISO.fullmatch(text) or COMPACT.fullmatch(text)
    if found:
        return day_of(int(found[1]), int(found[2]), int(found[3]))
    numeric = NUMERIC.fullmatch(text)
    if numeric:
        return read_numeric(text, numeric, languages)
    for pattern, day, month in ((DAY_FIRST, 1, 2), (MONTH_FIRST, 2, 1)):
        worded = pattern.fullmatch(text)
        if worded and worded[month].casefold() in NUMBERS:
            return day_of(int(worded[3]), NUMBERS[worded[month].casefold()], int(worded[day]))
    raise refuse("date")


def read_numeric(text: str, found: re.Match[str], languages: Sequence[str]) -> date:
    """Points mean day, month, year; with strokes it depends on who writes, so only what is certain counts."""
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    language = languages[0].lower()
    month_first = language in ("en-us", "en_us")
    if (
        found[2] == "."
        or first > 12
        or first == second
        or (not month_first and language[:2] != "en")
        or language in ("en-gb", "en_gb")
    ):
        return day_of(year, second, first)
    if second > 12 or month_first:
        return day_of(year, first, second)
    raise refuse("ambiguous date", text=text)


def day_of(year: int, month: int, day: int) -> date:
    try:
        return date(year, month, day)
    except ValueError:
        raise refuse("no such day") from None


def read_datetime(text: str, languages: Sequence[str], zone: str) -> datetime:
    """A moment, in UTC; a time without a zone is meant in the given one."""
    try:
        moment = datetime.fromisoformat(text)
        if "T" in text or ":" in text:
            return (moment if moment.tzinfo else moment.replace(tzinfo=ZoneInfo(zone))).astimezone(UTC)
    except (ValueError, OverflowError):
        pass
    found = re.fullmatch(r"(.+?\d{4}|\d{4}-\d{1,2}-\d{1,2})(?:,|\s+at|\s+um|T)?\s*(\S.*)", text.strip())
    clock = TIME.fullmatch(found[2]) if found else None
    if found is None or clock is None:
        raise refuse("datetime")
    day = read_date(found[1], languages)
    hour, minute, second = int(clock[1]), int(clock[2] or 0), int(clock[3] or 0)
    half = (clock[4] or "").lower().replace(".", "")
    if half in ("am", "pm"):
        hour = hour % 12 + (12 if half == "pm" else 0)
    if hour > 23 or minute > 59 or second > 59:
        raise refuse("datetime")
    try:
        return datetime(day.year, day.month, day.day, hour, minute, second, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    except OverflowError:
        raise refuse("datetime") from None
