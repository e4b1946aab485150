"""The second reader's own process: rapidocr, kept loaded, reads one picture for each line that it is given.

Takes ``{"picture": path}``, answers ``{"words": [[text, left, top, right, bottom, confidence], ...], "text"}``.
Its models lie in its package; nothing is fetched.
"""

from __future__ import annotations

import json
import sys
from typing import Any

import cv2
import numpy
from PIL import Image
from rapidocr import RapidOCR

LEAST_CONFIDENCE = 0.5
SAME_LINE = 0.5
MOST_DOTS = 60_000_000
WIDEST = 2_000
SETTINGS = {
    "EngineConfig.onnxruntime.intra_op_num_threads": 2,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "Global.use_cls": False,
    "Global.log_level": "critical",
    "Global.text_score": LEAST_CONFIDENCE,
}
Part = list[list[Any]]
"""Words that stand together"""


def main() -> int:
    """Answer until nobody asks any more."""
    cv2.setNumThreads(1)
    Image.MAX_IMAGE_PIXELS = MOST_DOTS
    engine = RapidOCR(params=SETTINGS)
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        try:
            lines = read(engine, json.loads(line)["picture"])
            text = "\n".join(" ".join(word[0] for word in words) for words in lines)
            told: dict[str, Any] = {"words": [word for words in lines for word in words], "text": text}
        except Exception as wrong:  # whatever it stumbles over, the next picture is read
            told = {"words": [], "text": "", "problem": type(wrong).__name__}
        print(json.dumps(told), flush=True)
    return 0


def read(engine: RapidOCR, path: str) -> list[Part]:
    """The words of a picture, line by line from the top."""
    with Image.open(path) as image:
        page = image.convert("RGB")
    if page.width > WIDEST:
        page = page.resize((WIDEST, max(1, page.height * WIDEST // page.width)), Image.Resampling.LANCZOS)
    found: Any = engine(numpy.asarray(page))
    boxes = found.boxes if found.boxes is not None else ()
    told = zip(found.txts or (), boxes, found.scores or (), strict=False)
    parts = [_words(text, box, float(sure), page.size) for text, box, sure in told]
    return _lines([part for part in parts if part])


def _words(text: str, box: Any, sure: float, size: tuple[int, int]) -> Part:
    """A part cut into words in proportion to its letters."""
    across, down = [float(x) / size[0] for x, _ in box], [float(y) / size[1] for _, y in box]
    left, top, bottom = min(across), min(down), max(down)
    each = (max(across) - left) / max(len(text), 1)
    words, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        place = (left + at * each, top, left + (at + len(word)) * each, bottom)
        words.append([word, *(round(min(max(side, 0.0), 1.0), 4) for side in place), round(sure, 2)])
        at += len(word)
    return words


def _lines(parts: list[Part]) -> list[Part]:
    """Parts beside one another are one line."""
    lines: list[list[Part]] = []
    for part in sorted(parts, key=_middle):
        height = part[0][4] - part[0][2]
        if lines and _middle(part) - _middle(lines[-1][0]) < SAME_LINE * height:
            lines[-1].append(part)
        else:
            lines.append([part])
    return [[word for part in sorted(line, key=lambda one: float(one[0][1])) for word in part] for line in lines]


def _middle(part: Part) -> float:
    return float(part[0][2] + part[0][4]) / 2


if __name__ == "__main__":
    sys.exit(main())
