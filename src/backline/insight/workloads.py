"""Who is overloaded, and what will be late: a team's open work, person by person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Q, QuerySet

from backline.cases.models import Want
from backline.insight.worklists import open_work, pressing_first
from backline.people.absences import away
from backline.people.actors import Actor
from backline.people.models import Staff


@dataclass(frozen=True, kw_only=True)
class PersonLoad:
    """What one colleague has in hand."""

    name: str
    taken: int
    pressing: int
    share: int
    """Of the fullest colleague's work, in per cent: the length of the bar"""
    away: bool
    filter: str


@dataclass(frozen=True, kw_only=True)
class TeamLoad:
    """What a team has to do."""

    open: int
    untaken: int
    late: int
    at_risk: int
    people: tuple[PersonLoad, ...]


def team_load(by: Actor, teams: frozenset[str], *, now: datetime) -> TeamLoad:
    """The open work of these teams, and of whom."""
    rows = pressing_first(open_work(by).filter(team__in=teams), now=now).order_by()
    counts = rows.aggregate(
        open=Count("pk"),
        untaken=Count("pk", filter=Q(taken_by="")),
        late=Count("pk", filter=Q(rank=0)),
        at_risk=Count("pk", filter=Q(rank=1)),
    )
    return TeamLoad(people=_people(teams, _by_person(rows), now), **counts)


def _by_person(rows: QuerySet[Want]) -> dict[str, dict[str, int]]:
    pressing = Count("pk", filter=Q(rank__lt=2))
    counted = rows.exclude(taken_by="").values("taken_by").annotate(taken=Count("pk"), pressing=pressing)
    return {row["taken_by"]: {"taken": row["taken"], "pressing": row["pressing"]} for row in counted}


def _people(teams: frozenset[str], taken: dict[str, dict[str, int]], now: datetime) -> tuple[PersonLoad, ...]:
    staff = Staff.objects.filter(memberships__team__key__in=teams, left_at__isnull=True).distinct().order_by("name")
    absent, fullest = away(now), max((row["taken"] for row in taken.values()), default=0)
    return tuple(
        PersonLoad(
            name=one.name,
            taken=(row := taken.get(f"staff:{one.pk}", {})).get("taken", 0),
            pressing=row.get("pressing", 0),
            share=round(100 * row.get("taken", 0) / fullest) if fullest else 0,
            away=one.pk in absent,
            filter=f"staff:{one.pk}",
        )
        for one in staff
    )
