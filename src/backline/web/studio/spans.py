"""Spans of time in as few signs as possible."""

from __future__ import annotations

from django.utils.formats import number_format
from django.utils.translation import pgettext

MINUTE, HOUR, DAY, YEAR = 60.0, 3600.0, 86_400.0, 365.25 * 86_400


def short(seconds: float | None) -> str:
    """``40 s``, ``6 min``, ``1.5 h``, ``18 h``, ``3.2 d``, ``54 d``; empty where nobody knows."""
    if seconds is None:
        return ""
    if seconds < 0.5:
        return f"0 {pgettext('unit of time', 's')}"
    units = (
        (MINUTE, 1.0, pgettext("unit of time", "s")),
        (HOUR, MINUTE, pgettext("unit of time", "min")),
        (2 * DAY, HOUR, pgettext("unit of time", "h")),
        (2 * YEAR, DAY, pgettext("unit of time", "d")),
        (float("inf"), YEAR, pgettext("unit of time", "y")),
    )
    for below, unit, name in units:
        if seconds < below:
            value = seconds / unit
            decimals = 1 if value < 9.95 and unit > MINUTE else 0
            return f"{number_format(round(value, decimals), decimals)} {name}".replace(".0 ", " ")
    return ""


def percent(part: float | None, decimals: int = 0) -> str:
    """``12 %``, ``<1 %``; empty where nobody knows."""
    if part is None:
        return ""
    if 0 < part < 0.01 and not decimals:
        return "<1\u202f%"
    return f"{number_format(round(100 * part, decimals), decimals)}\u202f%"
