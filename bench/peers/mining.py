"""pm4py doing what ``backline log import`` does: read a log, what follows what, durations, hand-overs.

Run by a Python that has pm4py, of its own: ``python bench/peers/mining.py FILE VARIANT``. Prints JSON.
"""

from __future__ import annotations

import json
import sys
import time


def main(path: str, variant: str) -> None:
    """Measure and print; importing pm4py itself is not counted."""
    import pandas as pd
    import pm4py

    started = time.perf_counter()
    log = pm4py.read_xes(path, **({"variant": variant} if variant else {}))
    if not isinstance(log, pd.DataFrame):
        log = pm4py.convert_to_dataframe(log)
    edges, _starts, _ends = pm4py.discover_dfg(log)
    days = pd.Series(pm4py.get_all_case_durations(log)) / 86_400
    handovers = 0
    if "org:resource" in log.columns:
        ordered = log.sort_values(["case:concept:name", "time:timestamp"], kind="stable")
        before = ordered.groupby("case:concept:name", sort=False)["org:resource"].shift()
        now = ordered["org:resource"]
        handovers = int((now.notna() & before.notna() & (now != before)).sum())
    told = {
        "events": len(log),
        "cases": int(log["case:concept:name"].nunique()),
        "edges": len(edges),
        "median_days": float(days.median()),
        "p90_days": float(days.quantile(0.9)),
        "handovers": handovers,
        "seconds": time.perf_counter() - started,
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2] if len(sys.argv) > 2 else "")
