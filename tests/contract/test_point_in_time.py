"""PostgreSQL's own log brings an organisation back to a moment, and what is there then verifies."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path

import psycopg
import pytest

from tests import postgresql

ON_POSTGRESQL = os.environ.get("BACKLINE_DATABASE_URL", "").startswith("postgres")
TYPE = """\
case: note
title: Note
for: customer
owner: desk
roles:
  customer: {label: You}
facts:
  number: {label: Which number?, type: integer, ask: customer}
outcomes:
  done: {label: Done, when: number > 100}
  otherwise: {label: Not settled}
"""
OPEN = """
import sys
import django
django.setup()
from django.utils import timezone
from backline.cases.openings.opening import open_case
from backline.people.actors import SYSTEM
from backline.people.parties import create_party
for number in sys.argv[1:]:
    now = timezone.now()
    ann = create_party(name="Ann", now=now).pk
    open_case(type_key="note", by=SYSTEM, channel="api", parties={"customer": ann}, facts={"number": number}, now=now)
"""


@pytest.fixture
def room() -> Iterator[Path]:
    """A folder to which PostgreSQL's own user may write."""
    with tempfile.TemporaryDirectory(prefix="backline-moment-") as name:
        folder = Path(name)
        (folder / "log").mkdir()
        (folder / "restored").mkdir(mode=0o700)
        postgresql.own(folder, folder / "log", folder / "restored")
        yield folder


@pytest.mark.postgresql
@pytest.mark.skipif(not ON_POSTGRESQL, reason="runs once, with the tests on PostgreSQL (tests/postgresql.py)")
@pytest.mark.skipif(postgresql.programs() is None, reason="needs PostgreSQL's programs")
def test_what_came_after_the_moment_is_gone_and_the_rest_verifies(room: Path) -> None:
    organisation = room / "organisation"
    (organisation / "types" / "note").mkdir(parents=True)
    (organisation / "types" / "note" / "type.yaml").write_text(TYPE, encoding="utf-8")
    told = {"BACKLINE_DATA": str(organisation), "DJANGO_SETTINGS_MODULE": "backline.project.settings"}
    keeps = f"-c archive_mode=on -c archive_command='test ! -f {room}/log/%f && cp %p {room}/log/%f'"
    with postgresql.cluster(options=keeps) as kept:
        told["BACKLINE_DATABASE_URL"] = kept.url
        backline(told, "migrate")
        backline(told, "types", "publish")
        postgresql.back_up(kept.url, room / "restored" / "data")
        python(told, "-c", OPEN, "1", "2")
        with psycopg.connect(kept.url, autocommit=True) as server:
            moment = server.execute("select clock_timestamp()::text").fetchone()
        assert moment is not None
        python(told, "-c", OPEN, "3")
        kept.close()
    go_back(room / "restored" / "data", room / "log", moment[0])
    with postgresql.started(room / "restored" / "data") as url:
        said = backline(told | {"BACKLINE_DATABASE_URL": url}, "verify", "--json")
    found = json.loads(said)
    assert (found["cases"], found["broken"]) == (2, [])


def go_back(data: Path, log: Path, moment: str) -> None:
    """As the guide has it."""
    with (data / "postgresql.auto.conf").open("a", encoding="utf-8") as settings:
        settings.write(f"restore_command = 'cp {log}/%f %p'\nrecovery_target_time = '{moment}'\n")
        settings.write("recovery_target_action = 'promote'\n")
    (data / "recovery.signal").touch()
    postgresql.own(data / "recovery.signal")


def backline(told: Mapping[str, str], *words: str) -> str:
    return python(told, "-m", "backline.project.command", *words)


def python(told: Mapping[str, str], *words: str) -> str:
    environment = {**os.environ, **told}
    done = subprocess.run([sys.executable, *words], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout
