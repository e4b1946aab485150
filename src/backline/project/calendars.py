"""Business time as the settings say it: the organisation's own, and that of teams that work at other times."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import holidays

from backline.catalogue.reading.fields import read_span
from backline.engine.calendars import Calendar, zone_of
from backline.engine.definition import Span
from backline.project.organisation import CalendarSettings, Organisation, SettingsRefused, TeamSettings

YEARS_OF_HOLIDAYS = range(-2, 11)
"""Around the year in which the process started"""


def calendars_of(organisation: Organisation, *, year: int) -> Calendar:
    """The organisation's calendar, which knows those of its teams."""
    own = calendar_of(organisation.calendar, zone=organisation.time_zone, year=year)
    return replace(own, teams={key: _of_team(one, organisation, own, year) for key, one in organisation.teams.items()})


def calendar_of(told: CalendarSettings, *, zone: str, year: int) -> Calendar:
    """Business time as the settings say it, with a country's public holidays as data."""
    return Calendar(
        zone=zone,
        weekend=frozenset(told.weekend),
        holidays=_holidays(told.country, told.subdivision, year),
        opens=told.opens,
        closes=told.closes,
    )


def escalations_of(organisation: Organisation) -> dict[str, Span]:
    """By team, after how long its leaders are told; ``default`` in the settings is for all others."""
    told = {key: one.escalate for key, one in organisation.teams.items() if one.escalate}
    return {"" if key == "default" else key: _span(key, text) for key, text in told.items()}


def _of_team(told: TeamSettings, organisation: Organisation, own: Calendar, year: int) -> Calendar:
    zone = told.time_zone or own.zone
    try:
        zone_of(zone)
    except ValueError as wrong:
        raise SettingsRefused(f"backline.yaml: {wrong}") from wrong
    free = own.holidays
    if told.country or told.subdivision:
        free = _holidays(told.country or organisation.calendar.country, told.subdivision, year)
    return replace(
        own,
        zone=zone,
        opens=told.opens or own.opens,
        closes=told.closes or own.closes,
        weekend=own.weekend if told.weekend is None else frozenset(told.weekend),
        holidays=free | frozenset(told.closed),
    )


def _holidays(country: str, subdivision: str, year: int) -> frozenset[date]:
    if not country:
        return frozenset()
    years = [year + offset for offset in YEARS_OF_HOLIDAYS]
    return frozenset(holidays.country_holidays(country, subdiv=subdivision or None, years=years))


def _span(team: str, text: str) -> Span:
    found = read_span(text)
    if found is None:
        raise SettingsRefused(f"backline.yaml: 'escalate' of '{team}' is no length of time, like '4 business hours'.")
    return found
