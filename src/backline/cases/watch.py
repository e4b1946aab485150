"""Time that goes on while a door is open: the instant that was passed in, plus what has passed since."""

from __future__ import annotations

import time
from datetime import datetime, timedelta


class Watch:
    """Started with the ``now`` of a door, so that what is written after a slow call carries a later time."""

    def __init__(self, now: datetime) -> None:
        self._began_at = now
        self._began = time.monotonic_ns()

    def now(self) -> datetime:
        """The instant by this watch, in whole milliseconds."""
        return self._began_at + self.passed()

    def passed(self) -> timedelta:
        """How long it has been running."""
        return timedelta(milliseconds=(time.monotonic_ns() - self._began) // 1_000_000)
