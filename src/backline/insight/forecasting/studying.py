"""What a log tells of how long its cases still take, and how well that would have been foretold: learnt once, kept.

Learning takes seconds to a minute, so it is done in a thread of its own when somebody first asks, and written into the
store beside the log.
"""

from __future__ import annotations

import json
import logging
import threading
from pathlib import Path
from typing import Any

import duckdb
import numpy as np

from backline.insight.acts import looking
from backline.insight.acts.intervals import share
from backline.insight.forecasting import following, trees
from backline.insight.forecasting.baselines import annotated, mean_by_step
from backline.insight.forecasting.of_logs import LogLooks, looks_of_log
from backline.insight.forecasting.survival import kaplan_meier
from backline.insight.logs import store

SPLIT = 0.7
MOST_STEPS = 150_000
"""Of a longer log each second, third ... case is learnt from"""
FEWEST = 200
FEWEST_OF_A_STEP = 20
STEPS_SHOWN = 20
PARTS = 10
LEVELS = (0.5, 0.6, 0.7, 0.8, 0.9, 0.95)
SPREAD = (0.1, 0.25, 0.5, 0.75, 0.9)
Told = dict[str, Any]
trouble = logging.getLogger(__name__)
_LEARNING: set[tuple[Path, int]] = set()
_FAILED: set[tuple[Path, int]] = set()
_LOCK = threading.Lock()


def known(connection: duckdb.DuckDBPyConnection, log: int) -> Told | None:
    """What was learnt of this log; None where nobody has asked yet."""
    if not looking.has(connection, "foretold"):
        return None
    row = connection.execute("SELECT told FROM foretold WHERE log = ?", [log]).fetchone()
    told: Told | None = json.loads(row[0]) if row else None
    return told


def begin(folder: Path, log: int) -> bool:
    """Learn in a thread of its own, once; answers whether that is going on. A log that can't be learnt isn't again."""
    one = (folder, log)
    with _LOCK:
        if one in _LEARNING or one in _FAILED:
            return one in _LEARNING
        _LEARNING.add(one)
    threading.Thread(target=_learn, args=one, name=f"forecast-{log}", daemon=True).start()
    return True


def _learn(folder: Path, log: int) -> None:
    try:
        learn(folder, log)
    except Exception:
        trouble.exception("a log could not be learnt from")
        with _LOCK:
            _FAILED.add((folder, log))
    finally:
        with _LOCK:
            _LEARNING.discard((folder, log))


def learn(folder: Path, log: int) -> Told:
    """Learn and keep what was learnt."""
    with store.opened(folder) as connection:
        events = connection.execute("SELECT events FROM logs WHERE log = ?", [log]).fetchone()
        words = connection.execute("SELECT number, name FROM words WHERE log = ? AND kind = 'activity'", [log])
        names: dict[int, str] = dict(words.fetchall())
    every = 1 + (int(events[0]) if events else 0) // MOST_STEPS
    told = {**study(looks_of_log(folder, log, every=every), names), "every": every}
    with store.opened(folder, writing=True) as connection:
        connection.execute("INSERT OR REPLACE INTO foretold VALUES (?, ?)", [log, json.dumps(told)])
    return told


def study(looks: LogLooks, names: dict[int, str]) -> Told:
    """How long it still takes by step, and what came of asking about the last part of the time."""
    told: Told = {"steps": _by_step(looks, names), "tested": None}
    if len(looks) < 2 * FEWEST:
        return told
    instant = trees.as_of(looks, SPLIT)
    before, asked = looks.as_known(instant), looks.where((looks.at >= instant) & looks.reached)
    if min(int(before.reached.sum()), len(asked)) >= FEWEST:
        told["tested"] = {**_tested(before, asked.where(np.argsort(asked.at, kind="stable"))), "split": instant}
    return told


def _by_step(looks: LogLooks, names: dict[int, str]) -> list[Told]:
    """The spread of the time that remains after each step, what still ran counted in; the most frequent steps."""
    remaining, found = looks.until - looks.at, []
    for step in np.unique(looks.words[:, 0]).tolist() if len(looks) else []:
        rows = looks.words[:, 0] == step
        if looks.reached[rows].sum() < FEWEST_OF_A_STEP:
            continue
        curve = kaplan_meier(remaining[rows], looks.reached[rows])
        spread = [curve.quantile(level) for level in SPREAD]
        found.append({"name": names.get(step, str(step)), "times": int(rows.sum()), "spread": spread})
    return sorted(found, key=lambda one: -int(str(one["times"])))[:STEPS_SHOWN]


def _tested(before: LogLooks, asked: LogLooks) -> Told:
    model = trees.learn(before)
    took = asked.until - asked.at
    likely, sure = model.dates_in_time(asked)
    baselines = {"mean": mean_by_step(before)(asked), "annotated": annotated(before)(asked)}
    return {
        "kind": model.kind,
        "looks": len(asked),
        "cases": len(np.unique(asked.case)),
        "covered": float((took <= sure).mean()),
        "sure_s": float(np.median(sure)),
        "error_s": float(np.abs(likely - took).mean()),
        "errors_s": {name: float(np.abs(said - took).mean()) for name, said in baselines.items()},
        "levels": [[level, _kept(model, before, asked, level)] for level in LEVELS],
        "parts": _parts(asked, took <= sure),
        "until": float(asked.at.max()),
    }


def _kept(model: trees.LogForecast, before: LogLooks, asked: LogLooks, level: float) -> float:
    """Which share was there by the date that this share was to be there by: far ones stretched, near ones by curves."""
    if level < trees.SURE:
        said = trees.KINDS["alike cases that ended"](before, level)(asked)
    else:
        aim = trees.AIM if level == trees.SURE else level
        said = following.stretched_in_time(model.history, asked, model.sure(asked), aim)
    return float((asked.until - asked.at <= said).mean())


def _parts(asked: LogLooks, kept: np.ndarray) -> list[Told]:
    """The share kept in each part of the time, with how sure that is; the steps of one case are not many cases."""
    bounds = np.linspace(float(asked.at.min()), float(asked.at.max()) + 1.0, PARTS + 1)
    part = np.searchsorted(bounds, asked.at, "right") - 1
    found = []
    for number in range(PARTS):
        rows = part == number
        if cases := len(np.unique(asked.case[rows])):
            mean = float(kept[rows].mean())
            told = share(mean * cases, cases)
            low, high = (told.low, told.high) if told else (mean, mean)
            found.append({"since": float(bounds[number]), "share": mean, "low": low, "high": high, "cases": cases})
    return found
