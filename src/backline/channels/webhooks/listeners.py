"""Whether anybody is told anything, so that nothing is asked while a customer waits where nobody is."""

from __future__ import annotations

from datetime import datetime, timedelta

from backline.channels.webhooks.models import Subscription

_looked: datetime | None = None
_there = False


def any_now(now: datetime, *, every: timedelta) -> bool:
    """Whether there was a subscription when this process looked last."""
    global _looked, _there
    if _looked is None or not _looked <= now < _looked + every:
        _looked, _there = now, Subscription.objects.filter(ended_at=None).exists()
    return _there


def forget() -> None:
    """Look again at the next chance."""
    global _looked
    _looked = None
