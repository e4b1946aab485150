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

from backline.documents.parsing import recognition

OUT_OF_TIME = 3
"""How the parser ends when the rest of the pages have to wait for another go"""
SECONDS = 7.0
"""Of the processor. By the clock it may take ``PATIENCE`` times as long: that a machine is busy is no file's fault"""
PATIENCE = 8
ENDED_FOR_TIME = (-signal.SIGXCPU, OUT_OF_TIME)
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
                ending = _ending(process.wait(timeout=PATIENCE * seconds))
            except subprocess.TimeoutExpired:
                _end(process)
                ending = "time"
        out.seek(0)
        return Answer(lines=tuple(_lines(out.read(MOST_OUTPUT))), ending=ending)


def _ending(status: int) -> str:
    if status in ENDED_FOR_TIME:
        return "time"
    return "died" if status else "done"


def _end(process: subprocess.Popen[bytes]) -> None:
    """The whole group: the reader of pictures is a child of the parser."""
    try:
        os.killpg(process.pid, signal.SIGKILL)
    except ProcessLookupError:
        process.kill()


def _environment() -> dict[str, str]:
    """Nothing of ours goes in: no secrets, no addresses of databases."""
    kept = {name: os.environ[name] for name in ("PATH", "TESSDATA_PREFIX", "LANG") if name in os.environ}
    if recognition.installed():
        kept[recognition.LANGUAGES_TOLD] = "+".join(recognition.languages())
    return kept | {"OMP_THREAD_LIMIT": "1", "PYTHONDONTWRITEBYTECODE": "1"}


def _lines(out: bytes) -> Iterator[dict[str, Any]]:
    for line in out.splitlines():
        try:
            said = json.loads(line)
        except ValueError:
            return
        if isinstance(said, dict):
            yield said
