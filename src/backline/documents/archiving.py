"""An archive copy of a document: PDF/A-2b, each page a picture with its words behind it. The original stays."""

from __future__ import annotations

import calendar
import json
import tempfile
from importlib import resources
from io import BytesIO
from pathlib import Path
from typing import Any, Literal

import typst
from PIL import Image

from backline.documents.models import Document
from backline.documents.picturing import page_image
from backline.documents.reading import PageText, read

STANDARD: Literal["a-2b"] = "a-2b"
FONT = "Source Sans 3"
DOTS_ACROSS = 1_600
WIDTH = 595.28
"""Points: as wide as A4, however the page was scanned"""
MOST_PAGES = 300


class NotArchived(Exception):
    """No copy could be made; the message says why."""


def archive_copy(document: Document) -> bytes:
    """The copy. Same document, same bytes. Raises ``NotArchived``, and ``NoPicture`` where a page can't be drawn."""
    reading = read(document)
    if not reading.pages or len(reading.pages) < reading.page_count:
        raise NotArchived(f"{document.name} was not read to its end, so a copy would lack pages.")
    if reading.page_count > MOST_PAGES:
        raise NotArchived(f"{document.name} has more pages than one copy may have.")
    parts = resources.files("backline.documents") / "letter_parts"
    with resources.as_file(parts) as kept, tempfile.TemporaryDirectory(prefix="backline-") as name:
        folder = Path(name)
        pages = [_page(document, page, folder) for page in reading.pages]
        told = {"title": document.name, "font": FONT, "pages": pages}
        (folder / "pages.json").write_text(json.dumps(told), encoding="utf-8")
        (folder / "archive.typ").write_bytes((kept / "archive.typ").read_bytes())
        return _set(folder, kept / "fonts", calendar.timegm(document.stored_at.timetuple()))


def _page(document: Document, page: PageText, folder: Path) -> dict[str, Any]:
    content = page_image(document, page.number, DOTS_ACROSS)
    name = f"{page.number}.png"
    (folder / name).write_bytes(content)
    with Image.open(BytesIO(content)) as image:
        across, down = image.size
    return {
        "picture": name,
        "alt": page.text[:200] or document.name,
        "width": WIDTH,
        "height": WIDTH * down / across,
        "words": [[word.text, *word.box] for word in page.words],
    }


def _set(folder: Path, font_folder: Path, stamp: int) -> bytes:
    try:
        fonts = typst.Fonts(include_system_fonts=False, font_paths=[font_folder])
        compiler = typst.Compiler(input=folder / "archive.typ", root=folder, font_paths=fonts)
        pdf = compiler.compile(format="pdf", pdf_standards=[STANDARD], timestamp=stamp)
    except typst.TypstError as wrong:
        raise NotArchived(str(wrong)) from wrong
    return pdf if isinstance(pdf, bytes) else b"".join(pdf or [])
