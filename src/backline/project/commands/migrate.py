"""Bring the database to this version."""

from __future__ import annotations

import argparse

from backline.project.starting import start


def add(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(args: argparse.Namespace) -> int:
    """Apply the migrations."""
    folder = start(migrated=False)
    from backline.project.serving import make_ready

    make_ready(folder)
    print("The database is up to date.")
    return 0
