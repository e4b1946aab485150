"""The answer to a what-if: how it is, how it would be, with intervals; and how near the model is to what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from statistics import fmean, mean, stdev

import numpy as np

from backline.insight.simulating.recipes import Office, Recipe
from backline.insight.simulating.running import Change, run

RUNS, SEED = 8, 7
STUDENT = {3: 4.303, 5: 2.776, 8: 2.365, 12: 2.201}
SHARES = (0.08, 0.1, 0.12, 0.14, 0.16, 0.2, 0.25, 0.3, 0.36, 0.42, 0.5, 0.6, 0.7, 0.85, 1.0)
"""Of a day that people may have for this work; tried until the queue is as long as it was"""
FEWEST_TO_CHECK, FITTED_BY = 30, 3


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number over several runs, and the interval in which its mean lies 19 times of 20."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Reached:
    """How one promise would be kept, and how long it would take on its clock."""

    kept: Figure
    median_s: Figure
    p90_s: Figure


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """How it would be: each promise (``TYPE/NAME``), and the teams."""

    promises: Mapping[str, Reached]
    waited_s: Mapping[str, Figure]
    busy: Mapping[str, Figure]


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The model beside what happened, for one promise, on cases that it was not fitted to."""

    real_median_s: float
    real_p90_s: float
    real_kept: float
    simulated: Reached
    cases: int


def fit(office: Office, *, seed: int = SEED) -> dict[str, float]:
    """How much of their day people have for this work: the share at which the queue is as long as it was.

    The more of the day, the shorter the queue; so the shares are halved until two are left. Teams that share people
    are looked at twice.
    """
    share: dict[str, float] = {}
    for _round in range(2 if len(office.teams) > 1 else 1):
        for team in office.teams:
            share[team] = _share(office, team, share, seed)
    return share


def check(office: Office, *, seed: int = SEED) -> dict[str, Checked]:
    """Fitted to the older half, compared with the newer; only promises of which enough is known."""
    half = len(office.recipes) // 2
    older, newer = _part(office, office.recipes[:half]), _part(office, office.recipes[half:])
    enough = [name for name in office.given if min(len(_took(one, name)) for one in (older, newer)) >= FEWEST_TO_CHECK]
    if not enough:
        return {}
    simulated = outlook(newer, Change(), share=fit(older, seed=seed), seed=seed, runs=5).promises
    return {name: _checked(_took(newer, name), office.given[name], simulated[name]) for name in enough}


def outlook(
    office: Office, change: Change, *, share: Mapping[str, float], seed: int = SEED, runs: int = RUNS
) -> Outlook:
    """How it would be with this change; the same seeds for each change, so that only the change differs."""
    ran = [run(office, change, share=share, seed=seed + number) for number in range(runs)]
    known = [name for name in office.given if all(one.took.get(name) for one in ran)]
    return Outlook(
        promises={name: _reached([one.took[name] for one in ran], office.given[name]) for name in known},
        waited_s={team: _figure([one.waited[team] for one in ran]) for team in office.teams},
        busy={team: _figure([one.busy[team] for one in ran]) for team in office.teams},
    )


def _reached(took: Sequence[Sequence[float]], given: float) -> Reached:
    return Reached(
        kept=_figure([fmean(one <= given for one in times) for times in took]),
        median_s=_figure([float(np.median(times)) for times in took]),
        p90_s=_figure([float(np.quantile(times, 0.9)) for times in took]),
    )


def _checked(took: Sequence[float], given: float, simulated: Reached) -> Checked:
    return Checked(
        real_median_s=float(np.median(took)),
        real_p90_s=float(np.quantile(took, 0.9)),
        real_kept=fmean(one <= given for one in took),
        simulated=simulated,
        cases=len(took),
    )


def _figure(values: Sequence[float]) -> Figure:
    middle = mean(values)
    width = STUDENT.get(len(values), 2.8) * stdev(values) / len(values) ** 0.5 if len(values) > 1 else 0.0
    return Figure(value=middle, low=middle - width, high=middle + width)


def _share(office: Office, team: str, known: Mapping[str, float], seed: int) -> float:
    real, low, high = _really_waited(office, team), 0, len(SHARES) - 1
    waited: dict[int, float] = {}

    def at(number: int) -> float:
        if number not in waited:
            share = {**known, team: SHARES[number]}
            tried = (run(office, Change(), share=share, seed=seed + one).waited[team] for one in range(FITTED_BY))
            waited[number] = fmean(tried)
        return waited[number]

    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if at(middle) > real else (low, middle)
    return SHARES[min((low, high), key=lambda number: abs(at(number) - real))]


def _really_waited(office: Office, team: str) -> float:
    times = [step.waited for recipe in office.recipes for step in recipe.steps if step.team == team]
    return fmean(times) if times else 0.0


def _took(office: Office, name: str) -> list[float]:
    return [recipe.took[name] for recipe in office.recipes if name in recipe.took]


def _part(office: Office, recipes: Sequence[Recipe]) -> Office:
    return replace(office, recipes=tuple(recipes))
