"""How well the dates would have done: day by day, from what was known that day, asked about what came later."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, dataclass

import numpy as np

from backline.insight.forecasting import calibrating, strata
from backline.insight.forecasting.clocks import Clock, Floats
from backline.insight.forecasting.looks import Looks, split
from backline.insight.forecasting.strata import Strata

FIRST, BLOCKS = 0.5, 12
"""From so far into the looks on, in so many steps; the first two steps only find by how much to stretch"""
UNTRIED = 2
SURE, LIKELY = 0.9, 0.5
AIM = 0.95
"""What dates are stretched to, so that nine of ten is kept and not just reached on average"""
FEWEST = 30


@dataclass(frozen=True, kw_only=True)
class Backtest:
    """What came of asking about ``looks`` on cases that were not learnt from; times in seconds of the wall clock."""

    looks: int
    cases: int
    covered: float
    """The share that was there by the date that was to be kept in nine of ten"""
    error_s: float
    """Mean absolute error of the likely date"""
    mean_error_s: float
    """The same for a forecast by the mean of history"""
    since: float
    until: float

    def told(self) -> dict[str, float]:
        """As JSON."""
        return asdict(self)


@dataclass(frozen=True, eq=False)
class _Asked:
    """What was foretold in one step: looks, the sure time before and after stretching, the likely time, the mean."""

    looks: Looks
    plain: Floats
    sure: Floats
    likely: Floats
    mean: Floats


def backtest(looks: Looks, clock: Clock, *, share: float = SURE) -> tuple[Backtest | None, float]:
    """How it would have done, and by what dates are stretched from now on; None where too little is known."""
    if len(looks) < 4 * FEWEST:
        return None, 1.0
    asked = list(_steps(looks.in_time(), clock, share))
    factor = _stretch(asked, float("inf"), clock)
    tried = [_known(one) for one in asked[UNTRIED:]]
    if sum(len(one.looks) for one in tried) < FEWEST:
        return None, factor
    return _result(tried, clock), factor


def _steps(looks: Looks, clock: Clock, share: float) -> Iterator[_Asked]:
    bounds = split(looks, *np.linspace(FIRST, 1.0, BLOCKS + 1)[:-1])
    done: list[_Asked] = []
    for first, last in zip(bounds, [*bounds[1:], float("inf")], strict=True):
        known = looks.as_known(first)
        model = strata.fit(known, clock)
        step = _asked(looks.where((looks.at >= first) & (looks.at < last)), model, known, clock, share)
        factor = _stretch(done, first, clock)
        step = _Asked(step.looks, step.plain, calibrating.stretched(step.plain, factor), step.likely, step.mean)
        done.append(step)
        yield step


def _asked(looks: Looks, model: Strata, known: Looks, clock: Clock, share: float) -> _Asked:
    plain, likely = model.quantiles(looks, share), model.quantiles(looks, LIKELY)
    ended = known.where(known.reached)
    mean = float(ended.remaining(clock).mean()) if len(ended) else 0.0
    return _Asked(looks, plain, plain, likely, np.full(len(looks), mean))


def _stretch(done: list[_Asked], instant: float, clock: Clock) -> float:
    """From what was foretold before and is known at this instant."""
    if not done:
        return 1.0
    newest = done[-4:]
    looks = [one.looks.as_known(instant) for one in newest]
    return calibrating.stretch(
        np.concatenate([one.plain for one in newest]),
        np.concatenate([one.remaining(clock) for one in looks]),
        np.concatenate([one.reached for one in looks]),
        AIM,
    )


def _known(asked: _Asked) -> _Asked:
    """Only what was foretold, and of which the end is known."""
    which = asked.looks.reached & np.isfinite(asked.sure) & np.isfinite(asked.likely)
    return _Asked(
        asked.looks.where(which), asked.plain[which], asked.sure[which], asked.likely[which], asked.mean[which]
    )


def _result(asked: list[_Asked], clock: Clock) -> Backtest:
    at = np.concatenate([one.looks.at for one in asked])
    until = np.concatenate([one.looks.until for one in asked])
    now = clock.read(at)
    sure, likely, mean = (
        clock.when(now + np.concatenate([getattr(one, name) for one in asked])) for name in ("sure", "likely", "mean")
    )
    return Backtest(
        looks=len(at),
        cases=len(np.unique(np.concatenate([one.looks.case for one in asked]))),
        covered=float((until <= sure + 1.0).mean()),
        error_s=float(np.abs(until - likely).mean()),
        mean_error_s=float(np.abs(until - mean).mean()),
        since=float(at.min()),
        until=float(at.max()),
    )
