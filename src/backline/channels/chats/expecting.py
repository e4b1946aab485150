"""When an answer can be expected: from the team's hours and what it achieved lately, never better than that."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from backline.cases.fittings import fittings
from backline.channels.chats.models import Chat, ChatLine
from backline.engine.calendars import Calendar

LOOKED_AT, ENOUGH, SHARE = 40, 8, 0.9
"""Of the latest chats of a team so many are looked at; fewer say nothing; that share was answered in the time told"""
STEPS = (5, 10, 15, 30, 60, 120, 240)
"""Minutes, as they are told"""
TOO_LONG = timedelta(hours=4)


@dataclass(frozen=True, kw_only=True)
class Expected:
    """What can be told."""

    here: bool
    """The team is at work"""
    until: datetime | None = None
    """Till when today"""
    again: datetime | None = None
    """When it is there again"""
    minutes: int = 0
    """Most were answered within these; 0 where nobody can tell"""


def expected(team: str, *, now: datetime) -> Expected:
    """For a chat of this team that is begun now."""
    calendar = fittings().calendar.of(team)
    day = calendar.date_of(now)
    if calendar.is_business_day(day):
        begins, ends = calendar.hours_of(day)
        if begins <= now < ends:
            minutes = _usual(team)
            return Expected(here=True, until=ends, minutes=minutes if now + timedelta(minutes=minutes) < ends else 0)
        if now < begins:
            return Expected(here=False, again=begins)
    return Expected(here=False, again=_next_opening(calendar, now))


def _next_opening(calendar: Calendar, now: datetime) -> datetime | None:
    day = calendar.date_of(now)
    for _ahead in range(60):
        day += timedelta(days=1)
        if calendar.is_business_day(day):
            return calendar.hours_of(day)[0]
    return None


def _usual(team: str) -> int:
    """Within how many minutes of a team's hours nine in ten of its latest chats had their first answer."""
    calendar = fittings().calendar.of(team)
    waits = sorted(_wait(chat, calendar) for chat in Chat.objects.filter(team=team).order_by("-pk")[:LOOKED_AT])
    if len(waits) < ENOUGH:
        return 0
    reached = waits[min(int(len(waits) * SHARE), len(waits) - 1)]
    return next((step for step in STEPS if reached <= timedelta(minutes=step)), 0)


def _wait(chat: Chat, calendar: Calendar) -> timedelta:
    """How long the first question waited; one without any answer counts as too long."""
    first = ChatLine.objects.filter(chat=chat, mine=False).order_by("pk").first()
    if first is None:
        return TOO_LONG * 2
    begins, _ends = calendar.hours_of(calendar.date_of(chat.began_at))
    return max(first.at - max(chat.began_at, begins), timedelta(0))
