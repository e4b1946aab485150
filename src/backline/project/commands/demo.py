"""Meridian, a demonstration organisation with its systems of record, people and mail."""

from __future__ import annotations

import argparse
import os


def add(parser: argparse.ArgumentParser) -> None:
    """What of the demonstration is done."""
    parser.add_argument(
        "--once", action="store_true", help="play the stories without a person, print the table, and stop"
    )
    parser.add_argument("--port", type=int, help="where the pages are; 8000 without it, a free one with --once")
    parser.add_argument("--json", action="store_true", help="with --once: the table as JSON")


def run(args: argparse.Namespace) -> int:
    """Start Meridian; play its stories, or wait for Ctrl-C."""
    from backline.demo.presenting import play_once, present

    given = os.environ.get("BACKLINE_DATA", "")
    return play_once(port=args.port or 0, as_json=args.json) if args.once else present(folder=given, port=args.port)
