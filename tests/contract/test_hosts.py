"""Several hosts over one PostgreSQL: one is cut off and comes back, one is killed, and the work goes on elsewhere."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.postgresql import NOT_HERE

ROOT = Path(__file__).parents[2]
ON_POSTGRESQL = os.environ.get("BACKLINE_DATABASE_URL", "").startswith("postgres")


@pytest.mark.postgresql
@pytest.mark.skipif(not ON_POSTGRESQL, reason="runs once, with the tests on PostgreSQL (tests/postgresql.py)")
def test_what_a_host_had_in_hand_goes_on_elsewhere_and_nothing_is_done_twice_when_it_comes_back() -> None:
    command = [sys.executable, "-m", "tests.crash.apart", "--seed", "2", "--json"]
    done = subprocess.run(
        command, cwd=ROOT, env=dict(os.environ), capture_output=True, text=True, check=False, timeout=300
    )
    if done.returncode == NOT_HERE:
        pytest.skip(done.stderr.strip())
    assert done.stdout, done.stderr
    counted = json.loads(done.stdout)
    assert counted.pop("kills") == 2
    assert counted.pop("accepted") > 10
    assert counted == {"lost": 0, "doubled": 0, "chains_broken": 0, "timers_missed": 0}
    assert done.returncode == 0
