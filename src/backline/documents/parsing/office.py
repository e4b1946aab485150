"""Office files: text and cells. Macros are never run, links never followed, and each part has limits."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any
from xml.etree import ElementTree
from xml.etree.ElementTree import Element

from PIL import Image
from python_calamine import CalamineError, CalamineWorkbook

from backline.documents.parsing import Unreadable, laying_out

LARGEST_PART = 24 * 1024 * 1024
MOST_PARTS = 4_000
MOST_ROWS, MOST_COLUMNS, MOST_SHEETS = 20_000, 200, 60
MOST_LETTERS = 2_000_000
OLE = b"\xd0\xcf\x11\xe0"
BREAKS = {"tab": "\t", "br": "\n", "cr": "\n", "line-break": "\n", "s": " "}
BLOCKS = {"p": "\n", "h": "\n", "tc": "\t", "table-cell": "\t", "tr": "\n", "table-row": "\n"}
WORDS = ("t", "instrText")
"""Text runs of Word and PowerPoint; OpenDocument has its text in all elements"""


def count(path: str) -> int:
    """How many pages it makes here: those of the program that wrote it are not known."""
    return len(_sheets(path))


def pages(path: str, start: int, most: int, doubts: str = "") -> Iterator[dict[str, Any]]:
    """Each page: ``{"page", "text", "words", "engine"}``."""
    for number, sheet in enumerate(_sheets(path)[:most], 1):
        if number >= start:
            yield laying_out.page(sheet, number) | {"engine": "office file"}


def picture(path: str, page: int, width: int) -> Image.Image:
    """One page as a picture of its text."""
    found = _sheets(path)
    if not 1 <= page <= len(found):
        raise Unreadable("broken", "there is no such page")
    return laying_out.drawn(found[page - 1], width)


def _sheets(path: str) -> list[laying_out.Sheet]:
    return laying_out.sheets(list(_blocks(path)))


def _blocks(path: str) -> Iterator[str]:
    with open(path, "rb") as file:
        if file.read(4) == OLE:
            yield from _cells(path)
            return
    try:
        with zipfile.ZipFile(path) as archive:
            names = _checked(archive)
            texts = _texts(archive, names)
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as wrong:
        raise Unreadable("broken", "it is damaged and can't be opened") from wrong
    yield from _cells(path) if texts is None else texts


def _checked(archive: zipfile.ZipFile) -> list[str]:
    """The names of its parts, once they are within limits."""
    parts = archive.infolist()
    if len(parts) > MOST_PARTS or any(part.file_size > LARGEST_PART for part in parts if _is_text(part.filename)):
        raise Unreadable("too much", "it unpacks to more than one document may")
    if any(part.flag_bits & 1 for part in parts):
        raise Unreadable("encrypted", "it is protected by a password")
    return [part.filename for part in parts]


def _is_text(name: str) -> bool:
    return name.endswith((".xml", ".bin", ".rels"))


def _texts(archive: zipfile.ZipFile, names: list[str]) -> list[str] | None:
    """The texts of a document or of slides; None for a spreadsheet."""
    if "word/document.xml" in names:
        around = sorted(n for n in names if n.startswith(("word/header", "word/footnotes", "word/footer")))
        texts = [_text(archive, name, WORDS) for name in ("word/document.xml", *around) if name.endswith(".xml")]
        return ["\n".join(text for text in texts if text.strip())]
    slides = sorted((n for n in names if n.startswith("ppt/slides/slide") and n.endswith(".xml")), key=_slide)
    if slides:
        return [_text(archive, name, WORDS) for name in slides]
    if any(name.startswith("xl/") for name in names):
        return None
    kind = archive.read("mimetype")[:100] if "mimetype" in names else b""
    return None if b"spreadsheet" in kind else [_text(archive, "content.xml", ())]


def _slide(name: str) -> int:
    digits = "".join(letter for letter in name if letter.isdigit())
    return int(digits[:6] or 0)


def _text(archive: zipfile.ZipFile, name: str, runs: tuple[str, ...]) -> str:
    try:
        with archive.open(name) as part:
            content = part.read(LARGEST_PART + 1)
    except KeyError as wrong:
        raise Unreadable("broken", f"its part {name} is missing") from wrong
    if len(content) > LARGEST_PART:
        raise Unreadable("too much", "it unpacks to more than one document may")
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise Unreadable("broken", "it declares entities, which no office program writes")
    try:
        root = ElementTree.fromstring(content)  # noqa: S314 (declarations were refused above)
    except (ElementTree.ParseError, ValueError) as wrong:
        raise Unreadable("broken", "one of its parts is no XML") from wrong
    return _tidied("".join(_spoken(root, runs)))


def _spoken(root: Element, runs: tuple[str, ...]) -> Iterator[str]:
    """The text in reading order; a stack instead of recursion, since nesting may be deep."""
    waiting: list[tuple[Element, bool]] = [(root, False)]
    while waiting:
        element, left = waiting.pop()
        name = element.tag.rpartition("}")[2] if isinstance(element.tag, str) else ""
        if left:
            yield BLOCKS.get(name, "")
        else:
            yield BREAKS.get(name, "")
            yield (element.text or "") if not runs or name in runs else ""
            waiting.append((element, True))
            waiting.extend((child, False) for child in reversed(element))
        if left and not runs:
            yield element.tail or ""


def _tidied(text: str) -> str:
    """Cells that end with their paragraph's break stay on the line of their row."""
    text = text.replace("\n\t", "\t")
    lines = [line.strip(" \t\r") if not line.strip() else line.rstrip(" \t\r") for line in text.split("\n")]
    return "\n".join(lines).strip("\n")[:MOST_LETTERS]


def _cells(path: str) -> Iterator[str]:
    """Each sheet as lines of cells with tabs between, as they were last calculated."""
    try:
        book = CalamineWorkbook.from_path(path)
        for name in book.sheet_names[:MOST_SHEETS]:
            rows = book.get_sheet_by_name(name).iter_rows()
            lines = [_row(row) for _, row in zip(range(MOST_ROWS), rows, strict=False)]
            yield "\n".join([name, *lines])
    except CalamineError as wrong:
        locked = "password" in str(wrong).lower() or "encrypt" in str(wrong).lower()
        state, reason = ("encrypted", "it is protected by a password") if locked else ("broken", "it is damaged")
        raise Unreadable(state, reason) from wrong


def _row(row: list[Any]) -> str:
    return "\t".join(_cell(cell) for cell in row[:MOST_COLUMNS]).rstrip("\t")


def _cell(cell: object) -> str:
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return str(int(cell)) if cell.is_integer() and abs(cell) < 1e15 else repr(cell)
    if isinstance(cell, datetime) and cell.time() == time():
        return cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return str(cell).replace("\t", " ").replace("\n", " ") if not isinstance(cell, timedelta) else str(cell)
