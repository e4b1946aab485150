"""Perform what is due, beside the processes that serve (PostgreSQL only)."""

from __future__ import annotations

import argparse

from backline.project.command import Refused
from backline.project.starting import start


def add(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(args: argparse.Namespace) -> int:
    """Work until SIGINT or SIGTERM."""
    start()
    from django.db import connection

    if connection.vendor != "postgresql":
        raise Refused(
            "'backline work' needs PostgreSQL, named in BACKLINE_DATABASE_URL. "
            "On SQLite, 'backline serve' does the work itself."
        )
    from backline.project.serving import work

    print("Working on what is due (stop with Ctrl-C).", flush=True)
    work()
    return 0
