"""Text without pages of its own, laid out on pages of fixed letters so that its words have places like any others."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from PIL import Image, ImageDraw, ImageFont

COLUMNS, LINES = 100, 66
Sheet = list[tuple[str, bool]]
"""The lines of one page; True where a line goes on with the one before it"""


def sheets(blocks: Sequence[str]) -> list[Sheet]:
    """Pages of lines. Each block begins a page of its own."""
    found: list[Sheet] = []
    for block in blocks:
        lines = list(_lines(block))
        found += [lines[at : at + LINES] for at in range(0, len(lines), LINES)] or [[]]
    return found or [[]]


def page(sheet: Sheet, number: int) -> dict[str, Any]:
    """``{"page", "text", "words", "engine"}``; the text is as it was before it was laid out."""
    text = "".join(("" if goes_on or not at else "\n") + line for at, (line, goes_on) in enumerate(sheet))
    return {"page": number, "text": text, "words": list(_words(sheet)), "engine": "text layer"}


def drawn(sheet: Sheet, width: int) -> Image.Image:
    """One page as a picture."""
    height = width * 1414 // 1000
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=max(6, height // LINES * 0.8))
    for row, (line, _) in enumerate(sheet):
        for word in re.finditer(r"\S+", line):
            draw.text((word.start() * width // COLUMNS, row * height // LINES), word.group(), fill="black", font=font)
    return image


def _lines(text: str) -> Iterator[tuple[str, bool]]:
    for line in text.splitlines():
        at = 0
        while True:
            end = _end(line, at)
            yield line[at:end], at > 0
            at = end
            if at >= len(line):
                break


def _end(line: str, at: int) -> int:
    """Where to break a line: after the last space that fits."""
    if len(line) - at <= COLUMNS:
        return len(line)
    space = max(line.rfind(" ", at, at + COLUMNS), line.rfind("\t", at, at + COLUMNS))
    return space + 1 if space > at else at + COLUMNS


def _words(sheet: Sheet) -> Iterator[list[Any]]:
    for row, (line, _) in enumerate(sheet):
        for word in re.finditer(r"\S+", line):
            left, right = word.start() / COLUMNS, word.end() / COLUMNS
            top, bottom = row / LINES, (row + 1) / LINES
            yield [word.group(), round(left, 4), round(top, 4), round(right, 4), round(bottom, 4), 1.0]
