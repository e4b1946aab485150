"""Wakes the loop of this process before its next look at the clock."""

from __future__ import annotations

import threading

_rung = threading.Event()


def ring() -> None:
    """Something is due, or due earlier than before."""
    _rung.set()


def wait(seconds: float) -> bool:
    """Wait for the bell, at most so long; True when it rang."""
    rang = _rung.wait(seconds)
    _rung.clear()
    return rang
