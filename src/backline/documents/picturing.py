"""Pages as pictures: made once at each width, kept beside the content."""

from __future__ import annotations

import secrets
from pathlib import Path

from backline.documents import confined, contents
from backline.documents.models import Document
from backline.documents.reading import READABLE

WIDTHS = (240, 800, 1200, 1600)


class NoPicture(Exception):
    """This page can't be shown as a picture."""


def page_image(document: Document, page: int, width: int = 1200) -> bytes:
    """One page as a PNG, at the nearest width of ``WIDTHS``; pages count from 1. Raises ``NoPicture``."""
    if document.media_type not in READABLE or not 1 <= page <= document.pages:
        raise NoPicture(f"There is no picture of page {page} of {document.name}.")
    kept = _kept(document.sha256, page, min(WIDTHS, key=lambda offered: abs(offered - width)))
    if not kept.exists():
        _make(document, page, kept)
    return kept.read_bytes()


def _kept(sha256: str, page: int, width: int) -> Path:
    return contents.cached() / "pages" / sha256[:2] / sha256 / f"{page}-{width}.png"


def _make(document: Document, page: int, kept: Path) -> None:
    kept.parent.mkdir(parents=True, exist_ok=True)
    try:
        source = contents.path_of(document.sha256)
    except contents.ContentMissing as missing:
        raise NoPicture(f"Page {page} of {document.name} can't be drawn: {missing}") from missing
    beside = kept.with_name(f".{kept.name}.{secrets.token_hex(6)}")
    width = kept.stem.partition("-")[2]
    try:
        answer = confined.ask_parser("image", source, document.media_type, page, width, beside)
        if answer.ending != "done" or not beside.exists():
            raise NoPicture(f"Page {page} of {document.name} can't be drawn.")
        beside.replace(kept)
    finally:
        beside.unlink(missing_ok=True)
