"""The second reader of pictures, where the first one doubts: one process for all, which others do without meanwhile."""

from __future__ import annotations

import atexit
import fcntl
import importlib.util
import json
import os
import subprocess
import sys
import threading
import time
from collections.abc import Sequence
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Any, NamedTuple

from django.conf import settings

HANGS_AFTER_S = 120.0
"""By the clock, and generous. One that has not answered for so long never will, and another is started"""


class Again(NamedTuple):
    """What the second reader saw: words as everywhere, and the text in lines."""

    words: list[list[Any]]
    text: str


def installed() -> bool:
    """Whether the optional reader is there."""
    return all(importlib.util.find_spec(name) is not None for name in ("rapidocr", "onnxruntime"))


def begin() -> None:
    """Have it ready: it starts while whoever will need it does something else."""
    with _asking:
        _reader_here()


def look_again(
    path: Path, lines: Sequence[list[Any]], *, sure: float, whole: bool, within: float = HANGS_AFTER_S
) -> Again | None:
    """The words of a picture, of which another reader saw these lines; those that were ``sure`` stay, unless the
    ``whole`` page is to be read. None where the second reader is not there, busy elsewhere, or takes longer than
    ``within`` seconds."""
    ends = time.monotonic() + within
    if not _asking.acquire(timeout=within):
        return None
    try:
        reader = _reader_here()
        if reader is None:
            return None
        question = {"picture": str(path), "lines": lines, "sure": sure, "whole": whole}
        return reader.ask(question, within=ends - time.monotonic())
    finally:
        _asking.release()


class SecondReader:
    """The process, as long as this one lives. It holds a lock that no second one may hold."""

    def __init__(self, lock: IO[str]) -> None:
        self._lock = lock
        self._asked = 0
        self._asked_at = time.monotonic()
        self._answered = -1
        self._process = subprocess.Popen(
            [sys.executable, "-I", "-m", "backline.documents.parsing.second_engine"],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            env={name: os.environ[name] for name in ("PATH", "LANG") if name in os.environ},
        )
        self._said: Queue[str] = Queue()
        threading.Thread(target=self._listen, name="backline-second-reader", daemon=True).start()

    @property
    def lost(self) -> bool:
        """Whether it is gone, or hangs."""
        hangs = self._answered < self._asked and time.monotonic() - self._asked_at > HANGS_AFTER_S
        return hangs or self._process.poll() is not None

    def ask(self, question: dict[str, Any], *, within: float) -> Again | None:
        """Its words; None where it is gone or took too long. Its answer to what nobody waits for is passed over."""
        ends = time.monotonic() + within
        while self._answered < self._asked:
            if not self._next(ends - time.monotonic()):
                return None
        try:
            self._stdin.write(json.dumps(question) + "\n")
            self._stdin.flush()
        except OSError:
            return None
        self._asked, self._asked_at = self._asked + 1, time.monotonic()
        told = self._next(ends - time.monotonic())
        return Again(told.get("words", []), str(told.get("text", ""))) if told else None

    def stop(self) -> None:
        """End it, and let another begin."""
        self._process.kill()
        self._process.wait()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe:
                pipe.close()
        self._lock.close()

    @property
    def _stdin(self) -> IO[str]:
        assert self._process.stdin is not None
        return self._process.stdin

    def _listen(self) -> None:
        for line in self._process.stdout or ():
            self._said.put(line)
        self._said.put("{}")

    def _next(self, within: float) -> dict[str, Any]:
        try:
            told = json.loads(self._said.get(timeout=max(within, 0.0)))
        except (Empty, ValueError):
            return {}
        if not isinstance(told, dict) or not told:
            return {}
        self._answered += 1
        return told


def _reader_here() -> SecondReader | None:
    """The second reader, started if it never was or is lost."""
    global _reader
    if _reader is not None and _reader.lost:
        _reader.stop()
        _reader = None
    if _reader is None and installed():
        _reader = _started()
    return _reader


def _started() -> SecondReader | None:
    """The second reader, unless another process of this organisation has it already."""
    path = Path(settings.FOLDER) / "cache" / "second-reader.lock"
    path.parent.mkdir(parents=True, exist_ok=True)
    lock = path.open("w")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        lock.close()
        return None
    reader = SecondReader(lock)
    atexit.register(reader.stop)
    return reader


_asking = threading.Lock()
_reader: SecondReader | None = None
