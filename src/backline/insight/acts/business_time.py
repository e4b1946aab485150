"""How much of the time between two instants was business time: of waits in a queue, and of the work itself.

What work costs rests on ``worked_seconds`` alone, wherever it is told: cost per request, judgements, what-ifs.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from backline.engine.calendars import Calendar


def closed_seconds(calendar: Calendar, since: datetime, until: datetime) -> float:
    """How much of the time between two instants lies outside of business time."""
    day, last, working = calendar.date_of(since), calendar.date_of(until), 0.0
    while day <= last:
        if calendar.is_business_day(day):
            opens, closes = calendar.hours_of(day)
            working += max(0.0, (min(closes, until) - max(opens, since)).total_seconds())
        day += timedelta(days=1)
    return max(0.0, (until - since).total_seconds() - working)


def worked_seconds(calendar: Calendar, team: str, began: datetime, ended: datetime) -> float:
    """From beginning to end in the hours of the team: nights and weekends in between are no work.

    What was done wholly outside the hours was work, too: it counts as it lasted, a business day at most.
    """
    hours, lasted = calendar.of(team), max(0.0, (ended - began).total_seconds())
    within = lasted - closed_seconds(hours, began, ended)
    if within > 0:
        return within
    opens, closes = hours.hours_of(hours.date_of(began))
    return min(lasted, (closes - opens).total_seconds())
