"""Meridian, a demonstration organisation with its systems of record, people and mail."""

from __future__ import annotations

import argparse
import importlib
import os

PRESENTING = "backline.demo.presenting"
"""By name: the demonstration stands above this room, which can do without it"""


def add(parser: argparse.ArgumentParser) -> None:
    """What of the demonstration is done."""
    parser.add_argument(
        "--once", action="store_true", help="play the stories without a person, print the table, and stop"
    )
    parser.add_argument("--port", type=int, help="where the pages are; 8000 without it, a free one with --once")
    parser.add_argument("--json", action="store_true", help="with --once: the table as JSON")


def run(args: argparse.Namespace) -> int:
    """Start Meridian; play its stories, or wait for Ctrl-C."""
    demonstration = importlib.import_module(PRESENTING)
    folder = os.environ.get("BACKLINE_DATA", "")
    if args.once:
        return int(demonstration.play_once(folder=folder, port=args.port or 0, as_json=args.json))
    return int(demonstration.present(folder=folder, port=args.port))
