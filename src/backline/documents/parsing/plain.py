"""Plain text, laid out on pages of fixed letters so that its words have places like those of any other document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from PIL import Image, ImageDraw, ImageFont

COLUMNS, LINES = 100, 66
MOST_BYTES = 2 * 1024 * 1024


def count(path: str) -> int:
    """How many pages it makes."""
    return max(1, -(-len(_lines(path)) // LINES))


def pages(path: str, start: int, most: int) -> Iterator[dict[str, Any]]:
    """Each page: ``{"page", "text", "words", "engine"}``."""
    lines = _lines(path)
    for number in range(start - 1, min(count(path), most)):
        part = lines[number * LINES : (number + 1) * LINES]
        yield {"page": number + 1, "text": "\n".join(part), "words": list(_words(part)), "engine": "text layer"}


def picture(path: str, page: int, width: int) -> Image.Image:
    """One page as a picture."""
    part = _lines(path)[(page - 1) * LINES : page * LINES]
    height = width * 1414 // 1000
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    font = ImageFont.load_default(size=max(6, height // LINES * 0.8))
    for row, line in enumerate(part):
        for word in re.finditer(r"\S+", line):
            draw.text((word.start() * width // COLUMNS, row * height // LINES), word.group(), fill="black", font=font)
    return image


def _lines(path: str) -> list[str]:
    with Path(path).open("rb") as file:
        text = file.read(MOST_BYTES).decode("utf-8", errors="replace").replace("\x00", " ")
    lines: list[str] = []
    for line in text.expandtabs(4).splitlines():
        lines += [line[at : at + COLUMNS] for at in range(0, max(len(line), 1), COLUMNS)]
    return lines


def _words(lines: list[str]) -> Iterator[list[Any]]:
    for row, line in enumerate(lines):
        for word in re.finditer(r"\S+", line):
            left, right = word.start() / COLUMNS, word.end() / COLUMNS
            top, bottom = row / LINES, (row + 1) / LINES
            yield [word.group(), round(left, 4), round(top, 4), round(right, 4), round(bottom, 4), 1.0]
