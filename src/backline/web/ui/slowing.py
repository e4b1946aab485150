"""Nobody gets more than their share: what one caller or place did is counted by windows of time."""

from __future__ import annotations

import hashlib
import math
from datetime import datetime

from allauth.account.adapter import get_adapter
from django.core.cache import cache
from django.http import HttpRequest


def wait_s(what: str, whom: str, *, most: int, window_s: int, now: datetime, cost: int = 1) -> int:
    """Seconds until ``whom`` may do ``what`` again; 0 where ``most`` in a window is not passed by this ``cost``."""
    seconds = now.timestamp()
    window = math.floor(seconds / window_s)
    named = hashlib.sha256(f"{what}:{whom}:{window}".encode()).hexdigest()
    cache.add(named, 0, timeout=2 * window_s)
    try:
        counted = cache.incr(named, cost)
    except ValueError:  # it fell out of the cache between the two
        return 0
    return max(1, math.ceil((window + 1) * window_s - seconds)) if counted > most else 0


def place_of(request: HttpRequest) -> str:
    """The address from which somebody comes, behind the proxies that the settings trust."""
    return str(get_adapter(request).get_client_ip(request))
