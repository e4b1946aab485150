"""How sure a number is: 95 % intervals for shares, means and quantiles, and for the difference of any two numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

Z = 1.96
PROBABILITIES: tuple[float, ...] = (
    *(0.0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.38, 0.4, 0.42, 0.44, 0.45, 0.46, 0.47, 0.48, 0.485, 0.49, 0.495),
    *(0.5, 0.505, 0.51, 0.515, 0.52, 0.53, 0.54, 0.55, 0.56, 0.58, 0.6, 0.62, 0.65, 0.7, 0.75, 0.78, 0.8, 0.82, 0.84),
    *(0.85, 0.86, 0.87, 0.88, 0.885, 0.89, 0.895, 0.9, 0.905, 0.91, 0.915, 0.92, 0.93, 0.94, 0.95, 0.96, 0.97, 0.98),
    *(0.99, 1.0),
)
"""The quantiles that are asked for at once: limits of an interval are taken outwards from these"""
FEWEST = 5
"""Values below which nothing is said of how sure a number is"""


@dataclass(frozen=True, kw_only=True)
class Estimate:
    """A number with the interval in which the true one lies in 95 of 100 cases; ``low`` is None where too few tell."""

    value: float
    low: float | None
    high: float | None
    count: int


def share(part: float, whole: int) -> Estimate | None:
    """Wilson's score interval."""
    if whole <= 0:
        return None
    p, z2 = part / whole, Z * Z
    middle = (p + z2 / (2 * whole)) / (1 + z2 / whole)
    half = Z * math.sqrt(p * (1 - p) / whole + z2 / (4 * whole * whole)) / (1 + z2 / whole)
    return Estimate(value=p, low=max(0.0, min(p, middle - half)), high=min(1.0, max(p, middle + half)), count=whole)


def mean(value: float | None, deviation: float | None, count: int) -> Estimate | None:
    """The normal interval of a mean, from the standard deviation of the sample; never below zero.

    Where nothing was ever counted, the upper limit is three in so many cases (the rule of three).
    """
    if value is None or count <= 0:
        return None
    if count < FEWEST or deviation is None:
        return Estimate(value=value, low=None, high=None, count=count)
    if value == 0 == deviation:
        return Estimate(value=0.0, low=0.0, high=3 / count, count=count)
    half = Z * deviation / math.sqrt(count)
    return Estimate(value=value, low=max(0.0, value - half), high=value + half, count=count)


def quantile(p: float, values: Sequence[float] | None, count: int) -> Estimate | None:
    """The interval of a quantile by order statistics, from its values at ``PROBABILITIES``: free of distributions."""
    if not values or count <= 0:
        return None
    value = values[PROBABILITIES.index(p)]
    if count < FEWEST:
        return Estimate(value=value, low=None, high=None, count=count)
    half = Z * math.sqrt(p * (1 - p) / count)
    below = max((at for at, q in enumerate(PROBABILITIES) if q <= p - half), default=0)
    above = min((at for at, q in enumerate(PROBABILITIES) if q >= p + half), default=len(PROBABILITIES) - 1)
    return Estimate(value=value, low=values[below], high=values[above], count=count)


def difference(now: Estimate | None, before: Estimate | None) -> Estimate | None:
    """How much a number changed: Newcombe's method, which takes any two intervals of independent estimates."""
    if now is None or before is None:
        return None
    change, count = now.value - before.value, min(now.count, before.count)
    if now.low is None or now.high is None or before.low is None or before.high is None:
        return Estimate(value=change, low=None, high=None, count=count)
    low = math.hypot(now.value - now.low, before.high - before.value)
    high = math.hypot(now.high - now.value, before.value - before.low)
    return Estimate(value=change, low=change - low, high=change + high, count=count)


def is_sure(change: Estimate | None) -> bool:
    """Whether a change is more than chance: its interval leaves out zero."""
    return bool(change and change.low is not None and change.high is not None and not change.low <= 0 <= change.high)
