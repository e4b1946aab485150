"""Say how often what was read in documents was found right, by kind, field and engine."""

from __future__ import annotations

import argparse
import json
from dataclasses import asdict

from backline.project.command import DONE


def add(parser: argparse.ArgumentParser) -> None:
    """Whether as JSON."""
    parser.add_argument("--json", action="store_true", help="print one JSON list")


def run(args: argparse.Namespace) -> int:
    """Print each field that people checked."""
    from backline.project.starting import start

    start()
    from backline.insight.reading_measures import reading_measures

    found = reading_measures()
    if args.json:
        print(json.dumps([asdict(one) | {"percent": one.percent} for one in found], ensure_ascii=False))
        return DONE
    for one in found:
        print(f"{one.kind} {one.field} {one.engine or '-'}: {one.right} of {one.checked} right ({one.percent} %)")
    if not found:
        print("Nobody has checked a reading yet.")
    return DONE
