"""Make a new organisation, ready to serve."""

from __future__ import annotations

import argparse
from pathlib import Path

from backline.project.command import Refused


def add(parser: argparse.ArgumentParser) -> None:
    """Where, and what it is called."""
    parser.add_argument("folder", type=Path, metavar="DIR", help="an empty folder, or one that is not there yet")
    parser.add_argument("--name", default="My organisation")
    parser.add_argument("--time-zone", default="UTC", help="such as Europe/Berlin")


def run(args: argparse.Namespace) -> int:
    raise Refused("later")
