"""The processes of a run: each is started, killed and waited for by its own id."""

from __future__ import annotations

import contextlib
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence

import httpx

READY_S = 60.0


class DidNotStart(Exception):
    """A process ended, or said nothing, before it was ready."""


class Process:
    """One program that can be killed and started again."""

    def __init__(self, *words: str, before: Sequence[str] = (), told: Mapping[str, str] | None = None) -> None:
        self._words = words
        self._before, self._told = before, told or {}
        self._running: subprocess.Popen[str] | None = None

    def start(self) -> str:
        """Start it; its first line, which says that it is there."""
        command = [*self._before, sys.executable, "-m", *self._words]
        self._running = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
            env={**os.environ, **self._told, "PYTHONUNBUFFERED": "1"},
        )  # fmt: skip
        assert self._running.stdout is not None
        said = self._running.stdout.readline().strip()
        if not said:
            raise DidNotStart(f"{' '.join(self._words)} ended with status {self._running.wait(READY_S)}")
        return said

    def kill(self) -> None:
        """End it at once, wherever it is."""
        if self._running is not None:
            self._running.kill()
            self._running.wait()
            for stream in (self._running.stdin, self._running.stdout):
                if stream is not None:
                    stream.close()
            self._running = None


@contextlib.contextmanager
def running(process: Process) -> Iterator[str]:
    """The process, until the block ends; yields its first line."""
    try:
        yield process.start()
    finally:
        process.kill()


def free_port() -> int:
    """A port of loopback that nobody listens at."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(address: str) -> None:
    """Wait until the server takes requests."""
    ends = time.monotonic() + READY_S
    while time.monotonic() < ends:
        with contextlib.suppress(httpx.HTTPError):
            if httpx.get(f"{address}/ready", timeout=5).status_code == 200:
                return
        time.sleep(0.05)
    raise DidNotStart(f"{address} did not answer within {READY_S:.0f} seconds")
