"""Run the parser of documents in a process of its own, with limits: a bomb harms that process alone."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from backline.documents.deadlines import Deadline
from backline.documents.parsing import recognition

OUT_OF_TIME = 3
"""How the parser ends when the rest of the pages have to wait for another go"""
SECONDS = 6.0
"""Of the processor"""
HARDLY_WORKED = 0.5
"""Of the time by the clock: whoever had less of the processor was waiting for it, which is no file's fault"""
GLANCE_S = 0.25
TICKS = os.sysconf("SC_CLK_TCK")
ENDED_FOR_TIME = (-signal.SIGXCPU, OUT_OF_TIME)
MOST_OUTPUT = 16 * 1024 * 1024


@dataclass(frozen=True, kw_only=True)
class Answer:
    """What the parser said, line by line, and how it ended: ``done``, ``time``, ``died``, or ``late`` where the clock
    ran out on a machine that was busy with other things."""

    lines: tuple[dict[str, Any], ...]
    ending: str


def ask_parser(
    task: str, *arguments: str | Path | int, seconds: float = SECONDS, deadline: Deadline | None = None
) -> Answer:
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
            ending = _awaited(process, out.fileno(), deadline or Deadline())
        out.seek(0)
        return Answer(lines=tuple(_lines(out.read(MOST_OUTPUT))), ending=ending)


def _awaited(process: subprocess.Popen[bytes], out: int, deadline: Deadline) -> str:
    began, said = time.monotonic(), 0
    while left := deadline.left():
        try:
            return _ending(process.wait(timeout=min(left, GLANCE_S)))
        except subprocess.TimeoutExpired:
            new, _, _ = os.pread(out, MOST_OUTPUT, said).rpartition(b"\n")
            said += len(new)
            if any(_worth_it(line) for line in _lines(new)):
                deadline.earn()
    worked = _worked(process.pid)
    _end(process)
    return "late" if worked < HARDLY_WORKED * (time.monotonic() - began) else "time"


def _worth_it(line: dict[str, Any]) -> bool:
    """Whether a page is being looked at, or words were found on one: reading pictures takes its time."""
    return bool(line.get("looking")) or (bool(line.get("words")) and line.get("engine") == "tesseract")


def _worked(parser: int) -> float:
    """Seconds of the processor that the parser and its child have had."""
    try:
        children = Path(f"/proc/{parser}/task/{parser}/children").read_text().split()
        stats = [Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split() for pid in (parser, *children)]
    except OSError:
        return 0.0
    return sum(int(ticks) for stat in stats for ticks in stat[11:15]) / TICKS


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
