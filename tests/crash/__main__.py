"""``python -m tests.crash``: run the crash test and print what was counted."""

from __future__ import annotations

import argparse
import json
import signal
import sys
from dataclasses import asdict

from tests import postgresql
from tests.crash.running import Plan, run


def main() -> int:
    """0 when nothing was lost, doubled, broken or missed."""
    parser = argparse.ArgumentParser(prog="make crash")
    parser.add_argument("--kills", type=int, default=20)
    parser.add_argument("--seed", type=int, default=1, help="the same seed kills at the same moments")
    parser.add_argument("--database", choices=["sqlite", "postgresql"], default="sqlite")
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    if args.database == "postgresql" and postgresql.programs() is None:
        print("PostgreSQL is not installed here: nothing was run.", file=sys.stderr)
        return postgresql.NOT_HERE
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))  # so that what was started is ended then, too
    counted = run(Plan(kills=args.kills, seed=args.seed, database=args.database))
    if args.json:
        print(json.dumps(asdict(counted)))
    else:
        for name, number in asdict(counted).items():
            print(f"{name.replace('_', ' '):<14}{number:>8}")
    return 0 if counted.sound else 1


if __name__ == "__main__":
    sys.exit(main())
