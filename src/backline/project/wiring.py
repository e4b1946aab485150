"""What the rooms below get from the rooms above: who performs what, and what wakes whom. Explicit tables."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime

import holidays
from django.conf import settings

from backline.cases import opening_by_clock
from backline.cases.fittings import Fittings, SettlingRules
from backline.cases.opening_others import open_other
from backline.cases.performing import perform
from backline.cases.waking import wake_case
from backline.channels import asking, making, sending
from backline.engine.calendars import Calendar
from backline.jobs import enqueuing
from backline.jobs.looping import Loop, Table
from backline.project.organisation import CalendarSettings, Organisation
from backline.project.permitting import grant_mandate, has_mandate

YEARS_OF_HOLIDAYS = range(-2, 11)
"""Around the year in which the process started"""


def case_fittings() -> Fittings:
    """What every case gets from this organisation."""
    organisation: Organisation = settings.ORGANISATION
    return Fittings(
        calendar=calendar_of(organisation.calendar, zone=organisation.time_zone, year=datetime.now(UTC).year),
        currency=organisation.currency,
        languages=organisation.languages,
        settling=SettlingRules(
            leader=frozenset(organisation.settling.leader), second=frozenset(organisation.settling.second)
        ),
        zone=organisation.time_zone,
        performers={
            "message": sending.send_message,
            "letter": sending.send_letter,
            "make": making.make_document,
            "open": open_other,
            "people.grant": grant_mandate,
        },
        lookups={"people.mandate": has_mandate},
    )


def job_table() -> Table:
    """What is called when a job of a kind is due."""
    table: dict[str, Callable[[str, datetime], None]] = {
        "effect": perform,
        "case": wake_case,
        opening_by_clock.LOOK_JOB: opening_by_clock.look,
        opening_by_clock.OPEN_JOB: opening_by_clock.open_due,
        "ask": asking.ask,
        "reminder": asking.remind,
    }
    return table


def job_loop() -> Loop:
    """The loop that a serving or working process runs."""
    enqueuing.ensure(opening_by_clock.LOOK_JOB, "", due_at=datetime.now(UTC))
    return Loop(job_table())


def calendar_of(told: CalendarSettings, *, zone: str, year: int) -> Calendar:
    """Business time as the organisation's settings say it, with its country's public holidays as data."""
    return Calendar(
        zone=zone,
        weekend=frozenset(told.weekend),
        holidays=_holidays(told, [year + offset for offset in YEARS_OF_HOLIDAYS]),
        opens=told.opens,
        closes=told.closes,
    )


def _holidays(told: CalendarSettings, years: list[int]) -> frozenset[date]:
    if not told.country:
        return frozenset()
    return frozenset(holidays.country_holidays(told.country, subdiv=told.subdivision or None, years=years))
