"""Where the first reader of pictures doubts, the second one looks, and they vote."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from backline.documents import second_reader
from backline.documents.deadlines import Deadline
from backline.documents.parsing import recognition
from backline.documents.parsing.straightening import Warp
from backline.documents.parsing.turning import Turn

MUCH_AS_BEFORE = 0.85
WELL_READ = 0.75
ENGINES = "tesseract, rapidocr"


def settled(line: dict[str, Any], folder: Path, deadline: Deadline) -> dict[str, Any]:
    """What the parser said of a page; where it left a doubt in the folder, as both readers see it. A page that only
    the second one was to read keeps its ``unread`` where that one could not."""
    doubt = line.get("doubt")
    if doubt is None:
        return line
    path, alone = folder / str(doubt["picture"]), bool(line.get("unread"))
    if doubt["page"]:
        deadline.earn()
    again = second_reader.look_again(
        path, doubt["lines"], sure=doubt["sure"], whole=doubt["whole"], within=deadline.left()
    )
    if again is None and not line["words"] and not deadline.left():
        return line | {"late": True}
    if again is None or (alone and not _well_read(again.words)) or _worse(again.words, line):
        return line
    words = [Turn(**doubt["turn"]).back(word) for word in again.words] if doubt["turn"] else again.words
    words = [_on_the_photo(word, doubt.get("warp")) for word in words]
    told = {key: value for key, value in line.items() if key != "unread"}
    return told | {"words": words, "text": again.text, "engine": "rapidocr" if alone else ENGINES}


def _well_read(words: list[list[Any]]) -> bool:
    """Whether it lies as it should: what stands on its head is read as little, and that with doubt."""
    letters = sum(len(word[0]) for word in words)
    return letters >= recognition.FEW_LETTERS and _sure_letters(words) >= WELL_READ * letters


def _worse(words: list[list[Any]], line: dict[str, Any]) -> bool:
    return bool(line["doubt"]["whole"]) and _sure_letters(words) < MUCH_AS_BEFORE * _sure_letters(line["words"])


def _on_the_photo(word: list[Any], numbers: list[float] | None) -> list[Any]:
    return Warp(numbers=tuple(numbers)).back(word) if numbers else word


def _sure_letters(words: list[list[Any]]) -> float:
    return sum(len(word[0]) * float(word[5]) for word in words)
