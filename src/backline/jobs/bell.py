"""Wakes the loop of this process before its next look at the clock."""

from __future__ import annotations

import threading
from datetime import datetime

_rung = threading.Event()
_asleep_until: datetime | None = None
"""When the loop looks at the clock by itself; None while it is awake"""


def ring(due_at: datetime | None = None) -> None:
    """Something is due at this instant, or at once. What is due after the loop wakes by itself does not wake it."""
    asleep_until = _asleep_until
    if due_at is None or asleep_until is None or due_at < asleep_until:
        _rung.set()


def wait(seconds: float, *, until: datetime | None = None) -> bool:
    """Wait for the bell, at most so long, which is ``until`` that instant; True when it rang."""
    global _asleep_until
    _asleep_until = until
    rang = _rung.wait(seconds)
    _asleep_until = None
    _rung.clear()
    return rang
