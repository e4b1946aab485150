"""What is seldom there is looked for seldom: a process asks again after a while, so that nobody waits for it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

EVERY = timedelta(seconds=5)
"""So long a process may miss what another one has just written"""


class Seldom:
    """Whether there is any of something, as this process saw it last."""

    def __init__(self, look: Callable[[], bool], *, every: timedelta = EVERY) -> None:
        self._look, self._every = look, every
        self._looked: datetime | None = None
        self._there = False

    def any_now(self, now: datetime) -> bool:
        """Whether there was any when it was looked last."""
        if self._looked is None or not self._looked <= now < self._looked + self._every:
            self._looked, self._there = now, self._look()
        return self._there

    def forget(self) -> None:
        """Look again at the next chance."""
        self._looked = None
