"""Reading of scanned pages: words right, fields right, seconds a page, beside Tesseract alone and OCRmyPDF.

The material is named by ``BACKLINE_CORPUS``.

It holds ``documents/funsd`` and ``documents/sroie`` as those collections are published; neither is part of Backline.
"""

from __future__ import annotations

import json
import os
import re
import resource
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PIL import Image

from bench.peers import recognition

FIELDS = ("company", "date", "address", "total")
FAX_WIDTH = 1728
WHOLE = "FUNSD"


def measure() -> list[dict[str, object]]:
    """The rows of this benchmark; none where the material is not there."""
    corpus = Path(os.environ.get("BACKLINE_CORPUS", "../shared/corpus")) / "documents"
    if not corpus.is_dir():
        return []
    with tempfile.TemporaryDirectory() as folder:
        pages = sorted((corpus / "funsd" / "images").glob("*.png"))
        texts = [_truth(corpus / "funsd" / "annotations" / f"{page.stem}.json") for page in pages]
        rows = _words(WHOLE, pages, texts, Path(folder))
        for down in (100, 200):
            faxes = [_fax(page, down, Path(folder)) for page in pages[::4]]
            rows += _words(f"FUNSD as a fax of 200 by {down}", faxes, texts[::4], Path(folder))
        return rows + _receipts(corpus / "sroie", Path(folder))


def words_of(text: str) -> Counter[str]:
    """Letters and digits, a bag of words."""
    return Counter(re.findall(r"[a-z0-9]+", text.lower()))


def f1(found: Counter[str], wanted: Counter[str]) -> float:
    """The harmonic mean of what was found and what of it is right."""
    both = sum((found & wanted).values())
    return 2 * both / max(sum(found.values()) + sum(wanted.values()), 1)


def _words(name: str, pages: list[Path], texts: list[str], folder: Path) -> list[dict[str, object]]:
    """Ours, then the peers on the same pages: what the machine does besides meets them all."""
    rows = _measured(name, "backline", texts, lambda: [one["text"] for one in _read(pages, folder)])
    if name != WHOLE:
        return rows + _measured(name, "tesseract alone", texts, lambda: recognition.tesseract_alone(pages))
    rows += _measured(name, "tesseract alone", texts, lambda: recognition.tesseract_alone(pages))
    if program := recognition.ocrmypdf():
        scan = recognition.scan_of(pages, folder)
        rows += _measured(name, "ocrmypdf", texts, lambda: recognition.read_by_ocrmypdf(program, scan))
    return rows


def _measured(name: str, subject: str, texts: list[str], read: Callable[[], list[str]]) -> list[dict[str, object]]:
    began, used = time.perf_counter(), _processor()
    found = read()
    seconds, processor = (time.perf_counter() - began) / len(texts), (_processor() - used) / len(texts)
    scores = [f1(words_of(one), words_of(text)) for one, text in zip(found, texts, strict=False)]
    told = (
        ("word F1", sum(scores) / len(texts), "F1", "higher"),
        ("time", seconds, "s a page", "lower"),
        ("processor time", processor, "s a page", "lower"),
        ("pages an hour", 3600 / seconds, "pages", "higher"),
    )
    return [_row(f"capture: {what}, {name}", value, unit, better, subject) for what, value, unit, better in told]


def _processor() -> float:
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    return spent.ru_utime + spent.ru_stime


def _receipts(folder: Path, data: Path) -> list[dict[str, object]]:
    pages = sorted((folder / "img").glob("*.jpg"))
    keys = [json.loads((folder / "key" / f"{page.stem}.json").read_text()) for page in pages]
    read = _read(pages, data)
    right = Counter(
        name
        for one, key in zip(read, keys, strict=True)
        for name in FIELDS
        if _plain(one["fields"].get(name, {}).get("value", "")) == _plain(key[name])
    )
    rows = [_row(f"capture: SROIE {name}", 100 * right[name] / len(pages), "% right", "higher") for name in FIELDS]
    whole = 100 * sum(right.values()) / len(pages) / len(FIELDS)
    return [*rows, _row("capture: SROIE over all", whole, "% right", "higher")]


def _plain(text: object) -> str:
    return re.sub(r"[^a-z0-9.]", "", str(text).lower()).strip(".") if text else ""


def _read(pages: list[Path], folder: Path) -> list[dict[str, Any]]:
    command = [
        str(Path(sys.executable).with_name("backline")),
        "--data",
        str(folder),
        "read",
        "--json",
        *map(str, pages),
    ]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return [json.loads(line)["documents"][0] for line in done.stdout.splitlines()]


def _truth(path: Path) -> str:
    return " ".join(block["text"] for block in json.loads(path.read_text())["form"])


def _fax(path: Path, down: int, folder: Path) -> Path:
    """One-bit, 204 dots an inch across, ``down`` lines an inch."""
    with Image.open(path) as page:
        grey = page.convert("L").resize((FAX_WIDTH, page.height * FAX_WIDTH // page.width * down // 200))
    out = folder / f"{path.stem}-{down}.tif"
    grey.point(lambda dot: 255 * (dot > 140)).convert("1").save(out, compression="group4", dpi=(204, 0.98 * down))
    return out


def _row(name: str, value: float, unit: str, better: str, subject: str = "backline") -> dict[str, object]:
    return {"bench": name, "subject": subject, "value": round(value, 4), "unit": unit, "better": better}
