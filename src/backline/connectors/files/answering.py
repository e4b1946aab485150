"""Whom to tell that an answer came: a table of one, filled by whoever wakes effects in this process."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import datetime

Told = Callable[[Sequence[str], datetime], None]
_told: list[Told] = []


def tell_to(told: Told | None) -> None:
    """From now on this is called with the keys that were answered; None: nobody is."""
    _told[:] = [told] if told else []


def tell(keys: Sequence[str], *, now: datetime) -> None:
    """These keys were answered."""
    for told in _told if keys else ():
        told(keys, now)
