"""The map for investment: which step breaks promises, what it costs, and what automating or speeding it up keeps."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass

from backline.insight.acts.intervals import Estimate
from backline.insight.acts.reckoning import Rates
from backline.insight.costing import MONTH_DAYS, hours_each, rate_of, times
from backline.insight.simulating.answering import SEED, Figure, outlook
from backline.insight.simulating.recipes import Office, Recipe
from backline.insight.simulating.running import Change

RUNS = 3
MOST = 5
WITHOUT_EFFECT_S = 60.0
"""What takes less altogether for a case breaks nothing"""
DAY = 86_400.0
Key = tuple[str, str]


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
    money: Estimate | None
    """What the work costs a month, and going by itself would save; None where nobody works or says what it costs"""
    more_a_month: float
    """Promises more that would be kept in a month if it went by itself"""

    @property
    def money_quicker(self) -> Estimate | None:
        """What going twice as quickly would save a month."""
        return times(self.money, 0.5)


def silos(
    office: Office, promise: str, share: Mapping[str, float], *, rates: Rates, kept: float, seed: int = SEED
) -> list[Silo]:
    """The steps that cost this promise (``TYPE/NAME``) the most, the worst first; ``kept`` is how it is now."""
    key = promise.partition("/")[0]
    recipes = [one for one in office.recipes if one.type_key == key and promise in one.took]
    spent: dict[Key, list[tuple[float, float]]] = defaultdict(list)
    broken: Counter[Key] = Counter()
    for recipe in recipes:
        own = _own(recipe, promise)
        for one, (worked, waited) in own.items():
            spent[one].append((worked, waited))
        if (took := recipe.took[promise]) > office.given[promise]:
            broken.update(one for one, both in own.items() if took - sum(both) <= office.given[promise])
    worth = [one for one, times_ in spent.items() if sum(map(sum, times_)) / len(times_) >= WITHOUT_EFFECT_S]
    worst = sorted(worth, key=lambda one: (-broken[one], -sum(map(sum, spent[one]))))[:MOST]
    months = max(office.recipes[-1].came - office.recipes[0].came, DAY) / DAY / MONTH_DAYS
    asked = _Asked(office, promise, share, rates, kept, seed, months, len(recipes))
    return [asked.silo(one, spent[one], broken[one]) for one in worst]


def _own(recipe: Recipe, promise: str) -> dict[Key, tuple[float, float]]:
    """What each step took of the time in which the promise's clock ran: worked and waited."""
    own: dict[Key, tuple[float, float]] = {}
    runs = promise in recipe.starts
    for step in recipe.steps:
        if runs and step.what and promise not in step.paused:
            worked, waited = own.get((step.what, step.team), (0.0, 0.0))
            own[step.what, step.team] = (worked + step.seconds, waited + step.waited)
        runs = (runs or promise in step.starts) and promise not in step.meets
    return own


@dataclass(frozen=True)
class _Asked:
    """Everything that the question is the same in for each step."""

    office: Office
    promise: str
    share: Mapping[str, float]
    rates: Rates
    kept: float
    seed: int
    months: float
    cases: int

    def silo(self, key: Key, spent: list[tuple[float, float]], broken: int) -> Silo:
        what, team = key
        worked, waited = (sum(one[n] for one in spent) / 3600 for n in (0, 1))
        step = (self.promise.partition("/")[0], what)
        automatic = self._kept(Change(automatic={step: 1.0}) if team else Change(quicker={step: 1e6}))
        return Silo(
            what=what,
            team=team,
            cases=len(spent),
            hours=worked if team else 0.0,
            waited=waited if team else worked + waited,
            broken=broken,
            automatic=automatic,
            quicker=self._kept(Change(quicker={step: 2.0})),
            money=self._money(team, [one[0] / 3600 for one in spent]),
            more_a_month=max(automatic.value - self.kept, 0.0) * self.cases / self.months,
        )

    def _kept(self, change: Change) -> Figure:
        found = outlook(self.office, change, share=self.share, seed=self.seed, runs=RUNS)
        return found.promises[self.promise].kept

    def _money(self, team: str, hours: list[float]) -> Estimate | None:
        rate = rate_of(self.rates, team) if team else 0.0
        return times(hours_each(hours), rate * len(hours) / self.months) if rate else None
