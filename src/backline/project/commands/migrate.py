"""Bring the database to this version."""

from __future__ import annotations

import argparse


def add(parser: argparse.ArgumentParser) -> None:
    """No options."""


def run(args: argparse.Namespace) -> int:
    """Apply the migrations."""
    import django
    from django.conf import settings
    from django.core.management import call_command

    settings.FOLDER.mkdir(parents=True, exist_ok=True)
    django.setup()
    call_command("migrate", interactive=False, verbosity=0)
    print("The database is up to date.")
    return 0
