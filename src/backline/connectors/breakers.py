"""When a system fails again and again, nobody asks it for a while; then a few try for all.

This is what one process knows of it; ``resting`` is what all of them know.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Literal

State = Literal["closed", "open", "half-open"]
Change = Literal["", "opened", "closed"]


@dataclass(slots=True)
class Breaker:
    """Closed: all may ask. Open: nobody until the pause is over. Half-open: a few may try, and their luck decides."""

    failures: int
    pause_s: float
    trials: int = 1
    clock: Callable[[], float] = time.monotonic
    _failed: int = 0
    _open_until: float = 0.0
    _trying: int = 0
    _answered: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def state(self) -> State:
        """Whether systems are asked now."""
        if self._failed < self.failures:
            return "closed"
        return "open" if self.clock() < self._open_until else "half-open"

    def may_ask(self) -> bool:
        """Whether to ask now. Who may, tells ``note`` or ``let_go`` afterwards, whatever happens."""
        with self._lock:
            if self._failed < self.failures:
                return True
            if self.clock() < self._open_until or self._trying >= self.trials:
                return False
            self._trying += 1
            return True

    def pause_left_s(self) -> float:
        """How long nobody asks yet."""
        return max(0.0, self._open_until - self.clock()) if self._failed >= self.failures else 0.0

    def note(self, *, answered: bool) -> Change:
        """The system answered (whatever it said), or did not. Answers what that changed."""
        with self._lock:
            if self._failed < self.failures:
                self._failed = 0 if answered else self._failed + 1
                return self._opened() if self._failed >= self.failures else ""
            self._trying = max(0, self._trying - 1)
            if not answered:
                return self._opened()
            if self.clock() < self._open_until:  # an answer to a question of before the pause
                return ""
            self._answered += 1
            if self._answered < self.trials:
                return ""
            self._failed = self._answered = self._trying = 0
            return "closed"

    def let_go(self) -> None:
        """Nothing was asked in the end."""
        with self._lock:
            self._trying = max(0, self._trying - 1)

    def _opened(self) -> Change:
        self._open_until = self.clock() + self.pause_s
        self._answered = self._trying = 0
        return "opened"
