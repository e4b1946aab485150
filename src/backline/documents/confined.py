"""Run the parser of documents in a process of its own, with limits: a bomb harms that process alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

SECONDS = 7.0
MOST_OUTPUT = 16 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the parser said, line by line, and how it ended: ``done``, ``time`` or ``died``."""

    lines: tuple[dict[str, Any], ...]
    ending: str


def ask_parser(task: str, *arguments: str | Path | int, seconds: float = SECONDS) -> Answer:
    """Have ``backline.documents.parser`` do a task; what it said before a limit struck is not lost."""
    command = [sys.executable, "-I", "-m", "backline.documents.parser", task, str(seconds), *map(str, arguments)]
    with tempfile.TemporaryFile() as out:  # a file: what it may hold is limited, and nobody waits for a reader
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=out,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
            env=_environment(),
        ) as process:
            try:
                ending = "done" if process.wait(timeout=seconds) == 0 else "died"
            except subprocess.TimeoutExpired:
                _end(process)
                ending = "time"
        out.seek(0)
        return Answer(lines=tuple(_lines(out.read(MOST_OUTPUT))), ending=ending)


def _end(process: subprocess.Popen[bytes]) -> None:
    """The whole group: the reader of pictures is a child of the parser."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        process.kill()


def _environment() -> dict[str, str]:
    """Nothing of ours goes in: no secrets, no addresses of databases."""
    kept = {name: os.environ[name] for name in ("PATH", "TESSDATA_PREFIX", "LANG") if name in os.environ}
    return kept | {"OMP_THREAD_LIMIT": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def _lines(out: bytes) -> Iterator[dict[str, Any]]:
    for line in out.splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            return
        if isinstance(said, dict):
            yield said
