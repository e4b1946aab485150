"""A part of a page, large enough to be read by a person who checks it."""

from __future__ import annotations

import io

from PIL import Image

from backline.documents.models import Document
from backline.documents.picturing import page_image
from backline.documents.reading import Box

WIDTH = 1600
AROUND_X, AROUND_LINES = 0.12, 1.5
"""What is shown beside it: a part of the page's width on either side, and lines of its own height above and below"""
LEAST = 0.012
"""Of the page's height: no line of print is lower"""


def page_part(document: Document, page: int, box: Box) -> bytes:
    """What stands in the box and around it, as a PNG. Raises ``NoPicture``."""
    picture = Image.open(io.BytesIO(page_image(document, page, WIDTH)))
    part = picture.crop(_pixels(around(box), picture.width, picture.height))
    written = io.BytesIO()
    part.save(written, "PNG")
    return written.getvalue()


def around(box: Box) -> Box:
    """The box with what is shown beside it, inside the page."""
    lines = AROUND_LINES * max(box.bottom - box.top, LEAST)
    return Box(
        left=max(0.0, box.left - AROUND_X),
        top=max(0.0, box.top - lines),
        right=min(1.0, box.right + AROUND_X),
        bottom=min(1.0, box.bottom + lines),
    )


def _pixels(box: Box, width: int, height: int) -> tuple[int, int, int, int]:
    left, top = int(box.left * width), int(box.top * height)
    return left, top, max(left + 1, round(box.right * width)), max(top + 1, round(box.bottom * height))
