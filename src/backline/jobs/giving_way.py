"""People who wait for a page go before what nobody waits for: the loop lets them pass, but not for ever."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager

_changed = threading.Condition()
_waiting = 0


@contextmanager
def first() -> Iterator[None]:
    """Somebody waits meanwhile for what this thread does."""
    _count(1)
    try:
        yield
    finally:
        _count(-1)


def let_pass(seconds: float) -> bool:
    """Wait until nobody waits, at most so long; False when somebody still does."""
    with _changed:
        return _changed.wait_for(lambda: not _waiting, seconds)


def _count(more: int) -> None:
    global _waiting
    with _changed:
        _waiting += more
        if not _waiting:
            _changed.notify_all()
