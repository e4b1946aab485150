"""Optical character recognition by Tesseract where it is installed: a better picture, one thread a page."""

from __future__ import annotations

import csv
import functools
import io
import os
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import asdict, dataclass, replace
from itertools import accumulate, pairwise
from pathlib import Path
from typing import Any

from PIL import Image

from backline.documents.parsing import preparing, turning
from backline.documents.parsing.turning import Turn

FASTER = ("-c", "tessedit_do_invert=0")
"""Light letters on dark are not looked for in each word once more"""
LANGUAGES = ("eng", "deu", "fra", "spa", "nld", "ita")
LANGUAGES_TOLD = "BACKLINE_READER_LANGUAGES"
PROCESSOR_SECONDS = 15
"""Of the reader's own process, for one page"""
SECONDS = 120
"""By the clock: a busy machine is slow, which is no fault of the page"""
LEAST_CONFIDENCE = 0.2
"""Of what is less sure, most was never a word but a line, a stain or a scribble"""
DOUBTED = 0.8
"""Of a word; where there is one below it, the second reader looks at the page"""
SURE, SURE_OF_A_SLIP = 0.35, 0.8
"""Of a word; below it the second reader reads it again. On a whole page it does more good where ink has no words yet"""
HARDLY_READ = 0.7
"""Of the words of a page on average; below it the page may lie crooked or sideways"""
WELL_READ = 0.93
FEW_LETTERS = 40
FEWEST_DOTS = 8
"""A picture smaller than this holds no letter"""
PAGE_DOTS, FEWEST_OF_A_PAGE = 300, 400_000
"""Dots of a side, and of all: a picture with fewer is no page. It lies as it lies, and is not worth much time"""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The text of a picture, and its words with boxes and confidence."""

    text: str
    words: list[list[Any]]
    turn: Turn | None = None
    """How the page was turned before it was read; the words stand where they do on the turned page"""

    @property
    def lines(self) -> list[list[list[Any]]]:
        """Its words, line by line."""
        ends = list(accumulate((len(line.split()) for line in self.text.split("\n")), initial=0))
        return [self.words[start:end] for start, end in pairwise(ends)]

    @property
    def letters(self) -> int:
        """How many were found."""
        return sum(len(word[0]) for word in self.words)

    @property
    def sure(self) -> float:
        """How sure it is of its words on average."""
        return float(sum(word[5] for word in self.words)) / max(len(self.words), 1)


def installed() -> bool:
    """Whether there is a reader of pictures on this machine."""
    return shutil.which("tesseract") is not None


def recognise(image: Image.Image) -> Seen:
    """Read a picture; an empty text where nothing could be read."""
    if min(image.size) < FEWEST_DOTS:
        return Seen(text="", words=[])
    page = preparing.prepared(image)
    with tempfile.TemporaryDirectory(prefix="backline-") as folder:
        path = Path(folder) / "page.pgm"
        seen = _read(page, path)
        if min(image.size) >= PAGE_DOTS and hardly_read(image, seen):
            turned = _turned(page, path)
            return max(seen, turned, key=lambda one: one.letters * one.sure) if turned else seen
        return seen


def said_of(image: Image.Image, doubts: str, number: int, *, photo: bool = False) -> dict[str, Any]:
    """What is said of a page. Where there is a folder ``doubts``, a fax is left there unread: the second reader is much
    the better one for it."""
    if doubts and not photo and preparing.two_toned(page := image.convert("L")) and preparing.coarse(image):
        path = Path(doubts) / f"{number}.pgm"
        page.save(path)
        doubt: dict[str, Any] = {
            "picture": path.name,
            "lines": [],
            "turn": None,
            "whole": True,
            "sure": SURE,
            "page": True,
        }
        return {"text": "", "words": [], "engine": "", "doubt": doubt, "unread": True}
    return told(image, recognise(image), doubts, number)


def page_sized(image: Image.Image) -> bool:
    """Whether a picture may be a page, which is worth the time that it takes."""
    return image.width * image.height >= FEWEST_OF_A_PAGE


def told(image: Image.Image, seen: Seen, doubts: str, number: int) -> dict[str, Any]:
    """What is said of a page; a page that is doubtful is left as a picture in the folder ``doubts``."""
    words = [seen.turn.back(word) for word in seen.words] if seen.turn else seen.words
    said: dict[str, Any] = {"text": seen.text, "words": words, "engine": "tesseract"}
    if doubts and doubtful(image, seen):
        path = Path(doubts) / f"{number}.pgm"
        page = image.convert("L")
        (turning.turned(page, seen.turn.degrees)[0] if seen.turn else page).save(path)
        turn = asdict(seen.turn) if seen.turn else None
        said["doubt"] = {"picture": path.name, "lines": seen.lines, "turn": turn, "whole": _whole(page, seen)}
        said["doubt"]["page"] = page_sized(image)
        said["doubt"]["sure"] = SURE_OF_A_SLIP if preparing.slip(page) else SURE
    return said


def doubtful(image: Image.Image, seen: Seen) -> bool:
    """Whether a second reader should look: words are unsure, or next to nothing was found where there is much ink."""
    if not seen.words and not page_sized(image):
        return False
    return any(word[5] < DOUBTED for word in seen.words) or hardly_read(image, seen)


def hardly_read(image: Image.Image, seen: Seen) -> bool:
    """Whether the page as a whole could not be read well."""
    if seen.letters < FEW_LETTERS:
        return preparing.has_ink(image)
    return seen.sure < HARDLY_READ


def _whole(page: Image.Image, seen: Seen) -> bool:
    """Whether the second reader should read all of it: on faxes and till receipts it is the better one."""
    poor = preparing.two_toned(page) or preparing.slip(page)
    return hardly_read(page, seen) or (poor and seen.sure < WELL_READ)


def _turned(page: Image.Image, path: Path) -> Seen | None:
    """What is read once the page lies as it should; None where it does already."""
    quarters = turning.quarters(_run(path, "stdout", "--psm", "0", "-l", "osd"))
    crooked = turning.crookedness(page.rotate(quarters, expand=True) if quarters else page)
    degrees = quarters + crooked
    if not degrees:
        return None
    level, turn = turning.turned(page, degrees)
    seen = _read(level, path)
    return replace(seen, turn=turn)


def _read(page: Image.Image, path: Path) -> Seen:
    page.save(path)
    asked = ("-l", "+".join(languages()), "--dpi", "300", "--psm", "3", *FASTER)
    return _seen(_run(path, "stdout", *asked, "tsv"), page.width, page.height)


def _run(path: Path, *asked: str) -> str:
    command = ["tesseract", str(path), *asked]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False, preexec_fn=_own_limits)
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode("utf-8", errors="replace") if done.returncode == 0 else ""


def _own_limits() -> None:
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))
    most = resource.getrlimit(resource.RLIMIT_CPU)[1]
    seconds = PROCESSOR_SECONDS if most == resource.RLIM_INFINITY else min(PROCESSOR_SECONDS, most)
    resource.setrlimit(resource.RLIMIT_CPU, (seconds, seconds))


@functools.cache
def languages() -> tuple[str, ...]:
    """Those that it is asked for; whoever starts the parser tells it, so that not every page asks again."""
    if told := os.environ.get(LANGUAGES_TOLD):
        return tuple(told.split("+"))
    done = subprocess.run(["tesseract", "--list-langs"], capture_output=True, timeout=SECONDS, check=False)
    there = set(done.stdout.decode(errors="replace").split())
    return tuple(language for language in LANGUAGES if language in there) or ("eng",)


def _seen(table: str, width: int, height: int) -> Seen:
    words: list[list[Any]] = []
    lines: list[str] = []
    last: tuple[str, ...] = ()
    for row, line in _rows(table):
        if line != last:
            lines.append("")
            last = line
        lines[-1] = f"{lines[-1]} {row['text'].strip()}".strip()
        words.append(_word(row, width, height))
    return Seen(text="\n".join(lines), words=words)


def _rows(table: str) -> Iterator[tuple[dict[str, str], tuple[str, ...]]]:
    for row in csv.DictReader(io.StringIO(table), delimiter="\t", quoting=csv.QUOTE_NONE):
        if row.get("level") == "5" and (row.get("text") or "").strip() and _sure(row):
            yield row, (row["block_num"], row["par_num"], row["line_num"])


def _sure(row: dict[str, str]) -> bool:
    return float(row["conf"]) >= 100 * LEAST_CONFIDENCE


def _word(row: dict[str, str], width: int, height: int) -> list[Any]:
    left, top, across, down = (int(row[key]) for key in ("left", "top", "width", "height"))
    box = (left / width, top / height, (left + across) / width, (top + down) / height)
    return [row["text"].strip(), *(round(side, 4) for side in box), round(max(float(row["conf"]), 0) / 100, 2)]
