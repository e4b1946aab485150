"""The Kaplan-Meier estimate: how likely it is that something takes longer, with what is still running counted in.

    S(t) = product over the times t_i <= t at which something ended of (1 - ended at t_i / still running before t_i)

E. L. Kaplan, P. Meier, "Nonparametric estimation from incomplete observations", JASA 53 (1958); the variance is
Greenwood's, the interval on the scale of log(-log S).
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np

from backline.insight.forecasting.clocks import Floats

NORMAL_95 = 1.959964
BEFORE = -1.0
"""Before anything has ended; what takes no time at all ends at 0"""
POINTS = 200
"""A curve is kept in at most so many steps"""


@dataclass(frozen=True, eq=False)
class Curve:
    """How likely it is that it takes longer than each of ``times``; ``ended`` of ``watched`` were seen to end."""

    times: Floats
    longer: Floats
    variance: Floats
    """Greenwood's sum at each time"""
    watched: int
    ended: int

    def over(self, time: float) -> float:
        """The share that takes longer than ``time``."""
        at = int(np.searchsorted(self.times, time, "right")) - 1
        return float(self.longer[at]) if at >= 0 else 1.0

    def by(self, time: float, *, given: float = BEFORE) -> float:
        """The share that is there by ``time``, of those that were not at ``given``."""
        left = self.over(given)
        return 1.0 - self.over(max(time, given)) / left if left > 0 else 1.0

    def quantile(self, share: float, *, given: float = BEFORE) -> float | None:
        """By when this share of those that were not there at ``given`` is; None where nobody has seen that."""
        wanted = self.over(given) * (1.0 - share)
        reached = np.flatnonzero(self.longer <= wanted + 1e-12)
        if self.over(given) <= 0 or not len(reached):
            return None
        return max(float(self.times[reached[0]]), given)

    def running(self, time: float) -> float:
        """About how many of those watched still ran then."""
        return self.over(time) * self.watched

    def interval(self, time: float) -> tuple[float, float]:
        """Between which shares that of those done by ``time`` lies, 19 times of 20."""
        at = int(np.searchsorted(self.times, time, "right")) - 1
        if at < 0 or not 0.0 < self.longer[at] < 1.0:
            return _exact(self.by(time), self.watched)
        longer = float(self.longer[at])
        scale = math.log(longer)
        width = NORMAL_95 * math.sqrt(float(self.variance[at])) / abs(scale)
        bounds = (longer ** math.exp(-width), longer ** math.exp(width))
        return 1.0 - max(bounds), 1.0 - min(bounds)


def kaplan_meier(lasted: Floats, ended: np.ndarray, weights: Floats | None = None) -> Curve:
    """The curve of what lasted so long; where ``ended`` is false, it was only watched so long."""
    order = np.argsort(lasted, kind="stable")
    lasted, ended = lasted[order], ended[order].astype(bool)
    weight = np.ones(len(lasted)) if weights is None else weights[order]
    times, first = np.unique(lasted, return_index=True)
    still = np.cumsum(weight[::-1])[::-1][first]
    gone = np.add.reduceat(np.where(ended, weight, 0.0), first) if len(first) else np.array([])
    hazard = np.divide(gone, still, out=np.zeros_like(gone), where=still > 0)
    longer: Floats = np.cumprod(1.0 - hazard, dtype=np.float64)
    rest = still * (still - gone)
    greenwood = np.cumsum(np.divide(gone, rest, out=np.zeros_like(gone), where=rest > 0))
    seen = gone > 0
    variance = greenwood[seen].astype(np.float64)
    return Curve(times[seen], longer[seen], variance, len(lasted), int(ended.sum()))


def thinned(curve: Curve) -> Curve:
    """The same curve in fewer steps; it never says sooner than before."""
    if len(curve.times) <= POINTS:
        return curve
    levels = np.linspace(1.0, float(curve.longer[-1]), POINTS)
    keep = np.unique(np.searchsorted(-curve.longer, -levels, "left").clip(0, len(curve.times) - 1))
    return Curve(curve.times[keep], curve.longer[keep], curve.variance[keep], curve.watched, curve.ended)


def _exact(share: float, of: int) -> tuple[float, float]:
    """The interval where all or none were seen: the rule of three, a little widened."""
    bound = min(3.7 / of, 1.0) if of else 1.0
    return (1.0 - bound, 1.0) if share > 0.5 else (0.0, bound)
