"""``backup`` and ``restore`` of a PostgreSQL database, in one made for the test."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit
from uuid import uuid4

import psycopg
import pytest

SERVER = os.environ.get("BACKLINE_DATABASE_URL", "")
pytestmark = pytest.mark.skipif(not SERVER.startswith("postgresql"), reason="needs a PostgreSQL server")


@pytest.fixture
def database() -> Iterator[str]:
    name = f"backup_{uuid4().hex}"
    with psycopg.connect(SERVER, autocommit=True) as server:
        server.execute(f'create database "{name}"')
        yield urlunsplit(urlsplit(SERVER)._replace(path=f"/{name}"))
        server.execute(f'drop database "{name}" with (force)')


def backline(url: str, folder: Path, *words: str) -> subprocess.CompletedProcess[str]:
    environment = {**os.environ, "BACKLINE_DATA": str(folder), "BACKLINE_DATABASE_URL": url}
    command = [sys.executable, "-m", "backline.project.command", *words]
    return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)


def test_what_was_backed_up_is_put_back_and_what_came_after_is_gone(database: str, tmp_path: Path) -> None:
    folder, archive = tmp_path / "organisation", tmp_path / "kept.tar.gz"
    assert backline(database, folder, "migrate").returncode == 0
    backline(database, folder, "staff", "add", "Ann", "--email", "ann@example.org")
    assert backline(database, folder, "backup", str(archive)).returncode == 0
    backline(database, folder, "staff", "add", "Late", "--email", "late@example.org")
    with psycopg.connect(database) as somebody:
        somebody.execute("create table of_a_later_version (id integer)")
    assert "--force" in backline(database, folder, "restore", str(archive)).stderr
    done = backline(database, folder, "restore", str(archive), "--force")
    assert done.returncode == 0, done.stderr
    staff = json.loads(backline(database, folder, "staff", "list", "--json").stdout)
    assert [one["name"] for one in staff] == ["Ann"]
    with psycopg.connect(database) as somebody:
        assert somebody.execute("select to_regclass('of_a_later_version')").fetchone() == (None,)


def test_an_archive_of_sqlite_is_refused(database: str, tmp_path: Path) -> None:
    folder, archive = tmp_path / "organisation", tmp_path / "kept.tar.gz"
    backline("", folder, "migrate")
    assert backline("", folder, "backup", str(archive)).returncode == 0
    refused = backline(database, tmp_path / "other", "restore", str(archive))
    assert refused.returncode == 1
    assert "made from sqlite" in refused.stderr
