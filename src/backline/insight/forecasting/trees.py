"""How long cases of a log still take: several kinds of model, of which the one that foretells the newest part best.

- alike cases: curves by the last steps (Kaplan-Meier's, and of those alone that ended), with coarser ones beneath
- boosted trees on what the case has done so far, and on that and how busy it is
- the middle of all these
- the mean of history by step, and boosting of squared errors: where nothing does better, nothing better is claimed

What is about as good as the best is as good; of these the simplest is taken, since it goes wrong least when work
changes. The hour and the weekday are told to a model only where enough of them have been seen to tell them from time
itself passing.

Trees learn the absolute error (so that they tell the median) and the ninth decile. A case that still ran when the log
was read is not thrown away: for the first of the trees, cases that ended weigh as much more as cases of their length
are missing (inverse probability of censoring: M. van der Laan, J. Robins, 2003).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from backline.insight.forecasting import calibrating, following
from backline.insight.forecasting.baselines import WIDEST, boosted, mean_by_step
from backline.insight.forecasting.clocks import Floats
from backline.insight.forecasting.following import History
from backline.insight.forecasting.looks import Ints
from backline.insight.forecasting.of_logs import LogLooks
from backline.insight.forecasting.survival import kaplan_meier

LIKELY, SURE, AIM = 0.5, 0.9, 0.92
LEARNT, CHOSEN = 0.6, 0.85
"""Of what is known; what was seen then chooses the model, since by now most of it has ended, and that and the rest
tell by how much to stretch"""
MOST_ROWS, ROUNDS, LEAF = 40_000, 120, 25
HEAVIEST = 5.0
BACK = 3
ENOUGH = 30
FEWEST = 100
MIDDLE = "the middle of all"
MEAN, BOOSTED = "mean of history by step", "gradient boosting on prefixes"
AS_GOOD = 1.03
"""What errs by no more than this, beside the best, is as good as the best"""
HOUR, WEEKDAY, RUNNING, WEEK = 3, 4, 5, 6
"""Which of the numbers of a look are about the time and the house, not about its case"""
SPANS_S = {HOUR: 14 * 86_400.0, WEEKDAY: 56 * 86_400.0, RUNNING: 0.0, WEEK: 28 * 86_400.0}
"""How long a time must have been watched before each of these says something"""
Model = Callable[[LogLooks], Floats]
Fitting = Callable[[LogLooks, float], Model]
"""Makes of looks and a quantile what tells that quantile of the time that remains"""


@dataclass(frozen=True, eq=False)
class LogForecast:
    """Ready to be asked; times in seconds."""

    kind: str
    """The kind of model that did best"""
    likely: Model
    sure: Model
    history: History
    """What was foretold of the newest part, before it was learnt from, and how long that took"""
    errors: Mapping[str, float]
    """Mean absolute error of each kind on the newest part of what it was learnt from"""

    def dates(self, looks: LogLooks) -> tuple[Floats, Floats]:
        """How long it still takes in half of alike cases, and in nine of ten, as was known when this was learnt."""
        return self.likely(looks), calibrating.stretched(self.sure(looks), self.history.stretch(AIM))

    def dates_in_time(self, looks: LogLooks) -> tuple[Floats, Floats]:
        """The same for looks that come one after the other, the sure date of each stretched by what came out before.

        Of what a case did after a look, nothing is used for the date that is given at that look.
        """
        plain = self.sure(looks)
        return self.likely(looks), following.stretched_in_time(self.history, looks, plain, AIM)


def learn(known: LogLooks) -> LogForecast:
    """The best model of what is known."""
    from threadpoolctl import threadpool_limits  # type: ignore[import-untyped]

    with threadpool_limits(limits=1):
        older, newer = _halves(known)
        ended, weights = _weighed(newer.where(newer.at <= np.quantile(known.at, CHOSEN)))
        took = ended.until - ended.at
        tried = {kind: fit(older, LIKELY)(ended) for kind, fit in KINDS.items()}
        tried[MIDDLE] = np.median(np.stack([said for kind, said in tried.items() if kind not in BASELINES]), axis=0)
        errors = {kind: float(np.average(np.abs(said - took), weights=weights)) for kind, said in tried.items()}
        best = _simplest(errors)
        newest = newer.where(np.argsort(newer.at, kind="stable"))
        history = History(newest.at, _fit(best, older, SURE)(newest), newest.until - newest.at, newest.reached)
        return LogForecast(best, _fit(best, known, LIKELY), _fit(best, known, SURE), history, errors)


def _simplest(errors: Mapping[str, float]) -> str:
    """Of the kinds that are as good as the best the first in the order of simplicity."""
    least = min(errors.values())
    return next(kind for kind in SIMPLEST if errors[kind] <= AS_GOOD * least)


def _halves(known: LogLooks) -> tuple[LogLooks, LogLooks]:
    """What to learn from, and what to try on: the newest part, or each fourth case where too little had ended."""
    instant = float(np.quantile(known.at, LEARNT))
    older, newer = known.as_known(instant), known.where(known.at >= instant)
    if min(older.reached.sum(), newer.reached.sum()) >= FEWEST:
        return older, newer
    fourth = known.case % 4 == 3
    return known.where(~fourth), known.where(fourth)


def _fit(kind: str, looks: LogLooks, share: float) -> Model:
    if kind != MIDDLE:
        return KINDS[kind](looks, share)
    models = [fit(looks, share) for name, fit in KINDS.items() if name not in BASELINES]
    return lambda asked: np.asarray(np.median(np.stack([model(asked) for model in models]), axis=0))


def _alike(looks: LogLooks, share: float) -> Model:
    """Curves by the last three steps, the last two, the last one, all."""
    remaining = looks.until - looks.at
    levels: list[dict[tuple[int, ...], float]] = []
    for depth in (BACK, BACK - 1, 1, 0):
        names, codes = np.unique(looks.words[:, :depth], axis=0, return_inverse=True)
        told = {}
        for code, name in enumerate(names):
            rows = codes.reshape(-1) == code
            if looks.reached[rows].sum() >= (ENOUGH if depth else 1):
                found = kaplan_meier(remaining[rows], looks.reached[rows]).quantile(share)
                told[tuple(int(one) for one in name)] = float(remaining[rows].max()) if found is None else found
        levels.append(told)

    def model(asked: LogLooks) -> Floats:
        rows = [tuple(int(one) for one in row) for row in asked.words[:, :BACK]]
        return np.array([_coarser(levels, row) for row in rows], dtype=np.float64)

    return model


def _coarser(levels: list[dict[tuple[int, ...], float]], row: tuple[int, ...]) -> float:
    for told, depth in zip(levels, (BACK, BACK - 1, 1, 0), strict=True):
        if row[:depth] in told:
            return told[row[:depth]]
    return 0.0


def _of_ended(looks: LogLooks, share: float) -> Model:
    return _alike(looks.where(looks.reached), share)


def _mean(looks: LogLooks, share: float) -> Model:
    """The mean by the last step; for any other share of the cases, as alike cases took that ended."""
    return mean_by_step(looks) if share == LIKELY else _of_ended(looks, share)


def _boosted(looks: LogLooks, share: float) -> Model:
    return boosted(looks) if share == LIKELY else _of_ended(looks, share)


def _trees(looks: LogLooks, share: float) -> Model:
    return _grown(looks, share, *_weighed(looks), busy=False)


def _busy_trees(looks: LogLooks, share: float) -> Model:
    rows = _thinned(np.flatnonzero(looks.reached))
    return _grown(looks, share, looks.where(rows), None, busy=True)


def _grown(looks: LogLooks, share: float, ended: LogLooks, weights: Floats | None, *, busy: bool) -> Model:
    from sklearn.ensemble import HistGradientBoostingRegressor

    hidden = _hidden(looks, busy)
    columns, words = _columns(ended, busy, hidden)
    loss: dict[str, Any] = {"loss": "absolute_error"} if share == LIKELY else {"loss": "quantile", "quantile": share}
    trees = HistGradientBoostingRegressor(
        **loss, max_iter=ROUNDS, min_samples_leaf=LEAF, categorical_features=words, early_stopping=False,
        random_state=0,
    )  # fmt: skip
    trees.fit(columns, ended.until - ended.at, sample_weight=weights)
    return lambda asked: np.maximum(trees.predict(_columns(asked, busy, hidden)[0]), 0.0)


def _weighed(looks: LogLooks) -> tuple[LogLooks, Floats]:
    """The looks whose end is known, thinned where there are many, each as heavy as it stands for."""
    remaining = looks.until - looks.at
    watched = kaplan_meier(remaining, ~looks.reached)
    rows = _thinned(np.flatnonzero(looks.reached))
    at = np.searchsorted(watched.times, remaining[rows], "left") - 1
    still = np.where(at >= 0, watched.longer[np.maximum(at, 0)] if len(watched.longer) else 1.0, 1.0)
    return looks.where(rows), np.minimum(1.0 / np.maximum(still, 1e-6), HEAVIEST)


def _thinned(rows: Ints) -> Ints:
    if len(rows) <= MOST_ROWS:
        return rows
    return np.asarray(rows[np.linspace(0, len(rows) - 1, MOST_ROWS).astype(int)], dtype=np.int64)


def _hidden(looks: LogLooks, busy: bool) -> list[int]:
    """The numbers that a model isn't told: those about the time and the house, or those for which it saw too little."""
    span = float(np.ptp(looks.at)) if len(looks) else 0.0
    return [column for column, least in SPANS_S.items() if not busy or span < least]


