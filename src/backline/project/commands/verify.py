"""Rebuild every case from its timeline, check the chains, and compare with what is stored."""

from __future__ import annotations

import argparse
import sys
from dataclasses import asdict

from backline.project.command import DONE, REFUSED
from backline.project.printing import print_json
from backline.project.starting import start


def add(parser: argparse.ArgumentParser) -> None:
    """``--json``: ``{"cases", "entries", "broken": [{"case", "where", "problem"}]}``."""
    parser.add_argument("--json", action="store_true", help="print JSON and nothing else")


def run(args: argparse.Namespace) -> int:
    """Verify; 1 when something is broken."""
    start()
    from backline.cases.storage.verifying import verify

    verdict = verify()
    if args.json:
        print_json(asdict(verdict))
    else:
        print(f"{verdict.cases} cases, {verdict.entries} entries, {len(verdict.broken)} broken")
        for broken in verdict.broken:
            print(f"{broken.case}: {broken.where}: {broken.problem}", file=sys.stderr)
    return REFUSED if verdict.broken else DONE
