"""The house as it was lately: the cases of all types that share teams with one, and the people of these teams."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from backline.cases.models import Want
from backline.catalogue import listing, versions
from backline.engine.calendars import Calendar
from backline.engine.definition import CaseType, Promise, Span
from backline.insight.promises.lives import Life, lives_of
from backline.insight.simulating.hours import hours_of
from backline.insight.simulating.recipes import WORK, Office, Recipe, is_wall, name_of, recipes_of
from backline.insight.simulating.staff import hours_by_team, staff_of

MOST_CASES, FEWEST = 600, 60
"""Cases of one type that are played again, the newest; below the fewest altogether nothing is said"""


def office_of(keys: Sequence[str], *, calendar: Calendar, now: datetime) -> Office | None:
    """The house for these case types and all that share their teams; None where too little is known.

    The window is the time in which the newest cases of the first type came, so that all types are seen over the same
    time.
    """
    lives = {key: lives_of(_definition(key), now=now, most=MOST_CASES) for key in keys}
    lives = {key: some for key, some in lives.items() if some}
    if not lives:
        return None
    since = max(some[0].opened for some in lives.values() if len(some) == max(map(len, lives.values())))
    for key in _sharing(lives, since=since):
        lives[key] = lives_of(_definition(key), now=now, most=MOST_CASES)
    inside = {key: [life for life in some if life.opened >= since] for key, some in lives.items()}
    office = _office(inside, calendar=calendar, since=since, now=now)
    return office if len(office.recipes) >= FEWEST and office.teams else None


def all_types() -> list[str]:
    """Every published case type that promises something."""
    loaded = (versions.load(version.key, version.number) for version in listing.newest())
    return [one.key for one in loaded if any(p.within for p in one.definition.promises.values())]


def promised_seconds(within: Span, day: float) -> float:
    """What is promised, on the clock of the promise."""
    business = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "days": day, "weeks": 5 * day}
    wall = {"seconds": 1.0, "minutes": 60.0, "hours": 3600.0, "days": 86_400.0, "weeks": 7 * 86_400.0}
    months = {"months": 30.4 * 86_400, "years": 365.25 * 86_400}
    return within.amount * ((business if within.business else wall) | months)[within.unit]


def _office(lives: dict[str, list[Life]], *, calendar: Calendar, since: datetime, now: datetime) -> Office:
    hours = hours_of(calendar, first=since, last=now)
    teams = sorted({one.who for some in lives.values() for life in some for one in life.awaited if one.kind == WORK})
    by_team = hours_by_team(calendar, teams, since, now)
    workers = _workers(lives, teams)
    recipes: list[Recipe] = []
    given, wall = {}, set()
    for key, some in lives.items():
        promises = _promises(_definition(key).promises.values())
        recipes += recipes_of(some, promises, hours, by_team)
        for promise in promises:
            assert promise.within is not None
            given[name_of(key, promise.name)] = promised_seconds(promise.within, hours.day)
            wall |= {name_of(key, promise.name)} if is_wall(promise) else set()
    known = {name for recipe in recipes for name in recipe.took}
    return Office(
        recipes=tuple(sorted(recipes, key=lambda one: one.came)),
        staff=staff_of(teams, workers, by_team, hours, since=since),
        given={name: seconds for name, seconds in given.items() if name in known},
        hours=hours,
        wall=frozenset(wall),
    )


def _workers(lives: dict[str, list[Life]], teams: Sequence[str]) -> frozenset[str]:
    rows = Want.objects.filter(case__in=[life.case for some in lives.values() for life in some], team__in=teams)
    return frozenset(rows.filter(kind=WORK, closed="answered").values_list("closed_by", flat=True).distinct())


def _sharing(lives: dict[str, list[Life]], *, since: datetime) -> list[str]:
    """Other case types whose tasks the same teams did in this time."""
    teams = {one.who for some in lives.values() for life in some for one in life.awaited if one.kind == WORK}
    rows = Want.objects.filter(kind=WORK, team__in=teams, since__gte=since).exclude(case__type_key__in=list(lives))
    return [key for key in rows.order_by().values_list("case__type_key", flat=True).distinct() if _is_known(key)]


def _promises(promises: Iterable[Promise]) -> list[Promise]:
    return [one for one in promises if one.within is not None]


def _is_known(key: str) -> bool:
    try:
        versions.load_current(key)
    except versions.VersionNotFound:
        return False
    return True


def _definition(key: str) -> CaseType:
    return versions.load_current(key).definition
