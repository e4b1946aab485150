"""PostgreSQL's own programs for saving a database and putting it back."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from django.db import connection

from backline.project.command import Refused

MIGRATING = 0x6261636B
"""The number of the lock under which one process at a time brings a database to its version"""


@contextmanager
def one_at_a_time() -> Iterator[None]:
    """Machines that start together migrate one after the other. On SQLite the folder's lock does that."""
    if connection.vendor != "postgresql":
        yield
        return
    with connection.cursor() as cursor:
        cursor.execute("select pg_advisory_lock(%s)", [MIGRATING])
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("select pg_advisory_unlock(%s)", [MIGRATING])


def save(path: Path) -> None:
    """The whole database as it is at one instant, into ``path``."""
    _run("pg_dump", ["--format=custom", "--no-owner", "--no-privileges", f"--file={path}"])


def put_back(path: Path) -> None:
    """The database as it was saved, in place of all that is there; the whole of it or nothing."""
    script = path.with_suffix(".sql")
    _run("pg_restore", ["--no-owner", "--no-privileges", f"--file={script}", str(path)])
    anew = "drop schema public cascade; create schema public"
    _run("psql", ["--quiet", "--single-transaction", "--set=ON_ERROR_STOP=1", f"--command={anew}", f"--file={script}"])


def _run(program: str, options: Sequence[str]) -> None:
    told = connection.settings_dict
    found = _find(program)
    where = {"PGHOST": told["HOST"], "PGPORT": told["PORT"], "PGUSER": told["USER"], "PGPASSWORD": told["PASSWORD"]}
    environment = {**os.environ, "PGDATABASE": told["NAME"], **{name: value for name, value in where.items() if value}}
    done = subprocess.run([found, *options], env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise Refused(f"{program} failed: {done.stderr.strip()[-500:]}")


def _find(program: str) -> str:
    """On the path, else where Debian keeps them, the newest first."""
    if found := shutil.which(program):
        return found
    kept = sorted(Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), key=lambda path: path.parts[-3])
    if not kept:
        raise Refused(f"'{program}' is not installed; it comes with PostgreSQL's client programs.")
    return str(kept[-1])
