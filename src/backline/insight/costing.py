"""What work costs: hours at the rate of the team that does them, as cost per request reckons, with how sure that is."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import fmean, stdev

from backline.insight.acts.intervals import Estimate, mean
from backline.insight.acts.reckoning import Rates

MONTH_DAYS = 30.4


def rate_of(rates: Rates, team: str) -> float:
    """Money an hour of this team; 0 where nobody said."""
    return float(rates.teams.get(team, rates.hour))


def hours_each(hours: Sequence[float]) -> Estimate | None:
    """The mean work of one piece, in hours, with its interval."""
    if not hours:
        return None
    return mean(fmean(hours), stdev(hours) if len(hours) > 1 else None, len(hours))


def times(one: Estimate | None, factor: float) -> Estimate | None:
    """An estimate in another unit: hours as money, one as many."""
    if one is None:
        return None
    low, high = (None if limit is None else limit * factor for limit in (one.low, one.high))
    return Estimate(value=one.value * factor, low=low, high=high, count=one.count)


def part_of(one: Estimate | None, part: Estimate | None) -> Estimate | None:
    """An estimate times a share, both unsure: relative errors of independent factors add as squares."""
    if one is None or part is None:
        return None
    value = one.value * part.value
    if one.low is None or one.high is None or part.low is None or part.high is None or not value:
        return Estimate(value=value, low=None, high=None, count=min(one.count, part.count))
    low = (((one.value - one.low) / one.value) ** 2 + ((part.value - part.low) / part.value) ** 2) ** 0.5
    high = (((one.high - one.value) / one.value) ** 2 + ((part.high - part.value) / part.value) ** 2) ** 0.5
    count = min(one.count, part.count)
    return Estimate(value=value, low=max(value * (1 - low), 0.0), high=value * (1 + high), count=count)
