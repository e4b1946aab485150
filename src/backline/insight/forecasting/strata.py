"""The most alike cases of which there are enough: curves by stratum, and coarser ones to fall back to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from backline.insight.forecasting.clocks import Clock, Floats
from backline.insight.forecasting.looks import Looks
from backline.insight.forecasting.survival import BEFORE, Curve, kaplan_meier, thinned

ENOUGH = (40, 25, 15, 15)
"""So many have to have been seen to end in a stratum, from the finest to the coarsest; the last holds for the rest"""


@dataclass(frozen=True, eq=False)
class Stratum:
    """Cases that were alike: on which level, by which key, and how long it then took."""

    level: int
    key: str
    curve: Curve


@dataclass(frozen=True, eq=False)
class Strata:
    """Curves by level and key; each level is coarser than the one before, the last has one key."""

    levels: Sequence[Mapping[str, Curve]]

    def alike(self, keys: Sequence[str], *, given: float = BEFORE) -> Stratum | None:
        """The finest stratum of these keys in which enough still ran after ``given``; None where none has enough."""
        for level, (curves, key) in enumerate(zip(self.levels, keys, strict=False)):
            curve = curves.get(key)
            if curve is not None and curve.running(given) >= enough(level) / 3:
                return Stratum(level, key, curve)
        return None

    def quantiles(self, looks: Looks, share: float) -> Floats:
        """The quantile of the time that remains at each look; NaN where nothing is alike."""
        told = np.full(len(looks), np.nan)
        known: dict[tuple[str, ...], float] = {}
        for row, keys in enumerate(zip(*looks.keys, strict=True)):
            if keys not in known:
                stratum = self.alike(keys)
                found = stratum.curve.quantile(share) if stratum else None
                known[keys] = np.nan if found is None else found
            told[row] = known[keys]
        return told


def fit(looks: Looks, clock: Clock) -> Strata:
    """Learn the curves of all strata that have enough."""
    remaining = looks.remaining(clock)
    return Strata([_level(looks, remaining, level) for level in range(len(looks.keys))])


def enough(level: int) -> int:
    """How many have to have been seen to end on this level."""
    return ENOUGH[min(level, len(ENOUGH) - 1)]


def _level(looks: Looks, remaining: Floats, level: int) -> dict[str, Curve]:
    names, codes = np.unique(looks.keys[level].astype(str), return_inverse=True)
    order = np.argsort(codes, kind="stable")
    bounds = np.searchsorted(codes[order], np.arange(len(names) + 1))
    curves = {}
    for code, name in enumerate(names):
        rows = order[bounds[code] : bounds[code + 1]]
        if looks.reached[rows].sum() >= enough(level):
            curves[str(name)] = thinned(kaplan_meier(remaining[rows], looks.reached[rows]))
    return curves
