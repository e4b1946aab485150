"""Lets the cases queue again: each arrives, waits for whom it waited, and needs a colleague of the team for its work.

simpy (MIT) is taken rather than ciw: a case is then a function that reads as the journey does, with waits for customers
between the queues; ciw's networks of nodes would need a class of customers for each order of steps.

Time is that of the world, in seconds since 1970. A colleague takes what came first of all that is for them, of whatever
case type, while they are at work; nights, weekends and absences interrupt what they do.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import TYPE_CHECKING, Any

from backline.insight.simulating.recipes import Office, Recipe, Step
from backline.insight.simulating.staff import Colleague, changed

if TYPE_CHECKING:
    from simpy import Environment, Event

ALL = ""
"""The volume of every case type that has none of its own"""
NEAR = 20
"""Of the cases that came at such a time of the week, so many before and after"""
WEEK = 7 * 86_400.0
What = tuple[str, str]
"""A case type, and a step in it"""


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is different from how it was."""

    more: Mapping[str, int] = field(default_factory=dict)
    """People added to a team, or taken away"""
    automatic: Mapping[What, float] = field(default_factory=dict)
    """The share of a task that goes by itself"""
    volume: Mapping[str, float] = field(default_factory=dict)
    """How many times as many come, by case type"""
    quicker: Mapping[What, float] = field(default_factory=dict)
    """How many times as quickly a step goes"""

    def times(self, type_key: str) -> float:
        """How many times as many of this type come."""
        return self.volume.get(type_key, self.volume.get(ALL, 1.0))


@dataclass(frozen=True, kw_only=True)
class Ran:
    """One run: how long each promise took on its clock, and how tasks waited for each team, in its hours."""

    took: Mapping[str, tuple[float, ...]]
    waited: Mapping[str, float]
    """On average, by team"""
    busy: Mapping[str, float]
    """The share of their time that the people of a team worked, for whichever team"""


def run(office: Office, change: Change, *, share: Mapping[str, float], seed: int) -> Ran:
    """Let all cases of the office come again; ``share`` is how much of their day people of a team have for it."""
    house = _House(office, change, share, Random(seed))  # noqa: S311 - the same seed tells the same story
    return house.played()


@dataclass
class _Task:
    """Work that lies there until a colleague takes it."""

    step: Step
    seconds: float
    since: float
    done: Event


class _House:
    def __init__(self, office: Office, change: Change, share: Mapping[str, float], chance: Random) -> None:
        import simpy

        self.office, self.change, self.share, self.chance = office, change, share, chance
        self.staff = changed(office.staff, change.more)
        begins = office.recipes[0].came if office.recipes else 0.0
        self.world: Environment = simpy.Environment(initial_time=begins)
        self.pending: list[_Task] = []
        self.idle: dict[str, Event] = {}
        self.took: dict[str, list[float]] = defaultdict(list)
        self.waited: dict[str, list[float]] = {team: [] for team in office.teams}
        self.worked: dict[str, float] = defaultdict(float)

    def played(self) -> Ran:
        for colleague in self.staff:
            self.world.process(self._working(colleague))
        for recipe, at in self._arrivals():
            self.world.process(self._journey(recipe, at))
        self.world.run()
        return Ran(
            took={name: tuple(times) for name, times in self.took.items()},
            waited={team: sum(times) / len(times) if times else 0.0 for team, times in self.waited.items()},
            busy={team: self._busy(team) for team in self.waited},
        )

    def _journey(self, recipe: Recipe, at: float) -> Generator[Any, Any, None]:
        """What a case lives through."""
        world, office = self.world, self.office
        yield world.timeout(max(at - world.now, 0.0))
        started = {name: office.reading(name, world.now) for name in recipe.starts}
        for step in recipe.steps:
            begun = world.now
            factor = self.change.quicker.get((recipe.type_key, step.what), 1.0)
            if not any(one.can(step.team, step.skill) for one in self.staff):
                yield world.timeout((step.seconds + step.waited) / factor)
            elif self.chance.random() >= self.change.automatic.get((recipe.type_key, step.what), 0.0):
                yield self._put(step, step.seconds / factor)
            for name in step.paused & started.keys():
                started[name] += office.reading(name, world.now) - office.reading(name, begun)
            for name in step.starts:
                started[name] = office.reading(name, world.now)
            for name in step.meets:
                self.took[name].append(max(office.reading(name, world.now) - started[name], 0.0))

    def _put(self, step: Step, seconds: float) -> Event:
        """The task is there; who could do it and has nothing to do looks up."""
        done = self.world.event()
        self.pending.append(_Task(step, seconds, self.world.now, done))
        for colleague in self.staff:
            if colleague.key in self.idle and colleague.can(step.team, step.skill):
                self.idle.pop(colleague.key).succeed()
        return done

    def _working(self, colleague: Colleague) -> Generator[Any, Any, None]:
        """The days of a colleague."""
        world, hours = self.world, colleague.hours
        while True:
            task = self._first(colleague)
            if task is None:
                self.idle[colleague.key] = call = world.event()
                yield call
                continue
            there = hours.there(world.now)
            if there > world.now:
                yield world.timeout(there - world.now)
                continue
            self.pending.remove(task)
            begun, team = world.now, task.step.team
            self.waited[team].append(hours.hours.read(begun) - hours.hours.read(task.since))
            needs = task.seconds / self.share.get(team, 1.0)
            self.worked[colleague.key] += needs
            yield world.timeout(hours.done(begun, task.seconds) - begun)
            task.done.succeed()
            yield world.timeout(hours.done(begun, needs) - world.now)  # what else they have to do

    def _first(self, colleague: Colleague) -> _Task | None:
        return next((one for one in self.pending if colleague.can(one.step.team, one.step.skill)), None)

    def _arrivals(self) -> Iterator[tuple[Recipe, float]]:
        """Cases come when cases of their type came; what each needs is drawn from those that came at such a time of the
        week: whoever writes on Friday night waits otherwise than on Tuesday morning."""
        alike: dict[str, list[Recipe]] = defaultdict(list)
        for one in sorted(self.office.recipes, key=_into_the_week):
            alike[one.type_key].append(one)
        places = {id(one): at for some in alike.values() for at, one in enumerate(some)}
        for real in self.office.recipes:
            times = self.change.times(real.type_key)
            for number in range(int(times) + (self.chance.random() < times % 1.0)):
                jitter = self.chance.uniform(0, self.office.hours.day / 4) if number else 0.0
                some, at = alike[real.type_key], places[id(real)] + self.chance.randint(-NEAR, NEAR)
                yield some[at % len(some)], real.came + jitter

    def _busy(self, team: str) -> float:
        own = [one for one in self.staff if team in one.teams]
        first, last = self.office.recipes[0].came, self.office.recipes[-1].came
        span = sum(max(one.hours.hours.read(last) - one.hours.hours.read(first), 1.0) for one in own)
        return min(sum(self.worked[one.key] for one in own) / span, 1.0) if own else 0.0


def _into_the_week(recipe: Recipe) -> float:
    return recipe.came % WEEK
