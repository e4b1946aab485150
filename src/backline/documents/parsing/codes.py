"""QR, DataMatrix and Code 128 on a page, looked for in several pictures of it: a poor scan gives up its code late."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import zxingcpp
from PIL import Image, ImageFilter

from backline.documents.parsing import preparing

FORMATS = zxingcpp.barcode_formats_from_str("QRCode,DataMatrix,Code128")
WIDEST = 2_000
MOST_CODES = 20
LONGEST = 500


def find_codes(image: Image.Image) -> list[list[Any]]:
    """``[format, text, left, top, right, bottom]`` for each code; the first picture that shows any decides."""
    page = image.convert("L")
    if page.width > WIDEST:
        page = page.resize((WIDEST, max(1, page.height * WIDEST // page.width)), Image.Resampling.BOX)
    for better in FAX_PASSES if preparing.two_toned(page) else PASSES:
        picture = better(page)
        if picture.width and picture.height and (found := _codes(picture)):
            return found
    return []


def _codes(picture: Image.Image) -> list[list[Any]]:
    dots = memoryview(picture.tobytes()).cast("B", (picture.height, picture.width))
    found = zxingcpp.read_barcodes(dots, formats=FORMATS, try_invert=False)
    return [_code(one, picture) for one in found[:MOST_CODES] if one.text]


def _code(found: zxingcpp.Barcode, picture: Image.Image) -> list[Any]:
    place = found.position
    corners = (place.top_left, place.top_right, place.bottom_right, place.bottom_left)
    across, down = [corner.x for corner in corners], [corner.y for corner in corners]
    left, right = (side / picture.width for side in (min(across), max(across)))
    top, bottom = (side / picture.height for side in (min(down), max(down)))
    return [str(found.format), found.text[:LONGEST], *(round(side, 4) for side in (left, top, right, bottom))]


PASSES: tuple[Callable[[Image.Image], Image.Image], ...] = (
    lambda page: page,
    lambda page: page.reduce(2) if min(page.size) > 2 else page,
    lambda page: page.filter(ImageFilter.GaussianBlur(1.5)),
)
"""As it is, at half size, smoothed. The library itself looks in every direction, also upside down"""
FAX_PASSES = (*PASSES, lambda page: page.filter(ImageFilter.MedianFilter(3)))
"""And without specks, which only a page of two tones has"""
