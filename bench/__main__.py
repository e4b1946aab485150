"""``python -m bench [NAME] [--json]``: run one benchmark, or all, side by side with peers."""

from __future__ import annotations

import argparse
import importlib
import json
import os
import sys
from typing import Any

NAMES: dict[str, tuple[str, ...]] = {
    "engine": ("bench.engine", "bench.types"),
    "requests": ("bench.requests",),
    "submit": ("bench.submit",),
    "cases": ("bench.cases",),
    "scale": ("bench.scale",),
    "capture": ("bench.capture",),
    "logs": ("bench.logs",),
    "forecast": ("bench.forecast",),
}
"""A name that people type, and the modules behind it."""


def main() -> int:
    """Measure, and print a table or JSON."""
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("name", nargs="?", choices=sorted(NAMES))
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--size", type=int, default=0, help="how many cases are stored, for scale")
    args = parser.parse_args()
    os.environ["BENCH_SIZE"] = str(args.size or "")
    rows: list[dict[str, Any]] = []
    for name in [args.name] if args.name else NAMES:
        for module in NAMES[name]:
            rows += importlib.import_module(module).measure()
    if args.json:
        print(json.dumps(rows, indent=1))
    else:
        _print_table(rows)
    return 0


def _print_table(rows: list[dict[str, Any]]) -> None:
    """One line a measure, peers under one another."""
    width = max((len(row["bench"]) for row in rows), default=5)
    names = max((len(row["subject"]) for row in rows), default=5)
    for row in rows:
        better = "more is better" if row["better"] == "higher" else "less is better"
        value = f"{row['value']:,.0f}" if row["value"] >= 100 else f"{row['value']:,.3g}"
        line = f"{row['bench']:<{width}}  {row['subject']:<{names}}  {value:>14} {row['unit']:<16} {better}"
        print(f"{line}  {row['kept']}" if "kept" in row else line)


if __name__ == "__main__":
    sys.exit(main())
