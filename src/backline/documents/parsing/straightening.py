"""A page that somebody photographed: where its corners are on the picture, and the page as a scanner would show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Numbers = NDArray[numpy.float64]
Mask = NDArray[numpy.bool_]
SMALL = 220
"""Dots of the longer side of the picture in which the page is looked for"""
LEAST_OF_PICTURE, MOST_OF_PICTURE = 0.2, 0.96
FILLED = 0.8
"""How much of the four-sided figure between the corners is paper"""
BRIGHTER = 40
"""Greys between paper and what it lies on"""
LOOSE = 0.35
"""Of the picture's own edge: at most so much of it is paper, or it is no photo of a page on something"""
LONGEST = 3_200
UNIT = ((0.0, 0.0), (1.0, 0.0), (1.0, 1.0), (0.0, 1.0))


@dataclass(frozen=True, kw_only=True)
class Warp:
    """How places on the straightened page become places on the picture: eight numbers, over parts of both."""

    numbers: tuple[float, ...]

    def back(self, word: list[Any]) -> list[Any]:
        """A word with its box as parts of the picture as it came."""
        text, left, top, right, bottom, *more = word
        corners = [self._back(x, y) for x in (left, right) for y in (top, bottom)]
        across, down = [x for x, _ in corners], [y for _, y in corners]
        box = (min(across), min(down), max(across), max(down))
        return [text, *(round(min(max(side, 0.0), 1.0), 4) for side in box), *more]

    def _back(self, x: float, y: float) -> tuple[float, float]:
        a, b, c, d, e, f, g, h = self.numbers
        under = g * x + h * y + 1
        return (a * x + b * y + c) / under, (d * x + e * y + f) / under


def straightened(image: Image.Image) -> tuple[Image.Image, Warp] | None:
    """The page alone and level; None where the picture shows no page lying on something darker."""
    corners = page_corners(image)
    if corners is None:
        return None
    scaled = corners * (image.width, image.height)
    across, down = _length(scaled, 0, 1, 3, 2), _length(scaled, 0, 3, 1, 2)
    less = min(1.0, LONGEST / max(across, down))
    size = max(1, round(across * less)), max(1, round(down * less))
    numbers = _warp(corners)
    a, b, c, d, e, f, g, h = numbers
    wide, high = image.size
    dots = (a * wide / size[0], b * wide / size[1], c * wide, d * high / size[0], e * high / size[1], f * high)
    level = image.transform(
        size, Image.Transform.PERSPECTIVE, (*dots, g / size[0], h / size[1]), Image.Resampling.BICUBIC
    )
    return level, Warp(numbers=numbers)


def page_corners(image: Image.Image) -> Numbers | None:
    """The page's corners as parts of the picture, clockwise from the top left; None where there is no such page."""
    small = image.convert("L")
    small.thumbnail((SMALL, SMALL), Image.Resampling.BOX)
    grey = numpy.asarray(small.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.MedianFilter(5)), dtype=float)
    mask = _paper(grey)
    if mask is None:
        return None
    rows, columns = numpy.nonzero(mask)
    ends = (rows + columns, rows - columns)
    places = [ends[0].argmin(), ends[1].argmin(), ends[0].argmax(), ends[1].argmax()]
    corners = numpy.array(
        [(columns[at] + (way in (1, 2)), rows[at] + (way > 1)) for way, at in enumerate(places)], float
    )
    area = _area(corners)
    if not LEAST_OF_PICTURE < area / mask.size < MOST_OF_PICTURE or mask.sum() < FILLED * area or not _convex(corners):
        return None
    high, wide = mask.shape
    return corners / (wide, high)


def _paper(grey: Numbers) -> Mask | None:
    """What is bright and hangs together with the middle of the picture, with something darker around it."""
    border = _threshold(grey)
    bright = grey > border
    if bright.all() or not bright.any() or grey[bright].mean() - grey[~bright].mean() < BRIGHTER:
        return None
    mask = _connected(bright)
    ring = numpy.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])
    return mask if mask.any() and ring.mean() <= LOOSE else None


def _threshold(grey: Numbers) -> float:
    """The grey that parts a picture best into dark and bright (Otsu)."""
    counts = numpy.bincount(grey.astype(int).ravel(), minlength=256).astype(float)
    below, total = counts.cumsum(), counts.sum()
    sums = (counts * numpy.arange(256)).cumsum()
    with numpy.errstate(divide="ignore", invalid="ignore"):
        apart = below * (total - below) * (sums / below - (sums[-1] - sums) / (total - below)) ** 2
    return float(numpy.nan_to_num(apart).argmax())


def _connected(bright: Mask) -> Mask:
    high, wide = bright.shape
    found = numpy.zeros_like(bright)
    middle = (slice(high * 2 // 5, high * 3 // 5), slice(wide * 2 // 5, wide * 3 // 5))
    found[middle] = bright[middle]
    size = 0
    while size != (size := int(found.sum())):
        for _ in range(8):
            grown = found.copy()
            grown[1:] |= found[:-1]
            grown[:-1] |= found[1:]
            grown[:, 1:] |= found[:, :-1]
            grown[:, :-1] |= found[:, 1:]
            found = grown & bright
    return found


def _warp(corners: Numbers) -> tuple[float, ...]:
    rows, right = [], []
    for (x, y), (to_x, to_y) in zip(UNIT, corners, strict=True):
        rows += [[x, y, 1, 0, 0, 0, -x * to_x, -y * to_x], [0, 0, 0, x, y, 1, -x * to_y, -y * to_y]]
        right += [to_x, to_y]
    return tuple(float(number) for number in numpy.linalg.solve(numpy.array(rows), numpy.array(right)))


def _length(corners: Numbers, a: int, b: int, c: int, d: int) -> float:
    """The longer of two sides that face one another."""
    return float(max(numpy.linalg.norm(corners[a] - corners[b]), numpy.linalg.norm(corners[c] - corners[d])))


def _area(corners: Numbers) -> float:
    x, y = corners[:, 0], corners[:, 1]
    return float(abs(numpy.dot(x, numpy.roll(y, 1)) - numpy.dot(y, numpy.roll(x, 1))) / 2)


def _convex(corners: Numbers) -> bool:
    sides = numpy.roll(corners, -1, axis=0) - corners
    after = numpy.roll(sides, -1, axis=0)
    turns = sides[:, 0] * after[:, 1] - sides[:, 1] * after[:, 0]
    return bool((turns > 0).all())
