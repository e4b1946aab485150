"""Nobody gets more than their share: so many requests a minute for each caller, and few wrong tokens from one place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.conf import settings

from backline.web.api import problems
from backline.web.api.problems import Problem
from backline.web.ui.slowing import wait_s

A_MINUTE: Mapping[str, int] = {"token": 1200, "staff": 600, "party": 300, "stranger": 60}
"""Requests that are let through, by the kind of caller; of strangers those with a wrong token, by address"""
WINDOW_S, HOUR_S, KILOBYTE = 60, 3600, 1024


def count(caller: str, kind: str, *, now: datetime) -> None:
    """Count a request of this caller; raises the problem when there were too many in this minute."""
    _refuse(wait_s("api", caller, most=A_MINUTE[kind], window_s=WINDOW_S, now=now))


def count_bytes(caller: str, size: int, *, now: datetime) -> None:
    """Count what a customer sends, together with what they send by forms; raises the problem when it is too much."""
    most = settings.ORGANISATION.limits.bytes_an_hour // KILOBYTE
    _refuse(wait_s("files", caller, most=most, window_s=HOUR_S, now=now, cost=size // KILOBYTE))


def _refuse(wait: int) -> None:
    if wait:
        raise Problem(problems.SLOW_DOWN, headers={"Retry-After": str(wait)})
