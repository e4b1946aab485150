"""How a promise was kept month by month, as bars with the interval of each: placed here, drawn by the template."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backline.insight.promises.guarding import percent

HEIGHT, STEP, WIDTH = 120.0, 56.0, 30.0
LEFT = 44.0


@dataclass(frozen=True, kw_only=True)
class Bar:
    """One month."""

    month: datetime
    share: str
    low: str
    high: str
    cases: int
    x: float
    middle: float
    y: float
    height: float
    low_y: float
    high_y: float
    good: bool


@dataclass(frozen=True, kw_only=True)
class Bars:
    """All months, and the line of the level that is asked for."""

    bars: list[Bar]
    width: float
    level_y: float
    level: str


def bars_of(months: list[dict[str, Any]], level: float) -> Bars | None:
    """Where everything stands."""
    if not months:
        return None
    bars = [_bar(number, one, level) for number, one in enumerate(months)]
    return Bars(bars=bars, width=LEFT + STEP * len(bars), level_y=_y(level), level=percent(level))


def _bar(number: int, one: dict[str, Any], level: float) -> Bar:
    x = LEFT + STEP * number + (STEP - WIDTH) / 2
    return Bar(
        month=datetime.fromisoformat(f"{one['month']}-01"),
        share=percent(one["share"]),
        low=percent(one["low"]),
        high=percent(one["high"]),
        cases=one["cases"],
        x=round(x, 1),
        middle=round(x + WIDTH / 2, 1),
        y=_y(one["share"]),
        height=round(HEIGHT * one["share"], 1),
        low_y=_y(one["low"]),
        high_y=_y(one["high"]),
        good=one["share"] >= level,
    )


def _y(share: float) -> float:
    return round(HEIGHT * (1.0 - share), 1)
