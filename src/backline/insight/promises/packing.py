"""Curves as they are kept in a row, and back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from backline.insight.forecasting.strata import Strata
from backline.insight.forecasting.survival import Curve


def packed_strata(strata: Strata) -> list[dict[str, Any]]:
    """As JSON."""
    return [{key: _packed(curve) for key, curve in level.items()} for level in strata.levels]


def unpacked_strata(told: Sequence[Mapping[str, Any]]) -> Strata:
    """From JSON."""
    return Strata([{key: _unpacked(curve) for key, curve in level.items()} for level in told])


def _packed(curve: Curve) -> dict[str, Any]:
    return {
        "times": [round(float(one), 1) for one in curve.times],
        "longer": [round(float(one), 4) for one in curve.longer],
        "watched": curve.watched,
        "ended": curve.ended,
    }


def _unpacked(told: Mapping[str, Any]) -> Curve:
    times, longer = np.array(told["times"], dtype=float), np.array(told["longer"], dtype=float)
    return Curve(times, longer, np.zeros_like(times), told["watched"], told["ended"])
