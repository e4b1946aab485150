"""PDF: the text layer with a box for each word, pages as pictures, and OCR for pages without text."""

from __future__ import annotations

from collections.abc import Iterator
from ctypes import c_double, c_int
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as raw
from PIL import Image

from backline.documents.parsing import Unreadable, codes, preparing, recognition

DRAWN_WHEN_SHOWN = b"/NeedsRendering true"
SCALE = 10_000
"""Places are asked for as if the page were this many dots wide and high: parts of the page, however it is turned"""
LARGEST_SIDE = 5_000
OCR_WIDTH = 1_700
CODE_WIDTH = 1_240
MOST_LOOKED_AT = 20
"""Pages with a text layer on which codes are looked for"""
MOST_CHARACTERS = 60_000
FEWEST_CHARACTERS = 8
"""A page with less than this in its text layer is looked at as a picture"""


def count(path: str) -> int:
    """How many pages it has."""
    return len(_open(path))


def has_form(path: str) -> bool:
    """Whether it has fields to fill in, or says that its pages are a form to be drawn by the program that shows it."""
    return bool(_open(path).get_formtype() != raw.FORMTYPE_NONE) or DRAWN_WHEN_SHOWN in Path(path).read_bytes()


def pages(path: str, start: int, most: int, doubts: str = "") -> Iterator[dict[str, Any]]:
    """Each page: ``{"page", "text", "words", "engine"}``."""
    document = _open(path)
    for number in range(start - 1, min(len(document), most)):
        try:
            yield from _page(document[number], number + 1, doubts)
        except (pdfium.PdfiumError, Unreadable):
            yield {"page": number + 1, "text": "", "words": [], "engine": "broken"}


def picture(path: str, page: int, width: int) -> Image.Image:
    """One page, ``width`` dots wide."""
    document = _open(path)
    if not 1 <= page <= len(document):
        raise Unreadable("broken", "there is no such page")
    try:
        return _render(document[page - 1], width)
    except pdfium.PdfiumError as wrong:
        raise Unreadable("broken", "this page can't be drawn") from wrong


def cut(path: str, numbers: list[int], out: str) -> None:
    """Write these pages as a document of their own."""
    part = pdfium.PdfDocument.new()
    part.import_pages(_open(path), [number - 1 for number in numbers])
    part.save(out)


def _open(path: str) -> pdfium.PdfDocument:
    try:
        return pdfium.PdfDocument(path)
    except pdfium.PdfiumError as wrong:
        if getattr(wrong, "err_code", None) == raw.FPDF_ERR_PASSWORD or "password" in str(wrong).lower():
            raise Unreadable("encrypted", "it is protected by a password") from wrong
        raise Unreadable("broken", "it is damaged and can't be opened") from wrong


def _page(page: pdfium.PdfPage, number: int, doubts: str) -> Iterator[dict[str, Any]]:
    words, breaks = _words(page)
    if sum(len(word[0]) for word in words) >= FEWEST_CHARACTERS or not recognition.installed():
        found = codes.find_codes(_render(page, CODE_WIDTH)) if number <= MOST_LOOKED_AT and _is_scan(page) else []
        told = {"text": _text(words, breaks), "words": words, "engine": "text layer", "codes": found}
        yield {"page": number, **told}
        return
    picture = _render(page, OCR_WIDTH)
    yield {"looking": preparing.has_ink(picture)}
    yield {"page": number, "codes": codes.find_codes(picture), **recognition.said_of(picture, doubts, number)}


def _is_scan(page: pdfium.PdfPage) -> bool:
    """Whether a picture lies on it: a scanner may have put a text layer over that."""
    return next(iter(page.get_objects(filter=[raw.FPDF_PAGEOBJ_IMAGE], max_depth=2)), None) is not None


def _render(page: pdfium.PdfPage, width: int) -> Image.Image:
    across, down = page.get_size()
    if across <= 0 or down <= 0:
        raise Unreadable("broken", "this page has no size")
    scale = min(width / across, LARGEST_SIDE / down, LARGEST_SIDE / across)
    image: Image.Image = page.render(scale=scale).to_pil()
    return image.convert("RGB")


def _words(page: pdfium.PdfPage) -> tuple[list[list[Any]], list[int]]:
    """The words with their boxes, and before which word a new line begins."""
    layer = page.get_textpage()
    words: list[list[Any]] = []
    breaks: list[int] = []
    letters = ""
    box: list[float] = []
    for index in range(min(layer.count_chars(), MOST_CHARACTERS)):
        letter = _letter(layer, index)
        if letter.isspace() or not letter:
            letters, box = _finish(words, letters, box)
            if letter in "\r\n":
                breaks.append(len(words))
            continue
        found = _box(page, layer, index)
        if letters and found and box and found[0] - box[2] > max(box[3] - box[1], 0.005) * 1.5:
            letters, box = _finish(words, letters, box)
        letters += letter
        box = _around(box, found)
    _finish(words, letters, box)
    return words, breaks


def _letter(layer: pdfium.PdfTextPage, index: int) -> str:
    code = raw.FPDFText_GetUnicode(layer, index)
    return chr(code) if code not in (0, 0xFFFE, 0xFFFF) and not 0xD800 <= code <= 0xDFFF else " "


def _box(page: pdfium.PdfPage, layer: pdfium.PdfTextPage, index: int) -> list[float]:
    left, right, bottom, top = c_double(), c_double(), c_double(), c_double()
    if not raw.FPDFText_GetCharBox(layer, index, left, right, bottom, top):
        return []
    one, two = _place(page, left.value, top.value), _place(page, right.value, bottom.value)
    return [min(one[0], two[0]), min(one[1], two[1]), max(one[0], two[0]), max(one[1], two[1])]


def _place(page: pdfium.PdfPage, x: float, y: float) -> tuple[float, float]:
    across, down = c_int(), c_int()
    raw.FPDF_PageToDevice(page, 0, 0, SCALE, SCALE, 0, x, y, across, down)
    return across.value / SCALE, down.value / SCALE


def _around(box: list[float], other: list[float]) -> list[float]:
    if not box or not other:
        return box or other
    return [min(box[0], other[0]), min(box[1], other[1]), max(box[2], other[2]), max(box[3], other[3])]


def _finish(words: list[list[Any]], letters: str, box: list[float]) -> tuple[str, list[float]]:
    if letters and box:
        words.append([letters, *(round(side, 4) for side in box), 1.0])
    return "", []


def _text(words: list[list[Any]], breaks: list[int]) -> str:
    ends = set(breaks)
    parts = []
    for index, word in enumerate(words):
        parts.append("\n" if index in ends else " ")
        parts.append(word[0])
    return "".join(parts).strip()