def _columns(looks: LogLooks, busy: bool, hidden: list[int]) -> tuple[Floats, list[int]]:
    """Words first; then how far the case is, and where ``busy`` the hour, the day, who, and how much there is to do."""
    steps = [looks.words[:, back] for back in range(BACK)] + ([looks.words[:, -1]] if busy else [])
    words: Ints = np.stack(steps, axis=1)
    numbers = np.delete(looks.numbers, hidden, axis=1)
    named = [column for column in range(words.shape[1]) if words[:, column].max(initial=0) < WIDEST]
    told = np.minimum(words, WIDEST - 1)
    return np.hstack([told, numbers]).astype(np.float64), named


KINDS: dict[str, Fitting] = {
    "alike cases": _alike,
    "alike cases that ended": _of_ended,
    "trees": _trees,
    "trees, and how busy it is": _busy_trees,
    MEAN: _mean,
    BOOSTED: _boosted,
}
BASELINES = (MEAN, BOOSTED)
"""A published method and none at all: taken where nothing here does better"""
SIMPLEST = ("alike cases that ended", "alike cases", MIDDLE, "trees", "trees, and how busy it is", MEAN, BOOSTED)


def as_of(looks: LogLooks, share: float) -> float:
    """The instant by which this share of the looks had been made."""
    return float(np.quantile(looks.at, share))
