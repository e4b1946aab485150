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

from PIL import Image, ImageFilter, ImageOps

FASTER = ("-c", "tessedit_do_invert=0")
"""Light letters on dark are not looked for in each word once more"""
LANGUAGES = ("eng", "deu", "fra", "spa", "nld", "ita")
DOUBLE_BELOW = 1_600
MOST_TO_DOUBLE = 6_000_000
"""Dots across; finer pictures are as large as the reader likes them"""
SECONDS = 30
LEAST_CONFIDENCE = 0.2
"""Of what is less sure, most was never a word but a line, a stain or a scribble"""
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


def prepared(image: Image.Image) -> Image.Image:
    """Grey, with the whole range from black to white, and as large as the reader likes it."""
    page = image.convert("L")
    counts = page.histogram()
    if sum(counts[1:255]) == 0:  # black and white alone: a fax, whose steps are smoothed
        page = page.filter(ImageFilter.GaussianBlur(1.0))
    else:
        page = ImageOps.autocontrast(page, cutoff=1)
    if page.width < DOUBLE_BELOW and page.width * page.height < MOST_TO_DOUBLE:
        page = page.resize((page.width * 2, page.height * 2), Image.Resampling.LANCZOS)
    return page


def _run(path: Path) -> str:
    command = [
        "tesseract",
        str(path),
        "stdout",
        "-l",
        "+".join(_languages()),
        "--dpi",
        "300",
        "--psm",
        "3",
        *FASTER,
        "tsv",
    ]
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
