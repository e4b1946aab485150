"""Money as pages show it: in whole units of the organisation's currency, with the interval."""

from __future__ import annotations

from django.conf import settings
from django.utils.formats import number_format

from backline.insight.acts.intervals import Estimate

SMALL = 100


def money(value: float | None) -> str:
    """``1,240 EUR``; below a hundred with cents."""
    if value is None:
        return ""
    decimals = 2 if 0 < abs(value) < SMALL else 0
    return f"{number_format(round(value, decimals), decimals, force_grouping=True)} {settings.ORGANISATION.currency}"


def money_range(one: Estimate | None) -> str:
    """From the lowest to the highest that it may be."""
    if one is None or one.low is None or one.high is None or money(one.low) == money(one.high):
        return ""
    return f"{money(one.low)} – {money(one.high)}"
