"""The light on a photographed page: evened out where it is not, and named where it hides what stands there."""

from __future__ import annotations

import numpy
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Numbers = NDArray[numpy.float64]
SMALL = 200
UNEVEN = 0.72
"""The paper's darkest parts against its brightest; below it the light is evened out"""
BURNT = 250
"""Greys from which on nothing is left of what was printed"""
DULL = 228
"""Paper that is brighter on the whole may well be white and empty where it is white"""
GLARE = 0.012
"""Of the page: a spot of light so large hides words"""
STEEP = 0.8
"""Of the frame around the spot, the spot is no more: the rest is paper that shows how bright it is without"""


def evened(image: Image.Image) -> Image.Image:
    """The page with the same light everywhere; as it is where that is so already."""
    paper = _paper(image.convert("L"))
    bright, dark = numpy.percentile(paper, 98), numpy.percentile(paper, 4)
    if bright <= 0 or dark >= UNEVEN * bright:
        return image
    light = Image.fromarray(paper.clip(1, 255).astype("uint8")).resize(image.size, Image.Resampling.BICUBIC)
    grey = numpy.asarray(image.convert("L"), dtype="float32")
    even = (255 * grey / numpy.asarray(light, dtype="float32").clip(1)).clip(0, 255)
    return Image.fromarray(even.astype("uint8"))


def hides(image: Image.Image) -> bool:
    """Whether a bright spot hides part of the page."""
    small = image.convert("L")
    small.thumbnail((SMALL, SMALL), Image.Resampling.BOX)
    grey = numpy.asarray(small, dtype=float)
    if numpy.median(grey) > DULL:
        return False
    spot = grey >= BURNT
    spot = _shrunk(_shrunk(spot))
    if spot.mean() < GLARE:
        return False
    rows, columns = numpy.nonzero(spot)
    top, bottom = int(rows.min()), int(rows.max()) + 1
    left, right = int(columns.min()), int(columns.max()) + 1
    frame = grey[max(top - 8, 0) : bottom + 8, max(left - 8, 0) : right + 8]
    return bool((frame < BURNT).mean() > 1 - STEEP)


def _paper(grey: Image.Image) -> Numbers:
    """How bright the paper is, everywhere: print is left out."""
    small = grey.copy()
    small.thumbnail((SMALL, SMALL), Image.Resampling.BOX)
    lit = small.filter(ImageFilter.MaxFilter(9)).filter(ImageFilter.GaussianBlur(7))
    return numpy.asarray(lit, dtype=float)


def _shrunk(mask: NDArray[numpy.bool_]) -> NDArray[numpy.bool_]:
    inner = mask.copy()
    inner[1:] &= mask[:-1]
    inner[:-1] &= mask[1:]
    inner[:, 1:] &= mask[:, :-1]
    inner[:, :-1] &= mask[:, 1:]
    return inner
