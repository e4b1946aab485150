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
from collections.abc import Sequence
from pathlib import Path
from queue import Empty, Queue
from typing import IO, Any, NamedTuple

from django.conf import settings

STARTS_WITHIN_S = 90.0
READS_WITHIN_S = 120.0
"""By the clock, and generous: a busy machine must not change what is read"""


class Again(NamedTuple):
    """What the second reader saw: words as everywhere, and the text in lines."""

    words: list[list[Any]]
    text: str


def installed() -> bool:
    """Whether the optional reader is there."""
    return all(importlib.util.find_spec(name) is not None for name in ("rapidocr", "onnxruntime"))


def look_again(path: Path, lines: Sequence[list[Any]], *, sure: float, whole: bool) -> Again | None:
    """The words of a picture, of which another reader saw these lines; those that were ``sure`` stay, unless the
    ``whole`` page is to be read. None where the second reader is not there, busy elsewhere, or too slow."""
    with _asking:
        global _reader
        if _reader is None and installed():
            _reader = _started()
        if _reader is None:
            return None
        answer = _reader.ask({"picture": str(path), "lines": lines, "sure": sure, "whole": whole})
        if answer is None:
            _reader.stop()
            _reader = None
        return answer


class SecondReader:
    """The process, as long as this one lives. It holds a lock that no second one may hold."""

    def __init__(self, lock: IO[str]) -> None:
        self._lock = lock
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

    def begins(self) -> bool:
        """Whether it is ready in time."""
        return bool(self._next(STARTS_WITHIN_S))

    def ask(self, question: dict[str, Any]) -> Again | None:
        """Its words; None where it is gone or took too long."""
        try:
            self._stdin.write(json.dumps(question) + "\n")
            self._stdin.flush()
        except OSError:
            return None
        told = self._next(READS_WITHIN_S)
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
            told = json.loads(self._said.get(timeout=within))
        except (Empty, ValueError):
            return {}
        return told if isinstance(told, dict) else {}


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
    if reader.begins():
        atexit.register(reader.stop)
        return reader
    reader.stop()
    return None


_asking = threading.Lock()
_reader: SecondReader | None = None
