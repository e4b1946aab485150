"""When a system fails again and again, nobody asks it for a while. One breaker a system and process."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass, field


@dataclass(slots=True)
class Breaker:
    """Closed: all may ask. Open until the pause is over; then one may try, and its luck decides."""

    failures: int
    pause_s: float
    _failed: int = 0
    _open_until: float = 0.0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def may_ask(self) -> bool:
        """Whether to ask now. After the pause the first to come tries for all."""
        with self._lock:
            if self._failed < self.failures:
                return True
            now = time.monotonic()
            if now < self._open_until:
                return False
            self._open_until = now + self.pause_s
            return True

    def pause_left_s(self) -> float:
        """How long nobody asks yet."""
        return max(0.0, self._open_until - time.monotonic()) if self._failed >= self.failures else 0.0

    def note(self, *, answered: bool) -> None:
        """The system answered (whatever it said), or did not."""
        with self._lock:
            self._failed = 0 if answered else self._failed + 1
            if self._failed >= self.failures:
                self._open_until = time.monotonic() + self.pause_s
