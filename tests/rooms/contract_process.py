"""A peer that is a process of its own: it prints its address, and is told on its standard input how to behave."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from backline.connectors.contract_suite import Peer

PAUSE_S = 7.0


class ProcessPeer(Peer):
    """Runs ``script``, which answers every line on its standard input with a line."""

    script: Path

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            [sys.executable, str(self.script)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        self.url = self._answer()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        assert self._process.stdin
        assert self._process.stdout
        self._process.stdin.close()
        self._process.wait(10)
        self._process.stdout.close()

    def count(self) -> int:
        return int(self.tell("count"))

    def tell(self, word: str) -> str:
        """Say a word to the process, and hear its answer."""
        assert self._process.stdin
        self._process.stdin.write(word + "\n")
        self._process.stdin.flush()
        return self._answer()

    @contextmanager
    def losing_answers(self) -> Iterator[None]:
        with self._behaving("lose"):
            yield

    @contextmanager
    def busy(self) -> Iterator[float]:
        with self._behaving("busy"):
            yield PAUSE_S

    @contextmanager
    def hanging(self) -> Iterator[None]:
        with self._behaving("hang"):
            yield

    @contextmanager
    def away(self) -> Iterator[None]:
        with self._behaving("away"):
            yield

    @contextmanager
    def _behaving(self, how: str) -> Iterator[None]:
        self.tell(how)
        try:
            yield
        finally:
            self.tell("well")

    def _answer(self) -> str:
        assert self._process.stdout
        return self._process.stdout.readline().strip()
