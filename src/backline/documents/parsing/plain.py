"""Plain text, page by page."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image

from backline.documents.parsing import Unreadable, laying_out

MOST_BYTES = 2 * 1024 * 1024


def count(path: str) -> int:
    """How many pages it makes."""
    return len(_sheets(path))


def pages(path: str, start: int, most: int, doubts: str = "") -> Iterator[dict[str, Any]]:
    """Each page: ``{"page", "text", "words", "engine"}``."""
    for number, sheet in enumerate(_sheets(path)[:most], 1):
        if number >= start:
            yield laying_out.page(sheet, number)


def picture(path: str, page: int, width: int) -> Image.Image:
    """One page as a picture."""
    found = _sheets(path)
    if not 1 <= page <= len(found):
        raise Unreadable("broken", "there is no such page")
    return laying_out.drawn(found[page - 1], width)


def _sheets(path: str) -> list[laying_out.Sheet]:
    with Path(path).open("rb") as file:
        text = file.read(MOST_BYTES).decode("utf-8", errors="replace").replace("\x00", " ")
    return laying_out.sheets([text.expandtabs(4)])
