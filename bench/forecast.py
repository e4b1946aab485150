"""How long cases still take, foretold at each step: here, by the mean of history, and by published kinds of model.

Every log is split by time. All learn from what was known at the split; all are asked about every later step of the log,
in cases that ran already and in new ones, and compared with what it really took. The peers are learnt from the cases
that had ended by then, as they were published; Backline also from those that still ran. The logs are those in the
folder that ``BACKLINE_CORPUS`` names, and one that is made here.
"""

from __future__ import annotations

import os
import random
import sys
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np

from backline.insight.forecasting.baselines import annotated, boosted, mean_by_step
from bench.logs import ROOT

SPLIT = 0.7
DAY_S = 86_400.0
GENERATED_CASES = 3_000


def measure() -> list[dict[str, object]]:
    """Rows for each log."""
    rows: list[dict[str, object]] = []
    with tempfile.TemporaryDirectory(prefix="backline-bench-") as folder:
        for path in [*_corpus(), generate(Path(folder) / "queue.csv")]:
            rows += _of_log(path, Path(folder) / "house")
    return rows


def generate(path: Path, cases: int = GENERATED_CASES) -> Path:
    """Requests that wait for two people who get slower in the second half, the same on every run."""
    chance = random.Random(11)
    moment, free = datetime(2024, 1, 1, tzinfo=UTC), [datetime(2024, 1, 1, tzinfo=UTC)] * 2
    lines = ["case,activity,time,resource"]
    for number in range(cases):
        moment += timedelta(hours=chance.expovariate(1 / 2.0))
        lines.append(f"{number},asked,{moment.isoformat()},customer")
        ready = moment + timedelta(hours=chance.lognormvariate(1, 1)) if chance.random() < 0.4 else moment
        if ready > moment:
            lines.append(f"{number},papers came,{ready.isoformat()},customer")
        worker = min((0, 1), key=lambda one: free[one])
        begins = max(ready, free[worker])
        lines.append(f"{number},taken,{begins.isoformat()},worker {worker}")
        slower = 1.12 if number > cases / 2 else 1.0
        ends = begins + timedelta(hours=slower * chance.lognormvariate(1.05, 0.5))
        free[worker] = ends
        lines.append(f"{number},judged,{ends.isoformat()},worker {worker}")
        done = ends + timedelta(hours=chance.uniform(0.1, 30 if chance.random() < 0.2 else 2))
        lines.append(f"{number},paid,{done.isoformat()},system")
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def _corpus() -> list[Path]:
    folder = os.environ.get("BACKLINE_CORPUS", "")
    found = sorted(Path(folder).rglob("*.xes*")) if folder else []
    if not found:
        print("forecast: BACKLINE_CORPUS names no folder with logs; only the generated one is used", file=sys.stderr)
    return found


def _of_log(path: Path, house: Path) -> list[dict[str, object]]:
    import subprocess

    from backline.insight.forecasting import trees
    from backline.insight.forecasting.of_logs import looks_of_log
    from backline.insight.logs import store

    name = path.name.partition(".")[0]
    command = [sys.executable, "-m", "backline.project.command", "--data", house, "log", "import", path, "--name", name]
    subprocess.run([str(part) for part in [*command, "--json", "--yes"]], check=True, capture_output=True, cwd=ROOT)
    with store.opened(house) as connection:
        found = connection.execute("SELECT max(log) FROM logs").fetchone()
    looks = looks_of_log(house, int(found[0]) if found else 0)
    instant = trees.as_of(looks, SPLIT)
    known, asked = looks.as_known(instant), looks.where((looks.at >= instant) & looks.reached)
    took = asked.until - asked.at
    model = trees.learn(known)
    likely, fixed = model.dates(asked)
    _, sure = model.dates_in_time(asked)
    told: dict[str, Any] = {"backline": likely} | {peer: fit(known)(asked) for peer, fit in PEERS.items()}
    about = f"forecast {name}, {len(asked):,} steps after the split"
    rows = [
        _row(f"{about}: mean absolute error", subject, np.abs(said - took).mean() / DAY_S, "days", "lower")
        for subject, said in told.items()
    ]
    for way, dates in (("followed", sure), ("as fixed at the split", fixed)):
        kept = 100 * float((took <= dates).mean())
        rows.append(_row(f"{about}: there by the 90 % date, {way}", "backline", kept, "%", "higher"))
        rows.append(_row(f"{about}: 90 % date off 90 by, {way}", "backline", abs(kept - 90), "points", "lower"))
        rows.append(_row(f"{about}: 90 % date, mean length, {way}", "backline", dates.mean() / DAY_S, "days", "lower"))
    print(f"{about}: model: {model.kind}", file=sys.stderr)
    return rows


def _row(bench: str, subject: str, value: float, unit: str, better: str) -> dict[str, object]:
    return {"bench": bench, "subject": subject, "value": round(float(value), 5), "unit": unit, "better": better}


Told = Callable[[Any], Any]


PEERS: dict[str, Callable[[Any], Told]] = {
    "mean of history by step": mean_by_step,
    "annotated transition system": annotated,
    "gradient boosting on prefixes": boosted,
}
