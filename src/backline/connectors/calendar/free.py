"""Times that are free: cut from the hours in which one may come, without those in which somebody does."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from backline.connectors.calendar.events import Appointment
from backline.connectors.calendar.reading import Act

MOST = 200
Slot = tuple[datetime, datetime]


def free_slots(
    act: Act, starts: datetime, ends: datetime, taken: Iterable[Appointment], *, zone: ZoneInfo
) -> list[Slot]:
    """Slots of the act's length, on its days, within its hours of the calendar's zone, in order."""
    busy = sorted((one.starts, one.ends) for one in taken if one.is_busy)
    found = []
    for begins, finishes in _all(act, starts, ends, zone):
        if not any(one[0] < finishes and one[1] > begins for one in busy):
            found.append((begins, finishes))
        if len(found) == MOST:
            break
    return found


def _all(act: Act, starts: datetime, ends: datetime, zone: ZoneInfo) -> Iterator[Slot]:
    """Every slot of the time, free or not. A day has as many hours as its zone gives it: 23, 24 or 25."""
    length = timedelta(seconds=act.length_s)
    day, last = starts.astimezone(zone).date(), ends.astimezone(zone).date()
    while day <= last:
        if day.weekday() in act.days:
            at = datetime.combine(day, act.opens, zone).astimezone(UTC)
            closes = datetime.combine(day, act.closes, zone).astimezone(UTC)
            while at + length <= closes:
                if at >= starts and at + length <= ends:
                    yield at, at + length
                at += length
        day += timedelta(days=1)
