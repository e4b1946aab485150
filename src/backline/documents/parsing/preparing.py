"""A picture as the reader of pictures likes it: grey, smooth where it was black and white alone, and large enough."""

from __future__ import annotations

from itertools import pairwise

from PIL import Image, ImageFilter, ImageOps

DOUBLE_BELOW = 1_600
"""Dots across; finer pictures are as large as the reader likes them"""
FAX_ACROSS = 1_760
"""Dots: a fax has 1,728, and a scan of the finer kind has more"""
SLIP = 1.35
"""A page so much higher than wide is a till receipt or the like, printed in dots and full of figures"""
LARGER, SLIP_LARGER = 1.5, 2.0
"""How much: a whole page twice as large takes a fifth more time, and shows hardly a word more once two have read it"""
MOST_TO_DOUBLE = 6_000_000
MOST_DOTS = 10_000_000
"""A sheet of A4 at 300 dots to the inch has 8.7 million; more show the reader nothing more, and take it longer"""
GREYS = slice(48, 208)
FEW_GREYS = 0.02
"""Of the dots of a picture: with fewer, it is one of black and white alone"""
SMOOTH, SMOOTHER = 0.8, 1.0
"""How far the dots of a fax run into one another; farther where each of its lines stands for two"""
MANY_TWICE = 0.4
LITTLE_INK = 0.005
LIGHTEST_INK = 210


def prepared(image: Image.Image) -> Image.Image:
    """Grey, with the whole range from black to white, and as large as the reader likes it."""
    page = image.convert("L")
    if two_toned(page) and page.width * page.height <= MOST_DOTS:
        return page.filter(ImageFilter.GaussianBlur(SMOOTHER if _lines_stand_twice(page) else SMOOTH))
    page = ImageOps.autocontrast(page, cutoff=1)
    if page.width * page.height > MOST_DOTS:
        smaller = (MOST_DOTS / (page.width * page.height)) ** 0.5
        return page.resize((round(page.width * smaller), round(page.height * smaller)), Image.Resampling.BOX)
    if page.width < DOUBLE_BELOW and page.width * page.height < MOST_TO_DOUBLE:
        larger = SLIP_LARGER if slip(page) else LARGER
        page = page.resize((round(page.width * larger), round(page.height * larger)), Image.Resampling.BICUBIC)
    return page


def slip(page: Image.Image) -> bool:
    """Whether a page has the shape of a till receipt."""
    return page.height > SLIP * page.width


def two_toned(page: Image.Image) -> bool:
    """Whether a grey picture is black and white alone, and fine enough to be a fax or a scan."""
    if page.width < DOUBLE_BELOW:
        return False
    return sum(page.histogram()[GREYS]) < FEW_GREYS * page.width * page.height


def coarse(page: Image.Image) -> bool:
    """Whether a picture is one of a fax machine: at most so many dots across, however fine its lines are."""
    return page.width <= FAX_ACROSS


def has_ink(image: Image.Image) -> bool:
    """Whether there is anything on a page that might be text."""
    grey = ImageOps.autocontrast(image.convert("L"), cutoff=0.1)
    grey.thumbnail((400, 400))
    return sum(grey.histogram()[:LIGHTEST_INK]) > LITTLE_INK * grey.width * grey.height


def _lines_stand_twice(page: Image.Image) -> bool:
    """A fax of 100 lines to the inch has most of them doubled here."""
    dots, across = page.tobytes(), page.width
    lines = [dots[at : at + across] for at in range(0, len(dots), across)]
    inked = [(one, other) for one, other in pairwise(lines) if 0 in one]
    return sum(one == other for one, other in inked) > MANY_TWICE * len(inked)
