"""Nobody gets more than their share: so many requests a minute for each caller, and few wrong tokens from one place."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import datetime

from django.core.cache import cache

from backline.web.api import problems
from backline.web.api.problems import Problem

A_MINUTE: Mapping[str, int] = {"token": 1200, "staff": 600, "party": 300, "stranger": 60}
"""Requests that are let through, by the kind of caller; of strangers those with a wrong token, by address"""
WINDOW_S = 60


def count(caller: str, kind: str, *, now: datetime) -> None:
    """Count a request of this caller; raises the problem when there were too many in this minute."""
    seconds = now.timestamp()
    window = math.floor(seconds / WINDOW_S)
    key = f"api:{caller}:{window}"
    cache.add(key, 0, timeout=2 * WINDOW_S)
    try:
        counted = cache.incr(key)
    except ValueError:  # it fell out of the cache between the two
        return
    if counted > A_MINUTE[kind]:
        wait = max(1, math.ceil((window + 1) * WINDOW_S - seconds))
        raise Problem(problems.SLOW_DOWN, headers={"Retry-After": str(wait)})
