"""Small multiples: one measure over its periods, with the interval of each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from backline.insight.acts.intervals import Estimate

WIDTH, HEIGHT, PAD = 260.0, 72.0, 6.0
HEADROOM = 1.08
TOP_OF_SHARES = 1.0


@dataclass(frozen=True, kw_only=True)
class Dot:
    """One period: its point, and the interval as a line from top to bottom."""

    x: float
    y: float
    top: float
    bottom: float
    words: str
    whole: bool
    """The period is over"""


@dataclass(frozen=True, kw_only=True)
class Chart:
    """A line of points with intervals."""

    path: str
    band: str
    dots: list[Dot]
    most: float
    """The value at the top"""


def chart(told: Sequence[tuple[Estimate | None, str, bool]], *, is_share: bool) -> Chart | None:
    """A chart of estimates with their words; None where there is no line to draw."""
    known = [one for one, _words, _whole in told if one is not None]
    if len(known) < 2:
        return None
    highest = max(one.value for one in known) * 1.35 or 1.0
    most = max(min(highest, max((one.high or one.value) for one in known)), max(one.value for one in known)) * HEADROOM
    most = min(most, TOP_OF_SHARES) if is_share else most
    step = (WIDTH - 2 * PAD) / max(1, len(told) - 1)
    dots = [
        Dot(
            x=round(PAD + at * step, 1),
            y=_y(one.value, most),
            top=_y(one.value if one.high is None else one.high, most),
            bottom=_y(one.value if one.low is None else one.low, most),
            words=words,
            whole=whole,
        )
        for at, (one, words, whole) in enumerate(told)
        if one is not None
    ]
    path = "M" + "L".join(f"{dot.x} {dot.y}" for dot in dots)
    above = "L".join(f"{dot.x} {dot.top}" for dot in dots)
    below = "L".join(f"{dot.x} {dot.bottom}" for dot in reversed(dots))
    return Chart(path=path, band=f"M{above}L{below}Z", dots=dots, most=most)


def _y(value: float, most: float) -> float:
    part = min(1.0, value / most) if most else 0.0
    return round(HEIGHT - PAD - part * (HEIGHT - 2 * PAD), 1)
