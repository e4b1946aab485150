"""The organisation of a run: its folder, its database, its ledger, a customer and a token."""

from __future__ import annotations

import contextlib
import io
import shutil
import sqlite3
from dataclasses import dataclass
from pathlib import Path

from backline.project.command import main
from tests.crash.peer import SCHEMA

ORGANISATION = Path(__file__).parent / "organisation"
SYSTEMS = ("ledger", "stamps")


@dataclass(frozen=True, kw_only=True)
class Founded:
    """What the customers need."""

    token: str
    party: int


def furnish(folder: Path) -> None:
    """Copy the organisation's files, with its two empty systems of record."""
    shutil.copytree(ORGANISATION, folder, dirs_exist_ok=True)
    (folder / "systems").mkdir()
    for name in SYSTEMS:
        with contextlib.closing(sqlite3.connect(store_of(folder, name))) as database:
            database.execute("pragma journal_mode = wal")
            database.execute(SCHEMA)


def store_of(folder: Path, name: str) -> Path:
    """The database of a system of record."""
    return folder / "systems" / f"{name}.sqlite3"


def found() -> Founded:
    """Make the database, publish the case type, and issue what the customers need."""
    for words in (["migrate"], ["types", "publish"]):
        told = io.StringIO()
        with contextlib.redirect_stdout(told):
            status = main(words)
        if status:
            raise RuntimeError(f"backline {' '.join(words)}: {told.getvalue()}")
    from django.db import connections
    from django.utils import timezone

    from backline.people import parties, tokens
    from backline.people.actors import SYSTEM

    now = timezone.now()
    issued = tokens.issue(by=SYSTEM, name="Crash test", scopes=["cases:read", "cases:write"], now=now)
    party = parties.create_party(name="Ann", verified={"email": "ann@example.org"}, now=now)
    connections.close_all()
    return Founded(token=issued.secret, party=party.pk)
