"""An organisation's one colour becomes the few that pages need, each readable where it stands."""

from __future__ import annotations

import colorsys
from dataclasses import dataclass

READABLE, SEEN = 4.5, 2.4
WHITE, INK = "#ffffff", "#16171a"
PAPER_LIGHT, PAPER_DARK = "#f7f6f3", "#191b1f"
STEPS = 50


@dataclass(frozen=True, kw_only=True)
class Palette:
    """Colours as ``#rrggbb``; the pairs are (on a light page, on a dark page)."""

    brand: tuple[str, str]
    hover: tuple[str, str]
    deep: str
    """The far end of a gradient that begins with ``sheen`` and carries the same text"""
    sheen: str
    on_brand: str
    text: tuple[str, str]
    soft: tuple[str, str]
    line: tuple[str, str]
    accent: str


def palette(colour: str, accent: str) -> Palette:
    """The palette of a brand whose main colour is ``colour`` (``#rrggbb``)."""
    on_brand = WHITE if contrast(colour, WHITE) >= contrast(colour, INK) else INK
    soft = (tinted(colour, 0.945), tinted(colour, 0.145, most=0.4))
    in_the_dark = brightened(colour, PAPER_DARK, SEEN, on_brand)
    return Palette(
        brand=(colour, in_the_dark),
        hover=(mix(colour, WHITE if on_brand == WHITE else INK, 0.1), mix(in_the_dark, INK, 0.16)),
        deep=mix(colour, INK if on_brand == WHITE else WHITE, 0.35),
        sheen=brightened(colour, WHITE if on_brand == INK else INK, 3.0, on_brand),
        on_brand=on_brand,
        text=(readable(colour, (soft[0], PAPER_LIGHT)), readable(colour, (soft[1], PAPER_DARK))),
        soft=soft,
        line=(tinted(colour, 0.8), tinted(colour, 0.28, most=0.4)),
        accent=accent,
    )


def tinted(colour: str, lightness: float, *, most: float = 0.55) -> str:
    """The same hue at another lightness, with colour enough to be seen as one."""
    hue, _own, saturation = _hls(colour)
    return _hex(hue, lightness, min(max(saturation, 0.3), most) if saturation > 0.05 else saturation)


def readable(colour: str, grounds: tuple[str, ...]) -> str:
    """``colour``, made lighter or darker just as far as text in it can be read on every ground."""
    hue, own, saturation = _hls(colour)
    end = 0.0 if luminance(grounds[0]) > 0.3 else 1.0
    kept = min(saturation, 0.6) if end else saturation
    for step in range(STEPS + 1):
        candidate = _hex(hue, own + (end - own) * step / STEPS, kept if step else saturation)
        if all(contrast(candidate, ground) >= READABLE for ground in grounds):
            return candidate
    return WHITE if end else INK


def brightened(colour: str, ground: str, wanted: float, carrying: str) -> str:
    """``colour``, lighter until it stands out from ``ground``, as long as ``carrying`` can be read on it."""
    hue, own, saturation = _hls(colour)
    best = colour
    for step in range(STEPS + 1):
        candidate = _hex(hue, own + (0.75 - own) * step / STEPS, saturation) if step else colour
        if contrast(candidate, carrying) < READABLE:
            return best
        best = candidate
        if contrast(candidate, ground) >= wanted:
            return candidate
    return best


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


def _hls(colour: str) -> tuple[float, float, float]:
    red, green, blue = _channels(colour)
    return colorsys.rgb_to_hls(red / 255, green / 255, blue / 255)


def _hex(hue: float, lightness: float, saturation: float) -> str:
    return "#" + "".join(f"{round(channel * 255):02x}" for channel in colorsys.hls_to_rgb(hue, lightness, saturation))
