"""How many calls may run at the same time in one process, and how far apart they begin. One gate a system."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from backline.connectors import turns

FULL = "as many calls as may run are running"
TOO_FAST = "calls come faster than its rate allows"


@dataclass(frozen=True, slots=True)
class Turned:
    """Not let in: why, and when it may be worth coming again."""

    reason: str
    pause_s: float
    tried: bool = True
    """False: not for its limits, but since a person said that the system is down"""


class Gate:
    """Lets so many in at once, and so many a second, evenly spaced; others wait, but not too long."""

    def __init__(
        self, system: str, *, at_once: int, rate: float = 0.0, clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self._system, self._rate, self._clock, self._sleep = system, rate, clock, sleep
        self._room = threading.Semaphore(at_once)
        self._lock = threading.Lock()
        self._next = 0.0
        self.running = 0

    @contextmanager
    def through(self, *, within_s: float) -> Iterator[Turned | None]:
        """Within this a call runs; a value says that it must not."""
        began = self._clock()
        if not self._room.acquire(timeout=within_s):
            yield Turned(FULL, within_s)
            return
        try:
            left = max(0.0, within_s - (self._clock() - began))
            turned = self._paced(left) if self._rate else None
            with self._lock:
                self.running += 1
            try:
                yield turned
            finally:
                with self._lock:
                    self.running -= 1
        finally:
            self._room.release()

    def _paced(self, within_s: float) -> Turned | None:
        """Wait for the next turn: one row for all processes on PostgreSQL, else counted in this process."""
        wait_s = turns.shared(self._system, rate=self._rate, within_s=within_s)
        if wait_s is None:
            wait_s = self._own(within_s)
        if wait_s > within_s:
            return Turned(TOO_FAST, wait_s)
        if wait_s > 0:
            self._sleep(wait_s)
        return None

    def _own(self, within_s: float) -> float:
        with self._lock:
            at = self._clock()
            begins = max(at, self._next)
            if begins - at <= within_s:
                self._next = begins + 1 / self._rate
            return begins - at
