"""Measures in a process of its own, with an organisation of its own: nothing of this process leaks into it."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile

LONGEST_S = 600


def measured_apart(module: str, *, longest_s: int = LONGEST_S) -> list[dict[str, object]]:
    """The rows that ``python -m MODULE`` prints; ``BACKLINE_DATA`` names an empty folder there."""
    with tempfile.TemporaryDirectory(prefix="backline-bench-") as folder:
        env = {name: value for name, value in os.environ.items() if not name.startswith("BACKLINE_")}
        env |= {"BACKLINE_DATA": folder, "DJANGO_SETTINGS_MODULE": "backline.project.settings"}
        told = subprocess.run(
            [sys.executable, "-m", module], env=env, capture_output=True, text=True, check=False, timeout=longest_s
        )
    if told.returncode:
        raise RuntimeError(f"{module} did not finish:\n{told.stderr}")
    rows: list[dict[str, object]] = json.loads(told.stdout)
    return rows
