"""What a forecast has to be better than, learnt from the cases that had ended."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Sequence

import numpy as np

from backline.insight.forecasting.clocks import Floats
from backline.insight.forecasting.of_logs import NUMBERS_OF_THE_CASE, LogLooks

WIDEST = 250
"""More kinds of a word than these are told by number, as trees can't branch on more"""
Key = Callable[[LogLooks], list[Hashable]]


def mean_by_step(known: LogLooks) -> Callable[[LogLooks], Floats]:
    """The mean of history for the step that the case is at."""
    return _means(known, [_step])


def annotated(known: LogLooks) -> Callable[[LogLooks], Floats]:
    """An annotated transition system: the mean by the set of steps so far and the last one, else by the last one.

    W. van der Aalst, M. Schonenberg, M. Song, "Time prediction based on process mining", Information Systems 36 (2011).
    """
    return _means(known, [_state, _step])


def boosted(known: LogLooks) -> Callable[[LogLooks], Floats]:
    """Gradient boosting on prefixes: the last step, how often each step occurred, the time so far; squared error.

    As in I. Verenich et al., "Survey and cross-benchmark comparison of remaining time prediction methods in business
    process monitoring", ACM TIST 10 (2019), which found it the best of the methods without deep learning.
    """
    from sklearn.ensemble import HistGradientBoostingRegressor

    ended = known.where(known.reached)
    named = [column for column in range(3) if ended.words[:, column].max(initial=0) < WIDEST]
    trees = HistGradientBoostingRegressor(
        max_iter=120, categorical_features=named, early_stopping=False, random_state=0
    )
    trees.fit(_prefixes(ended), ended.until - ended.at)
    return lambda looks: np.asarray(trees.predict(_prefixes(looks)), dtype=np.float64)


def _prefixes(looks: LogLooks) -> Floats:
    words = np.minimum(looks.words[:, :3], WIDEST - 1)
    return np.hstack([words, looks.numbers[:, :3], looks.numbers[:, NUMBERS_OF_THE_CASE:]]).astype(np.float64)


def _step(looks: LogLooks) -> list[Hashable]:
    return list(looks.words[:, 0].tolist())


def _state(looks: LogLooks) -> list[Hashable]:
    done = looks.numbers[:, NUMBERS_OF_THE_CASE:] > 0
    return [(int(step), row.tobytes()) for step, row in zip(looks.words[:, 0], done, strict=True)]


def _means(known: LogLooks, keys: Sequence[Key]) -> Callable[[LogLooks], Floats]:
    ended = known.where(known.reached)
    took = ended.until - ended.at
    tables = [_table(key(ended), took) for key in keys]
    overall = float(took.mean()) if len(took) else 0.0

    def told(looks: LogLooks) -> Floats:
        said = np.full(len(looks), np.nan)
        for key, table in zip(keys, tables, strict=True):
            here = np.array([table.get(name, np.nan) for name in key(looks)], dtype=np.float64)
            said = np.where(np.isnan(said), here, said)
        return np.asarray(np.where(np.isnan(said), overall, said), dtype=np.float64)

    return told


def _table(names: list[Hashable], took: Floats) -> dict[Hashable, float]:
    numbers: dict[Hashable, int] = {}
    codes = np.array([numbers.setdefault(name, len(numbers)) for name in names], dtype=np.int64)
    means = np.bincount(codes, weights=took) / np.maximum(np.bincount(codes), 1)
    return dict(zip(numbers, means.tolist(), strict=True))
