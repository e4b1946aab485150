"""``backline demo --once`` plays the stories over real HTTP, SMTP and LMTP, and leaves nothing running."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path


def test_every_story_ends_as_it_must_and_nothing_is_left_running(tmp_path: Path) -> None:
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("BACKLINE_", "DJANGO_"))}
    played = subprocess.run(
        [sys.executable, "-m", "backline.project.command", "demo", "--once", "--json", "--data", str(tmp_path)],
        env=surroundings, capture_output=True, text=True, timeout=240,
    )  # fmt: skip
    assert played.returncode == 0, played.stdout + played.stderr
    table = json.loads(played.stdout)
    assert [(line["outcome"], line["touches"]) for line in table] == [
        ("member", 0),
        ("already", 0),
        ("paid", 1),
        ("paid, amended once", 1),
        ("declined", 1),
        ("moved", 0),
        ("waits for Lena", 0),
        ("paid", 2),
        ("paid, sent again", 1),
        ("paid, noted", 1),
        ("accepted", 1),
        ("confirmed", 1),
    ]
    running = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    assert str(tmp_path) not in running
