"""Where the first reader of pictures doubts, the second one looks, and they vote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from backline.documents import second_reader
from backline.documents.parsing.turning import Turn

MUCH_AS_BEFORE = 0.85
ENGINES = "tesseract, rapidocr"


def settled(line: dict[str, Any], folder: Path) -> dict[str, Any]:
    """What the parser said of a page; where it left a doubt in the folder, as both readers see it."""
    doubt = line.get("doubt")
    if doubt is None:
        return line
    path = folder / str(doubt["picture"])
    again = second_reader.look_again(path, doubt["lines"], sure=doubt["sure"], whole=doubt["whole"])
    if again is None or (doubt["whole"] and _sure_letters(again.words) < MUCH_AS_BEFORE * _sure_letters(line["words"])):
        return line
    words = [Turn(**doubt["turn"]).back(word) for word in again.words] if doubt["turn"] else again.words
    return line | {"words": words, "text": again.text, "engine": ENGINES}


def _sure_letters(words: list[list[Any]]) -> float:
    return sum(len(word[0]) * float(word[5]) for word in words)
