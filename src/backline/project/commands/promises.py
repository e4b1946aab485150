"""Promises: how they are kept, learnt anew from all cases; which are in doubt."""

from __future__ import annotations

import argparse
from datetime import UTC, datetime
from typing import Any

from backline.project.command import DONE
from backline.project.printing import print_columns, print_json
from backline.project.starting import start


def add(parser: argparse.ArgumentParser) -> None:
    """``learn``, which serving does every hour by itself; ``list``."""
    within = parser.add_subparsers(dest="what", required=True, metavar="learn|list")
    for name, words in (
        ("learn", "learn from all cases anew, look for promises in doubt, and foretell what is open"),
        ("list", "how each promise is kept, and how well its dates would have done"),
    ):
        one = within.add_parser(name, help=words, description=words)
        one.add_argument("--json", action="store_true", help="print JSON and nothing else")
        one.add_argument("--data", metavar="DIR", default=argparse.SUPPRESS, help=argparse.SUPPRESS)


def run(args: argparse.Namespace) -> int:
    """Do it."""
    start()
    if args.what == "learn":
        _learn()
    rows = list(_rows())
    if args.json:
        print_json(rows)
        return DONE
    shown = [
        (row["type"], row["promise"], _percent(row["kept"]), _percent(row["now"]), _percent(row["dates_kept"]),
         "in doubt" if row["doubt"] else "")
        for row in rows
    ]  # fmt: skip
    print_columns(("type", "promise", "kept", "lately", "dates kept", ""), shown)
    return DONE


def _learn() -> None:
    from backline.cases.fittings import fittings
    from backline.insight.promises import forecasts, learning, watching
    from backline.project.doubting import tell

    now, calendar = datetime.now(UTC), fittings().calendar
    learning.learn_all(calendar=calendar, now=now)
    for doubt in watching.watch(now=now).new:
        tell(doubt, now)
    while forecasts.renew(calendar=calendar, now=now) == forecasts.BATCH:
        pass


def _rows() -> Any:
    from backline.insight.promises import learning, watching

    doubts = watching.open_doubts()
    for key, row in sorted(learning.latest_of_all().items()):
        for name, told in row.content["promises"].items():
            yield {
                "type": key, "promise": name, "cases": row.cases, "at": row.at.isoformat(),
                "kept": _share(told["kept"]), "now": _share(told["now"]),
                "dates_kept": told["backtest"]["covered"] if told["backtest"] else None,
                "error_hours": told["backtest"]["error_s"] / 3600 if told["backtest"] else None,
                "doubt": (key, name) in doubts,
            }  # fmt: skip


def _share(found: dict[str, float] | None) -> float | None:
    return found["share"] if found else None


def _percent(share: float | None) -> str:
    return "" if share is None else f"{100 * share:.1f} %"
