"""Who may enter: colleagues with the duty of an analyst or an administrator; for all others the pages are not there."""

from __future__ import annotations

import time
from datetime import datetime
from pathlib import Path

from django.conf import settings

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
    if time.monotonic() < _NEXT.get(where, 0.0):
        return
    started = time.monotonic()
    feeding.catch_up(folder=where, now=now)
    _NEXT[where] = time.monotonic() + PATIENCE * (time.monotonic() - started)


PATIENCE = 20
"""Reading takes at most one part in so many of the time"""
_NEXT: dict[Path, float] = {}
