"""The map for investment: which step breaks promises, what it costs, and what automating or speeding it up keeps."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from backline.insight.simulating.answering import SEED, Figure, outlook
from backline.insight.simulating.recipes import Office
from backline.insight.simulating.running import Change

RUNS = 5
MOST = 6
WITHOUT_EFFECT_S = 60.0
"""What takes less altogether for a case breaks nothing"""


@dataclass(frozen=True, kw_only=True)
class Silo:
    """One step: where it is done, how much of it there is, and what it costs in promises and work."""

    what: str
    team: str
    cases: int
    hours: float
    """Of work, over all these cases"""
    waited: float
    """Hours that cases lay before somebody took them, over all these cases"""
    broken: int
    """Promises that it alone would have broken or not: those that would be kept without its time"""
    automatic: Figure
    """The share kept if it went by itself"""
    quicker: Figure
    """If it went twice as quickly"""


def silos(office: Office, given_s: float, share: Mapping[str, float], *, seed: int = SEED) -> list[Silo]:
    """The steps that cost the most promises, the worst first."""
    spent: dict[tuple[str, str], list[float]] = defaultdict(lambda: [0.0, 0.0])
    counted: Counter[tuple[str, str]] = Counter()
    broken: Counter[tuple[str, str]] = Counter()
    for recipe in office.recipes:
        own: dict[tuple[str, str], float] = defaultdict(float)
        for step in recipe.steps:
            if step.counts and step.what:
                key = (step.what, step.team)
                own[key] += step.seconds + step.waited
                spent[key][0] += step.seconds
                spent[key][1] += step.waited
        counted.update(own.keys())
        if recipe.took > given_s:
            broken.update(key for key, took in own.items() if recipe.took - took <= given_s)
    worth = [key for key in counted if sum(spent[key]) / counted[key] >= WITHOUT_EFFECT_S]
    worst = sorted(worth, key=lambda key: (-broken[key], -sum(spent[key])))[:MOST]
    return [_silo(key, office, given_s, share, seed, counted[key], spent[key], broken[key]) for key in worst]


def _silo(
    key: tuple[str, str], office: Office, given_s: float, share: Mapping[str, float], seed: int, cases: int,
    spent: list[float], broken: int,
) -> Silo:  # fmt: skip
    what, team = key
    gone = Change(automatic={what: 1.0}) if team else Change(quicker={what: 1e6})
    return Silo(
        what=what,
        team=team,
        cases=cases,
        hours=spent[0] / 3600 if team else 0.0,
        waited=spent[1] / 3600 if team else sum(spent) / 3600,
        broken=broken,
        automatic=outlook(office, gone, given_s, share=share, seed=seed, runs=RUNS).kept,
        quicker=outlook(office, Change(quicker={what: 2.0}), given_s, share=share, seed=seed, runs=RUNS).kept,
    )
