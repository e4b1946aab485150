"""An organisation's one colour becomes the few that pages need, each readable where it stands."""

from __future__ import annotations

from dataclasses import dataclass

READABLE = 4.5
WHITE, INK = "#ffffff", "#16171a"
PAPER_LIGHT, PAPER_DARK = "#f7f6f3", "#191b1f"


@dataclass(frozen=True, kw_only=True)
class Palette:
    """Colours as ``#rrggbb``; the pairs are (on a light page, on a dark page)."""

    brand: str
    hover: str
    on_brand: str
    text: tuple[str, str]
    soft: tuple[str, str]
    line: tuple[str, str]
    accent: str


def palette(colour: str, accent: str) -> Palette:
    """The palette of a brand whose main colour is ``colour`` (``#rrggbb``)."""
    soft = (mix(colour, WHITE, 0.9), mix(colour, PAPER_DARK, 0.8))
    return Palette(
        brand=colour,
        hover=mix(colour, INK if contrast(colour, WHITE) > 3 else WHITE, 0.14),
        on_brand=WHITE if contrast(colour, WHITE) >= contrast(colour, INK) else INK,
        text=(readable(colour, (soft[0], PAPER_LIGHT)), readable(colour, (soft[1], PAPER_DARK))),
        soft=soft,
        line=(mix(colour, WHITE, 0.7), mix(colour, PAPER_DARK, 0.55)),
        accent=accent,
    )


def readable(colour: str, grounds: tuple[str, ...]) -> str:
    """``colour``, moved towards ink or white just as far as text in it can be read on every ground."""
    towards = INK if luminance(grounds[0]) > 0.3 else WHITE
    for step in range(0, 101, 4):
        candidate = mix(colour, towards, step / 100)
        if all(contrast(candidate, ground) >= READABLE for ground in grounds):
            return candidate
    return towards


def contrast(one: str, other: str) -> float:
    """The ratio of WCAG 2: from 1 (the same) to 21 (black on white)."""
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def luminance(colour: str) -> float:
    """Relative luminance of WCAG 2, 0 to 1."""
    red, green, blue = (_linear(channel / 255) for channel in _channels(colour))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def mix(colour: str, other: str, share: float) -> str:
    """``colour`` with ``share`` (0 to 1) of ``other`` in it."""
    pairs = zip(_channels(colour), _channels(other), strict=True)
    return "#" + "".join(f"{round(a + (b - a) * share):02x}" for a, b in pairs)


def _channels(colour: str) -> tuple[int, int, int]:
    digits = colour.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(d * 2 for d in digits)
    return int(digits[0:2], 16), int(digits[2:4], 16), int(digits[4:6], 16)


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else float(((channel + 0.055) / 1.055) ** 2.4)
