"""Lets the cases queue again: each arrives, waits for whom it waited, and needs a colleague of the team for its work.

simpy (MIT) is taken rather than ciw: a case is then a function that reads as the journey does, with waits for customers
between the queues; ciw's networks of nodes would need a class of customers for each order of steps.
"""

from __future__ import annotations

from collections.abc import Generator, Iterator, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

from backline.insight.simulating.recipes import Office, Recipe, Step


@dataclass(frozen=True, kw_only=True)
class Change:
    """What is different from how it was."""

    more: Mapping[str, int] = field(default_factory=dict)
    """People added to a team, or taken away"""
    automatic: Mapping[str, float] = field(default_factory=dict)
    """The share of a task that goes by itself"""
    volume: float = 1.0
    quicker: Mapping[str, float] = field(default_factory=dict)
    """How many times as quickly a step goes"""


@dataclass(frozen=True, kw_only=True)
class Ran:
    """One run: how long each case took on the promise's clock, and waited for each team, in seconds."""

    took: tuple[float, ...]
    waited: Mapping[str, float]
    """On average, by team"""
    busy: Mapping[str, float]
    """The share of their time that people worked, by team"""


def run(office: Office, change: Change, *, share: Mapping[str, float], seed: int) -> Ran:
    """Let all cases of the office come again; ``share`` is how much of their day people of a team have for it."""
    import simpy

    chance = Random(seed)  # noqa: S311 - the same seed tells the same story
    world = simpy.Environment(initial_time=office.recipes[0].came if office.recipes else 0.0)
    people = {team: max(count + change.more.get(team, 0), 1) for team, count in office.people.items()}
    teams = {team: simpy.Resource(world, capacity=count) for team, count in people.items()}
    took: list[float] = []
    waited: dict[str, list[float]] = {team: [] for team in teams}
    worked: dict[str, float] = dict.fromkeys(teams, 0.0)

    def journey(recipe: Recipe, at: float) -> Generator[Any, Any, None]:
        yield world.timeout(max(at - world.now, 0.0))
        counted = 0.0
        for step in recipe.steps:
            begun = world.now
            if step.team in teams and not _by_itself(step, change, chance):
                turn = teams[step.team].request()
                yield turn
                waited[step.team].append(world.now - begun)
                needs = _seconds(step, change)
                worked[step.team] += needs / share.get(step.team, 1.0)
                yield world.timeout(needs)
                world.process(elsewhere(turn, needs / share.get(step.team, 1.0) - needs))
            elif not step.team:
                yield world.timeout(_seconds(step, change))
            counted += (world.now - begun) * step.counts
        took.append(counted)

    def elsewhere(turn: Any, seconds: float) -> Generator[Any, Any, None]:
        """What else the colleague has to do before the next task of this kind."""
        yield world.timeout(seconds)
        turn.resource.release(turn)

    for recipe, at in _arrivals(office, change, chance):
        world.process(journey(recipe, at))
    world.run()
    span = max(office.recipes[-1].came - office.recipes[0].came, 1.0) if office.recipes else 1.0
    return Ran(
        took=tuple(took),
        waited={team: sum(times) / len(times) if times else 0.0 for team, times in waited.items()},
        busy={team: min(worked[team] / (people[team] * span), 1.0) for team in teams},
    )


def _arrivals(office: Office, change: Change, chance: Random) -> Iterator[tuple[Recipe, float]]:
    """Cases come when cases came; what each needs is drawn from all of them."""
    for real in office.recipes:
        whole = int(change.volume) + (chance.random() < change.volume % 1.0)
        for number in range(whole):
            jitter = chance.uniform(0, office.day / 4) if number else 0.0
            yield chance.choice(office.recipes), real.came + jitter


def _by_itself(step: Step, change: Change, chance: Random) -> bool:
    return chance.random() < change.automatic.get(step.what, 0.0)


def _seconds(step: Step, change: Change) -> float:
    return step.seconds / change.quicker.get(step.what, 1.0)
