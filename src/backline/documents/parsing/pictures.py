"""Pictures: scans, photos, faxes. Each frame is a page; the text is recognised."""

from __future__ import annotations

import struct
import warnings
from collections.abc import Iterator
from typing import Any

from PIL import Image, ImageOps

from backline.documents.parsing import Unreadable, codes, lighting, recognition, straightening

MOST_DOTS = 60_000_000
"""An A3 page at 600 dpi has 70 million; what is larger is no page but a bomb"""
FORMATS = ("PNG", "JPEG", "TIFF", "GIF", "BMP", "WEBP", "MPO")
BROKEN = (OSError, SyntaxError, ValueError, EOFError, OverflowError, IndexError, KeyError, TypeError, struct.error)
"""What Pillow raises on files that are not as they should be"""
Image.MAX_IMAGE_PIXELS = MOST_DOTS


def count(path: str) -> int:
    """How many frames it has."""
    with _open(path) as image:
        try:
            return min(int(getattr(image, "n_frames", 1)), 10_000)
        except BROKEN as wrong:
            raise Unreadable("broken", "it is damaged") from wrong


def pages(path: str, start: int, most: int, doubts: str = "") -> Iterator[dict[str, Any]]:
    """Each frame: ``{"page", "text", "words", "engine", "codes", "glare"}``."""
    if not recognition.installed():
        raise Unreadable("unsupported", "no reader of pictures is installed")
    for number in range(start, min(count(path), most) + 1):
        frame = _frame(path, number)
        yield {"looking": recognition.page_sized(frame)}
        yield {"page": number, **_seen(frame, doubts, number)}


def picture(path: str, page: int, width: int) -> Image.Image:
    """One frame, ``width`` dots wide."""
    image = _frame(path, page)
    height = max(1, min(round(image.height * width / image.width), 4 * width))
    return image.resize((width, height), Image.Resampling.LANCZOS)


def cut(path: str, numbers: list[int], out: str) -> None:
    """Write these frames as a PDF, one-bit as they came where they were so."""
    frames = [_frame(path, number).convert("L") for number in numbers]
    frames[0].save(out, format="PDF", save_all=True, append_images=frames[1:], resolution=200)


def _seen(frame: Image.Image, doubts: str, number: int) -> dict[str, Any]:
    """What stands on a frame. A photo is straightened first; places are told on the frame as it came."""
    found = straightening.straightened(frame) if min(frame.size) >= recognition.PAGE_DOTS else None
    page, warp = found or (frame, None)
    glare = lighting.hides(page)
    page = lighting.evened(page) if warp else page
    told = recognition.said_of(page, doubts, number, photo=warp is not None)
    told |= {"codes": codes.find_codes(page), "glare": glare}
    if warp is None:
        return told
    if doubt := told.get("doubt"):
        doubt["warp"] = warp.numbers
    mapped = [[form, *warp.back([text, *box])] for form, text, *box in told["codes"]]
    return told | {"words": [warp.back(word) for word in told["words"]], "codes": mapped or codes.find_codes(frame)}


def _frame(path: str, number: int) -> Image.Image:
    with _open(path) as image:
        try:
            image.seek(number - 1)
            if image.width * image.height > MOST_DOTS or not image.width or not image.height:
                raise Unreadable("too much", "the picture is too large")
            return ImageOps.exif_transpose(_squared(image)).convert("RGB")
        except BROKEN as wrong:
            raise Unreadable("broken", "the picture is damaged") from wrong


def _squared(image: Image.Image) -> Image.Image:
    """A fax has more dots across than down to the inch: bring both to the finer one."""
    dots = image.info.get("dpi", (1, 1))
    try:
        across, down = float(dots[0]), float(dots[1])
    except (TypeError, ValueError, IndexError, ZeroDivisionError):
        return image
    if across <= 0 or down <= 0 or not 1.2 < across / down < 3:
        return image
    filled = Image.Resampling.NEAREST if image.mode == "1" else Image.Resampling.BICUBIC
    return image.convert("L").resize((image.width, round(image.height * across / down)), filled)


def _open(path: str) -> Image.Image:
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    try:
        return Image.open(path, formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as wrong:
        raise Unreadable("too much", "the picture is too large") from wrong
    except BROKEN as wrong:
        raise Unreadable("broken", "it is damaged and can't be opened") from wrong
