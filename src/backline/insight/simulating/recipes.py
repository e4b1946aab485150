"""What each past case needed: when it came, and one after the other what it waited for and what work it took.

Instants are seconds since 1970. What a case waited for besides work (a customer, a system) lasts as long as it lasted;
work counts in the hours of whoever does it.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from itertools import pairwise
from statistics import median

from backline.cases.models import Want
from backline.engine.definition import Promise
from backline.insight.promises.lives import Awaited, Life
from backline.insight.simulating.hours import Hours
from backline.insight.simulating.staff import Colleague

WORK = "work"
USUAL_MINUTES = 15.0
"""Where nobody ever took a task before answering it"""
Touches = Mapping[tuple[int, str], tuple[datetime, str]]
"""When a task was taken, and the skill that it asks for"""


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something that a case waited for; work needs a colleague of ``team`` for so many seconds."""

    what: str
    team: str
    seconds: float
    waited: float = 0.0
    """How long it really lay before somebody took it, in the team's hours"""
    skill: str = ""
    paused: frozenset[str] = frozenset()
    """Promises (``TYPE/NAME``) whose clock stands still meanwhile"""
    starts: tuple[str, ...] = ()
    """Promises whose clock runs from the end of this step on"""
    meets: tuple[str, ...] = ()
    """Promises of which this step is the last that was missing"""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One case: its type, when it came, its steps, and how long each promise really took on its clock."""

    type_key: str
    came: float
    steps: tuple[Step, ...]
    starts: tuple[str, ...] = ()
    """Promises whose clock runs from the opening on"""
    took: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Office:
    """The house as it was: cases of all types that share its teams, and the people who worked in these."""

    recipes: tuple[Recipe, ...]
    staff: tuple[Colleague, ...]
    given: Mapping[str, float]
    """What each promise allows, in seconds"""
    hours: Hours
    """Of the house"""
    wall: frozenset[str] = frozenset()
    """Promises whose seconds are those of a clock on the wall, not business time"""

    def reading(self, promise: str, instant: float) -> float:
        """The time on the clock of this promise."""
        return instant if promise in self.wall else self.hours.read(instant)

    @property
    def teams(self) -> tuple[str, ...]:
        """Those that have something to do in these cases and people to do it."""
        here = {team for one in self.staff for team in one.teams}
        return tuple(sorted({step.team for one in self.recipes for step in one.steps if step.team} & here))

    def people_in(self, team: str) -> int:
        """How many colleagues a team has."""
        return sum(team in one.teams for one in self.staff)

    @property
    def types(self) -> tuple[str, ...]:
        """The case types, the most frequent first."""
        counted: dict[str, int] = defaultdict(int)
        for one in self.recipes:
            counted[one.type_key] += 1
        return tuple(sorted(counted, key=lambda key: (-counted[key], key)))


def recipes_of(
    lives: Sequence[Life], promises: Sequence[Promise], hours: Hours, by_team: Mapping[str, Hours]
) -> list[Recipe]:
    """From cases of one type; those in which nothing promised was reached yet are left out."""
    touched = _touches([life.case for life in lives])
    return [found for life in lives if (found := _Reading(life, promises, hours, by_team, touched).recipe())]


def usual_minutes(office: Office) -> dict[tuple[str, str], float]:
    """The median work of each task, in minutes, by case type and what is asked."""
    found: dict[tuple[str, str], list[float]] = defaultdict(list)
    for recipe in office.recipes:
        for step in recipe.steps:
            if step.team:
                found[recipe.type_key, step.what].append(step.seconds / 60)
    return {key: median(times) for key, times in found.items()}


def is_wall(promise: Promise) -> bool:
    """Whether its time passes at night, too."""
    return promise.within is not None and not promise.within.business


def name_of(type_key: str, promise: str) -> str:
    """A promise as it is named among those of several case types."""
    return f"{type_key}/{promise}"


def _touches(cases: Sequence[int]) -> Touches:
    rows = Want.objects.filter(case__in=cases, kind=WORK, closed="answered", taken_at__isnull=False)
    columns = rows.values_list("case_id", "fact", "taken_at", "skill")
    return {(case, fact): (taken, skill) for case, fact, taken, skill in columns if taken}


@dataclass(frozen=True)
class _Reading:
    """Reads one life as a recipe."""

    life: Life
    promises: Sequence[Promise]
    hours: Hours
    by_team: Mapping[str, Hours]
    touched: Touches

    def recipe(self) -> Recipe | None:
        spans = {one.name: (start, met) for one in self.promises if (start := self.life.start(one))
                 and (met := self.life.met(one.of)) and met >= start}  # fmt: skip
        last = max((met for _start, met in spans.values()), default=None)
        if last is None:
            return None
        marks = {one for span in spans.values() for one in span if self.life.opened < one <= last}
        marks |= {one for one in self.life.changes() if self.life.opened < one < last}
        instants = [self.life.opened, *sorted(marks)]
        steps = [self._step(at, until, spans) for at, until in pairwise(instants)]
        return Recipe(
            type_key=self.life.definition.key,
            came=self.life.opened.timestamp(),
            steps=tuple(steps),
            starts=self._named(name for name, (start, _met) in spans.items() if start <= self.life.opened),
            took={self._name(name): self._took(name, *span) for name, span in spans.items()},
        )

    def _step(self, at: datetime, until: datetime, spans: Mapping[str, tuple[datetime, datetime]]) -> Step:
        awaited = self.life.state_at(at)
        work = next((one for one in awaited if one.kind == WORK), None)
        paused = frozenset(self._named(one.name for one in self.promises if _paused(awaited, one)))
        starts = self._named(name for name, (start, _met) in spans.items() if start == until)
        meets = self._named(name for name, (_start, met) in spans.items() if met == until)
        if work is None:
            seconds = (until - at).total_seconds()
            what = awaited[0].what if awaited else ""
            return Step(what=what, team="", seconds=seconds, paused=paused, starts=starts, meets=meets)
        hours = self.by_team.get(work.who, self.hours)
        lasted = _between(hours, at, until)
        taken, skill = self.touched.get((self.life.case, work.what), (None, ""))
        usual = max(lasted - USUAL_MINUTES * 60, 0.0)
        waited = usual if taken is None else _between(hours, at, max(min(taken, until), at))
        return Step(what=work.what, team=work.who, seconds=lasted - waited, waited=waited, skill=skill, paused=paused,
                    starts=starts, meets=meets)  # fmt: skip

    def _took(self, name: str, start: datetime, met: datetime) -> float:
        """On the promise's clock, without what stood still."""
        promise = next(one for one in self.promises if one.name == name)
        instants = [start, *(one for one in self.life.changes() if start < one < met), met]
        return sum(
            self._passed(promise, at, until)
            for at, until in pairwise(instants)
            if not _paused(self.life.state_at(at), promise)
        )

    def _passed(self, promise: Promise, at: datetime, until: datetime) -> float:
        return (until - at).total_seconds() if is_wall(promise) else _between(self.hours, at, until)

    def _named(self, names: Iterable[str]) -> tuple[str, ...]:
        return tuple(self._name(name) for name in names)

    def _name(self, name: str) -> str:
        return name_of(self.life.definition.key, name)


def _paused(awaited: Sequence[Awaited], promise: Promise) -> bool:
    return bool(awaited) and all(one.kind == "ask" and one.who in promise.pause for one in awaited)


def _between(hours: Hours, start: datetime, end: datetime) -> float:
    return hours.read(end.timestamp()) - hours.read(start.timestamp())
