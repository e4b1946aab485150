"""Dates that follow the work: each is stretched by how far those given before it were off, as was known at that time.

The idea is adaptive conformal inference (I. Gibbs, E. Candès, "Adaptive conformal inference under distribution shift",
2021). What had not ended yet counts as far as it had been watched.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from backline.insight.forecasting import calibrating
from backline.insight.forecasting.clocks import Floats
from backline.insight.forecasting.looks import Bools
from backline.insight.forecasting.of_logs import LogLooks

BLOCKS = 25
"""So often between the first look that is asked about and the last, what came out is looked at anew"""
LEAST = 0.05
NEWEST = 150
"""So many of the newest looks must have ended; older ones no longer count"""


@dataclass(frozen=True, eq=False)
class History:
    """What was foretold and what it took, or was watched to take, in the order of the looks."""

    at: Floats
    foretold: Floats
    took: Floats
    reached: Bools

    def stretch(self, share: float) -> float:
        """By what to stretch what is foretold now."""
        ended = np.cumsum(self.reached[::-1])
        newest = len(self.at) if not len(ended) or ended[-1] < NEWEST else int(np.searchsorted(ended, NEWEST)) + 1
        found = calibrating.stretch(self.foretold, self.took, self.reached, share, window=max(newest, 1), least=LEAST)
        return min(found, self._most())

    def _most(self) -> float:
        """As far off as anything was seen to be; where most still runs, no more is known than that."""
        ratios = (self.took + calibrating.FLOOR_S) / (self.foretold + calibrating.FLOOR_S)
        return float(ratios.max(initial=1.0))


def stretched_in_time(before: History, looks: LogLooks, foretold: Floats, share: float) -> Floats:
    """What was foretold at these looks, each stretched by what was known when its part of the time began."""
    if not len(looks):
        return foretold
    told = np.empty(len(looks))
    bounds = np.quantile(looks.at, np.linspace(0.0, 1.0, BLOCKS + 1)[:-1])
    part = np.searchsorted(bounds, looks.at, "right") - 1
    for number, instant in enumerate(bounds):
        rows = part == number
        if rows.any():
            factor = _known_at(before, looks, foretold, float(instant)).stretch(share)
            told[rows] = calibrating.stretched(foretold[rows], factor)
    return told


def _known_at(before: History, looks: LogLooks, foretold: Floats, instant: float) -> History:
    """What had been foretold by then, and how it stood then."""
    made = looks.at < instant
    ends = np.concatenate([before.at + before.took, looks.until[made]])
    at = np.concatenate([before.at, looks.at[made]])
    reached = np.concatenate([before.reached, looks.reached[made] & (looks.until[made] < instant)])
    order = np.argsort(at, kind="stable")
    took = np.where(reached, ends, np.minimum(ends, instant)) - at
    said = np.concatenate([before.foretold, foretold[made]])
    return History(at[order], said[order], took[order], reached[order])
