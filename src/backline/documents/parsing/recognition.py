"""Optical character recognition by Tesseract where it is installed: a better picture, doubled, one thread a page."""

from __future__ import annotations

import csv
import functools
import io
import resource
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from PIL import Image, ImageOps

FASTER = ("-c", "tessedit_do_invert=0")
"""Light letters on dark are not looked for in each word once more"""
LANGUAGES = ("eng", "deu", "fra", "spa", "nld", "ita")
DOUBLE_BELOW = 1_600
MOST_TO_DOUBLE = 6_000_000
"""Dots across; finer pictures are as large as the reader likes them"""
SECONDS = 30
LEAST_CONFIDENCE = 0.2
"""Of what is less sure, most was never a word but a line, a stain or a scribble"""
SURE_ENOUGH = 0.82
"""Of the words of a page on average; below it the second reader was right more often"""
SLIP, SLIP_SURE_ENOUGH = 1.5, 0.93
"""A page so much higher than wide is a till receipt or the like, printed in dots and full of figures"""
FEW_LETTERS = 40
LITTLE_INK = 0.005
LIGHTEST_INK = 210
FEWEST_DOTS = 8
"""A picture smaller than this holds no letter"""


@dataclass(frozen=True, kw_only=True)
class Seen:
    """The text of a picture, and its words with boxes and confidence."""

    text: str
    words: list[list[Any]]


def installed() -> bool:
    """Whether there is a reader of pictures on this machine."""
    return shutil.which("tesseract") is not None


def recognise(image: Image.Image) -> Seen:
    """Read a picture; an empty text where nothing could be read."""
    if min(image.size) < FEWEST_DOTS:
        return Seen(text="", words=[])
    page = prepared(image)
    with tempfile.TemporaryDirectory(prefix="backline-") as folder:
        path = Path(folder) / "page.png"
        page.save(path, compress_level=1)
        table = _run(path)
    return _seen(table, page.width, page.height)


def told(image: Image.Image, seen: Seen, doubts: str, number: int) -> dict[str, Any]:
    """What is said of a page; a page that is doubtful is left as a picture in the folder ``doubts``."""
    said: dict[str, Any] = {"text": seen.text, "words": seen.words, "engine": "tesseract"}
    if doubts and doubtful(image, seen):
        path = Path(doubts) / f"{number}.png"
        image.convert("L").save(path, compress_level=1)
        said["doubt"] = path.name
    return said


def doubtful(image: Image.Image, seen: Seen) -> bool:
    """Whether a second reader should look: the first was unsure, or found next to nothing where there is much ink."""
    letters = sum(len(word[0]) for word in seen.words)
    wanted = SLIP_SURE_ENOUGH if image.height > SLIP * image.width else SURE_ENOUGH
    if letters < FEW_LETTERS:
        grey = ImageOps.autocontrast(image.convert("L"), cutoff=0.1)
        grey.thumbnail((400, 400))
        dark = sum(grey.histogram()[:LIGHTEST_INK])
        return bool(dark > LITTLE_INK * grey.width * grey.height)
    return bool(sum(word[5] for word in seen.words) / len(seen.words) < wanted)


def prepared(image: Image.Image) -> Image.Image:
    """Grey, with the whole range from black to white, and as large as the reader likes it."""
    page = image.convert("L")
    page = ImageOps.autocontrast(page, cutoff=1)
    if page.width < DOUBLE_BELOW and page.width * page.height < MOST_TO_DOUBLE:
        page = page.resize((page.width * 2, page.height * 2), Image.Resampling.LANCZOS)
    return page


def _run(path: Path) -> str:
    told = ("-l", "+".join(_languages()), "--dpi", "300", "--psm", "3", *FASTER)
    command = ["tesseract", str(path), "stdout", *told, "tsv"]
    try:
        done = subprocess.run(command, capture_output=True, timeout=SECONDS, check=False, preexec_fn=_own_memory)
    except subprocess.TimeoutExpired:
        return ""
    return done.stdout.decode("utf-8", errors="replace") if done.returncode == 0 else ""


def _own_memory() -> None:
    hard = resource.getrlimit(resource.RLIMIT_AS)[1]
    resource.setrlimit(resource.RLIMIT_AS, (hard, hard))


@functools.cache
def _languages() -> tuple[str, ...]:
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
        lines[-1] = f"{lines[-1]} {row['text']}".strip()
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
