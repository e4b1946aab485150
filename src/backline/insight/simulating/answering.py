"""The answer to a what-if: how it is, how it would be, with intervals; and how near the model is to what happened."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from statistics import mean, stdev

import numpy as np

from backline.insight.simulating.recipes import Office, Recipe
from backline.insight.simulating.running import Change, run

RUNS, SEED = 12, 7
STUDENT = {5: 2.776, 8: 2.365, 12: 2.201}
SHARES = (1.0, 0.85, 0.7, 0.6, 0.5, 0.42, 0.36, 0.3, 0.25, 0.2, 0.16)
"""Of a day that people may have for this work; tried until the queue is as long as it was"""


@dataclass(frozen=True, kw_only=True)
class Figure:
    """A number over several runs, and the interval in which its mean lies 19 times of 20."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, kw_only=True)
class Outlook:
    """How it would be."""

    kept: Figure
    """The share of promises kept"""
    median_s: Figure
    p90_s: Figure
    waited_s: Mapping[str, Figure]
    busy: Mapping[str, Figure]


@dataclass(frozen=True, kw_only=True)
class Checked:
    """The model beside what happened, on cases that it was not fitted to."""

    real_median_s: float
    real_p90_s: float
    real_kept: float
    simulated: Outlook
    cases: int


def fit(office: Office, *, seed: int = SEED) -> dict[str, float]:
    """How much of their day people have for this work: the share at which the queue is as long as it was."""
    share: dict[str, float] = {}
    for team in office.people:
        real = _really_waited(office, team)
        tried = {one: run(office, Change(), share={**share, team: one}, seed=seed).waited[team] for one in SHARES}
        share[team] = min(tried, key=lambda one: abs(tried[one] - real))
    return share


def check(office: Office, given_s: float, *, seed: int = SEED) -> Checked | None:
    """Fitted to the older half, compared with the newer."""
    half = len(office.recipes) // 2
    if half < 30:
        return None
    older, newer = _part(office, office.recipes[:half]), _part(office, office.recipes[half:])
    took = [recipe.took for recipe in newer.recipes]
    return Checked(
        real_median_s=float(np.median(took)),
        real_p90_s=float(np.quantile(took, 0.9)),
        real_kept=float(np.mean([one <= given_s for one in took])),
        simulated=outlook(newer, Change(), given_s, share=fit(older, seed=seed), seed=seed, runs=5),
        cases=len(took),
    )


def outlook(
    office: Office, change: Change, given_s: float, *, share: Mapping[str, float], seed: int = SEED, runs: int = RUNS
) -> Outlook:
    """How it would be with this change; the same seeds for each change, so that only the change differs."""
    ran = [run(office, change, share=share, seed=seed + number) for number in range(runs)]
    return Outlook(
        kept=_figure([float(np.mean([took <= given_s for took in one.took])) for one in ran]),
        median_s=_figure([float(np.median(one.took)) for one in ran]),
        p90_s=_figure([float(np.quantile(one.took, 0.9)) for one in ran]),
        waited_s={team: _figure([one.waited[team] for one in ran]) for team in office.people},
        busy={team: _figure([one.busy[team] for one in ran]) for team in office.people},
    )


def _figure(values: Sequence[float]) -> Figure:
    middle = mean(values)
    width = STUDENT.get(len(values), 2.2) * stdev(values) / len(values) ** 0.5 if len(values) > 1 else 0.0
    return Figure(value=middle, low=middle - width, high=middle + width)


def _really_waited(office: Office, team: str) -> float:
    times = [step.waited for recipe in office.recipes for step in recipe.steps if step.team == team]
    return mean(times) if times else 0.0


def _part(office: Office, recipes: Sequence[Recipe]) -> Office:
    return Office(recipes=tuple(recipes), people=office.people, day=office.day)
