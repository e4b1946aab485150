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
    raise Refused("There is no loop of jobs yet.")
