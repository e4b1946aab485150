"""The people of the teams as a simulation needs them: their teams, skills and hours, and when they were away."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from backline.engine.calendars import Calendar
from backline.insight.simulating.hours import Hours, hours_of
from backline.people.models import Absence, Membership, Skill


@dataclass(frozen=True)
class Shifts:
    """The hours in which somebody works: those of their team, without some stretches in which they are away."""

    hours: Hours
    away: tuple[tuple[float, float], ...] = ()
    """Readings between which they are not there"""

    def there(self, instant: float) -> float:
        """From which instant on they are at work: now, when the doors open, or when they are back."""
        reading = self.hours.read(instant)
        for begins, ends in self.away:
            if begins <= reading < ends:
                reading = ends
        opens = self.hours.when(reading)
        return opens if opens > instant + 1e-3 else instant

    def done(self, instant: float, seconds: float) -> float:
        """The instant at which so much work is done that begins now; nights and absences interrupt it."""
        reading = self.hours.read(instant)
        for begins, ends in self.away:
            if reading < begins < reading + seconds:
                seconds += ends - begins
        return max(self.hours.when(reading + seconds), instant)


@dataclass(frozen=True, kw_only=True)
class Colleague:
    """Somebody who works: in which teams, what they may judge, and when."""

    key: str
    teams: frozenset[str]
    skills: frozenset[str] = frozenset()
    hours: Shifts

    def can(self, team: str, skill: str) -> bool:
        """Whether a task is for them."""
        return team in self.teams and (not skill or skill in self.skills)


def staff_of(teams: Sequence[str], workers: Collection[str], hours: Mapping[str, Hours], usual: Hours, *,
             since: datetime) -> tuple[Colleague, ...]:  # fmt: skip
    """The members of these teams who did some of the work (``staff:3``), with their absences since then."""
    of_team: dict[int, list[str]] = {}
    for staff, team in Membership.objects.filter(team__key__in=teams).values_list("staff_id", "team__key"):
        if f"staff:{staff}" in workers:
            of_team.setdefault(staff, []).append(team)
    skills: dict[int, set[str]] = {}
    for staff, key in Skill.objects.filter(staff__in=list(of_team)).values_list("staff_id", "key"):
        skills.setdefault(staff, set()).add(key)
    gone: dict[int, list[tuple[datetime, datetime]]] = {}
    rows = Absence.objects.filter(staff__in=list(of_team), ends_at__gt=since).order_by("starts_at")
    for staff, begins, ends in rows.values_list("staff_id", "starts_at", "ends_at"):
        gone.setdefault(staff, []).append((begins, ends))
    found = []
    for staff, keys in sorted(of_team.items()):
        own = hours.get(min(keys), usual)
        away = tuple((own.read(one.timestamp()), own.read(other.timestamp())) for one, other in gone.get(staff, ()))
        found.append(
            Colleague(key=f"staff:{staff}", teams=frozenset(keys), skills=frozenset(skills.get(staff, ())),
                      hours=Shifts(own, away))
        )  # fmt: skip
    return tuple(found)


def changed(staff: Sequence[Colleague], more: Mapping[str, int]) -> tuple[Colleague, ...]:
    """With people added who can do all that a team does and are never away, or with some taken away."""
    found = list(staff)
    for team, count in more.items():
        own = [one for one in found if team in one.teams]
        for number in range(count if own else 0):
            skills = frozenset().union(*(one.skills for one in own))
            found.append(Colleague(key=f"new:{team}:{number}", teams=frozenset({team}), skills=skills,
                                   hours=replace(own[0].hours, away=())))  # fmt: skip
        for one in own[::-1][: min(-count, len(own) - 1) if count < 0 else 0]:
            found.remove(one)
    return tuple(found)


def hours_by_team(calendar: Calendar, teams: Sequence[str], first: datetime, last: datetime) -> dict[str, Hours]:
    """Those of each team that works at other times than the house."""
    return {team: hours_of(calendar.of(team), first=first, last=last) for team in teams if team in calendar.teams}
