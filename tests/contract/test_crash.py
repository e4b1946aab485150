"""A short crash test: three kills under load, and nothing is lost, doubled, broken or missed."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parents[2]


def test_whatever_is_killed_every_request_ends_and_every_effect_is_made_once() -> None:
    database = "postgresql" if os.environ.get("BACKLINE_DATABASE_URL", "").startswith("postgres") else "sqlite"
    command = [sys.executable, "-m", "tests.crash", "--kills", "3", "--seed", "2", "--database", database, "--json"]
    done = subprocess.run(
        command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False, timeout=300
    )
    assert done.stdout, done.stderr
    counted = json.loads(done.stdout)
    assert counted.pop("kills") == 3
    assert counted.pop("accepted") > 10
    assert counted == {"lost": 0, "doubled": 0, "chains_broken": 0, "timers_missed": 0}
    assert done.returncode == 0
