"""How many calls may run at the same time, and how far apart they begin. One gate a system."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from backline.connectors import turns
from backline.connectors.leases import Places

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
        sleep: Callable[[float], None] = time.sleep, of_all: bool = False,
    ) -> None:  # fmt: skip
        """``of_all``: so many at once of all processes together, not of each."""
        self._system, self._rate, self._clock, self._sleep = system, rate, clock, sleep
        self._room = threading.Semaphore(at_once)
        self._lock = threading.Lock()
        self._next = 0.0
        self._running = 0
        self._places = Places(system, at_once=at_once, clock=clock, sleep=sleep) if of_all else None

    @property
    def running(self) -> int:
        """Calls that run now: of this process, or of all where the limit is for all."""
        return max(self._running, self._places.held()) if self._places else self._running

    @contextmanager
    def through(self, *, within_s: float, for_s: float = 10.0) -> Iterator[Turned | None]:
        """Within this a call runs, for so long at most; a value says that it must not."""
        ends = self._clock() + within_s
        if not self._room.acquire(timeout=within_s):
            yield Turned(FULL, within_s)
            return
        try:
            with self._placed(ends, for_s) as turned:
                yield turned or (self._paced(max(0.0, ends - self._clock())) if self._rate else None)
        finally:
            self._room.release()

    @contextmanager
    def _placed(self, ends: float, for_s: float) -> Iterator[Turned | None]:
        """Hold a place among all processes, where the limit is for all."""
        within_s = max(0.0, ends - self._clock())
        holder = self._places.take(within_s=within_s, for_s=for_s) if self._places else ""
        with self._lock:
            self._running += 1
        try:
            yield Turned(FULL, within_s) if holder is None else None
        finally:
            with self._lock:
                self._running -= 1
            if self._places and holder:
                self._places.free(holder)

    def _paced(self, within_s: float) -> Turned | None:
        """Wait for the next turn: one row for all processes, else counted in this process."""
        wait_s = turns.taken(self._system, rate=self._rate, within_s=within_s)
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
