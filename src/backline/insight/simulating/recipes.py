"""What each past case needed: when it came, and one after the other what it waited for and what work it took."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from statistics import median

import numpy as np

from backline.cases.models import Want
from backline.engine.definition import Promise
from backline.insight.forecasting.clocks import WorkingClock
from backline.insight.promises.lives import Awaited, Life

WORK = "work"
USUAL_MINUTES = 15.0
"""Where nobody ever took a task before answering it"""


@dataclass(frozen=True, kw_only=True)
class Step:
    """Something that a case waited for; work needs a colleague of ``team`` for so many seconds."""

    what: str
    team: str
    seconds: float
    waited: float = 0.0
    """How long it really lay before somebody took it"""
    counts: bool = True
    """Whether the promise's clock runs meanwhile"""


@dataclass(frozen=True, kw_only=True)
class Recipe:
    """One case: when it came (on the working clock), its steps, and how long it really took."""

    came: float
    steps: tuple[Step, ...]
    took: float
    """From the promise's start to what was promised, without what stood still"""


@dataclass(frozen=True, kw_only=True)
class Office:
    """The teams as they were: how many colleagues worked in each."""

    recipes: tuple[Recipe, ...]
    people: dict[str, int]
    day: float
    """Seconds of a business day"""


def office_of(lives: Sequence[Life], promise: Promise, clock: WorkingClock) -> Office:
    """From these cases; those that have not what was promised are left out."""
    touched, people = _touches(lives)
    recipes = [found for life in lives if (found := _recipe(life, promise, clock, touched))]
    return Office(recipes=tuple(sorted(recipes, key=lambda one: one.came)), people=people, day=clock.day)


def _touches(lives: Sequence[Life]) -> tuple[dict[tuple[int, str], tuple[datetime, float]], dict[str, int]]:
    """When each task was taken and how long the work took, and how many people worked in each team."""
    keys = sorted({life.definition.key for life in lives})
    rows = Want.objects.filter(case__type_key__in=keys, kind=WORK, closed="answered")
    touched: dict[tuple[int, str], tuple[datetime, float]] = {}
    people: dict[str, set[str]] = defaultdict(set)
    columns = ("case_id", "fact", "team", "taken_at", "closed_at", "closed_by")
    for case, fact, team, taken, closed, by in rows.values_list(*columns):
        people[team].add(by)
        if taken and closed:
            touched[case, fact] = (taken, (closed - taken).total_seconds())
    return touched, {team: len(known) for team, known in people.items()}


def _recipe(
    life: Life, promise: Promise, clock: WorkingClock, touched: dict[tuple[int, str], tuple[datetime, float]]
) -> Recipe | None:
    start, met = life.start(promise), life.met(promise.of)
    if start is None or met is None:
        return None
    instants = [life.opened, *(one for one in life.changes() if life.opened < one < met), met]
    readings = clock.read(np.array([one.timestamp() for one in instants]))
    steps = [
        _step(life, at, float(lasted), promise, clock, touched, start)
        for at, lasted in zip(instants, np.diff(readings), strict=False)
        if lasted > 0
    ]
    took = sum(step.seconds + step.waited for step in steps if step.counts)
    return Recipe(came=float(readings[0]), steps=tuple(steps), took=took)


def _step(
    life: Life, at: datetime, lasted: float, promise: Promise, clock: WorkingClock,
    touched: dict[tuple[int, str], tuple[datetime, float]], start: datetime,
) -> Step:  # fmt: skip
    awaited = life.state_at(at)
    work = next((one for one in awaited if one.kind == WORK), None)
    if work is not None:
        taken, _seconds = touched.get((life.case, work.what), (None, 0.0))
        if taken is None:
            return Step(what=work.what, team=work.who, seconds=min(USUAL_MINUTES * 60, lasted), counts=at >= start)
        begun = float(clock.read(np.array([taken.timestamp()]))[0] - clock.read(np.array([at.timestamp()]))[0])
        waited = min(max(begun, 0.0), lasted)
        return Step(what=work.what, team=work.who, seconds=lasted - waited, waited=waited, counts=at >= start)
    return Step(what=_name(awaited), team="", seconds=lasted, counts=at >= start and not _paused(awaited, promise))


def _paused(awaited: Sequence[Awaited], promise: Promise) -> bool:
    return bool(awaited) and all(one.kind == "ask" and one.who in promise.pause for one in awaited)


def _name(awaited: Sequence[Awaited]) -> str:
    return awaited[0].what if awaited else ""


def usual_minutes(office: Office) -> dict[str, float]:
    """The median work of each task, in minutes."""
    found: dict[str, list[float]] = defaultdict(list)
    for recipe in office.recipes:
        for step in recipe.steps:
            if step.team:
                found[step.what].append(step.seconds / 60)
    return {what: median(times) for what, times in found.items()}
