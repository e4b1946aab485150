"""Who may enter: colleagues with the duty of an analyst or an administrator; for all others the pages are not there."""

from __future__ import annotations

import logging
import threading
import time
from datetime import datetime
from pathlib import Path

from django.conf import settings
from django.db import connections

from backline.insight.acts import feeding
from backline.web.ui.colleagues import for_colleagues

DUTIES = ("analyst", "administrator")
for_analysts = for_colleagues(lambda actor: any(actor.has_duty(duty) for duty in DUTIES))


def folder() -> Path:
    """Where the store of logs is."""
    where: Path = settings.ORGANISATION.folder
    return where


def catch_up(now: datetime) -> None:
    """Read into the store what our own cases did since somebody last looked; where that takes long, not each time."""
    where = folder()
    if where in _READING or time.monotonic() < _NEXT.get(where, 0.0):
        return
    started = time.monotonic()
    there = feeding.catch_up(folder=where, now=now, most=AT_ONCE)
    _NEXT[where] = time.monotonic() + PATIENCE * (time.monotonic() - started)
    if there > AT_ONCE:
        _READING[where] = (AT_ONCE, there)
        threading.Thread(target=_read_on, args=(where, now), name="insight", daemon=True).start()


def being_read() -> tuple[int, int] | None:
    """How many cases were read so far, of how many, while there is more to read than a page waits for."""
    return _READING.get(folder())


def _read_on(where: Path, now: datetime) -> None:
    def tell(count: int, whole: int) -> None:
        _READING[where] = (count, whole)

    try:
        feeding.catch_up(folder=where, now=now, between=tell)
    except Exception:
        trouble.exception("what cases did could not be read")
    finally:
        _READING.pop(where, None)
        connections.close_all()


AT_ONCE = 1000
"""Cases that are read while somebody waits; the others are read in a thread"""
_READING: dict[Path, tuple[int, int]] = {}
trouble = logging.getLogger(__name__)
PATIENCE = 20
"""Reading takes at most one part in so many of the time"""
_NEXT: dict[Path, float] = {}
