"""Pages that were laid in crooked, sideways or upside down, and where their words stand on the page as it came."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from PIL import Image

QUARTER = 90
SMALL = 500
STEPS = tuple(range(-20, 21, 2))
FINE = (-1.0, -0.5, 0.0, 0.5, 1.0)
CROOKED_FROM = 1.5
"""Degrees; less the reader sees through"""
CLEARER = 1.15
"""So much more sharply do lines stand apart once they are level"""
SURE_ENOUGH = 1.0
ROTATE = re.compile(r"Rotate: (\d+)")
CONFIDENCE = re.compile(r"Orientation confidence: ([\d.]+)")


@dataclass(frozen=True, kw_only=True)
class Turn:
    """How a page was turned before it was read: degrees against the clock, and its size before and after."""

    degrees: float
    before: tuple[int, int]
    after: tuple[int, int]

    def back(self, word: list[Any]) -> list[Any]:
        """A word with its box as parts of the page as it came."""
        text, left, top, right, bottom, *more = word
        corners = [self._back(x, y) for x in (left, right) for y in (top, bottom)]
        across, down = [x for x, _ in corners], [y for _, y in corners]
        box = (min(across), min(down), max(across), max(down))
        return [text, *(round(min(max(side, 0.0), 1.0), 4) for side in box), *more]

    def _back(self, x: float, y: float) -> tuple[float, float]:
        angle = math.radians(self.degrees)
        across, down = (x - 0.5) * self.after[0], (y - 0.5) * self.after[1]
        was_across = across * math.cos(angle) - down * math.sin(angle)
        was_down = across * math.sin(angle) + down * math.cos(angle)
        return was_across / self.before[0] + 0.5, was_down / self.before[1] + 0.5


def turned(page: Image.Image, degrees: float) -> tuple[Image.Image, Turn]:
    """The page turned against the clock, as large as it has to be, white where there was nothing."""
    if degrees % QUARTER:
        image = page.rotate(degrees, resample=Image.Resampling.BICUBIC, expand=True, fillcolor=255)
    else:
        image = page.rotate(degrees, expand=True)
    return image, Turn(degrees=degrees, before=page.size, after=image.size)


def crookedness(page: Image.Image) -> float:
    """How many degrees against the clock make its lines level; 0 where they are, or where it can't be told."""
    small = page.convert("L")
    small.thumbnail((SMALL, SMALL))
    level = _sharpness(small, 0)
    rough = max(STEPS, key=lambda degrees: _sharpness(small, degrees))
    best = max((rough + more for more in FINE), key=lambda degrees: _sharpness(small, degrees))
    return best if abs(best) >= CROOKED_FROM and _sharpness(small, best) > CLEARER * level else 0.0


def quarters(said: str) -> int:
    """The quarter turns, in degrees against the clock, that the reader's own look at the page asks for."""
    found, sure = ROTATE.search(said), CONFIDENCE.search(said)
    if not found or not sure or float(sure[1]) < SURE_ENOUGH:
        return 0
    return -int(found[1]) % 360


def _sharpness(page: Image.Image, degrees: float) -> float:
    """How much the rows of a picture differ from one to the next."""
    image = page.rotate(degrees, resample=Image.Resampling.BILINEAR, fillcolor=255) if degrees else page
    rows = image.resize((1, image.height), Image.Resampling.BOX).tobytes()
    return float(sum((one - other) ** 2 for one, other in pairwise(rows)))
