"""A date that is kept in nine of ten: what was foretold is stretched by what it took on cases not yet seen.

Split conformal prediction on ratios (V. Vovk, A. Gammerman, G. Shafer, "Algorithmic Learning in a Random World", 2005),
over the newest looks alone, so that it follows a back office that gets slower (I. Gibbs, E. Candès, "Adaptive conformal
inference under distribution shift", 2021, is the idea). What still runs is counted in by the Kaplan-Meier estimate: the
newest cases that are done are the quick ones.
"""

from __future__ import annotations

import numpy as np

from backline.insight.forecasting.clocks import Floats
from backline.insight.forecasting.looks import Bools
from backline.insight.forecasting.survival import kaplan_meier

FEWEST, WINDOW = 20, 120
LEAST, MOST = 0.7, 5.0
FLOOR_S = 60.0
"""Times below a minute are all the same to a ratio"""


def stretch(
    foretold: Floats, took: Floats, reached: Bools, share: float, *, window: int = WINDOW, least: float = LEAST
) -> float:
    """By what to multiply what was foretold so that ``share`` of the cases are there by then; 1 where few are known.

    The newest come last.
    """
    known = np.flatnonzero(np.isfinite(foretold))[-window:]
    if reached[known].sum() < FEWEST:
        return 1.0
    ratios = (took[known] + FLOOR_S) / (foretold[known] + FLOOR_S)
    wanted = min(share * (len(known) + 1) / len(known), 1.0)
    found = kaplan_meier(ratios, reached[known]).quantile(wanted)
    return float(np.clip(MOST if found is None else found, least, MOST))


def stretched(foretold: Floats, by: float) -> Floats:
    """What was foretold, stretched."""
    return np.maximum((foretold + FLOOR_S) * by - FLOOR_S, 0.0)
