"""The second reader's own process: rapidocr, kept loaded, looks at one picture for each line that it is given.

Takes ``{"picture", "whole", "lines", "sure"}``; ``lines`` are the words of the first reader, line by line. Where the
page could be read, only words below ``sure`` and ink without words are looked at again: a fifth of the work of reading
it whole. Answers ``{"words": [[text, left, top, right, bottom, confidence], ...], "text"}``. Its models lie in its
package; nothing is fetched.
"""

from __future__ import annotations

import json
import re
import sys
import time
from collections.abc import Iterator
from typing import Any

import cv2
import numpy
from PIL import Image
from rapidocr import RapidOCR
from rapidocr.utils.process_img import get_rotate_crop_image

from backline.documents.parsing import preparing
from backline.documents.parsing.mending import Look, Part, Picture, mended, placed

LEAST_CONFIDENCE = 0.5
SAME_LINE = 0.5
MOST_DOTS = 60_000_000
WIDEST = 2_000
FOUND_AT, FAX_FOUND_AT = 1_100, 650
"""Dots across a picture in which stretches of text are looked for; their letters are read in the finer one"""
MOST_SECONDS = 6.0
"""Of the processor, for one page: then what it has must do"""
SMALLEST = 320
"""Dots: a picture smaller than this is made larger before it is looked through"""
TALL = 48
"""Dots: how high the engine has each line"""
NARROWER = 0.8
"""Letters so much narrower are read as well, and sooner"""
NARROWEST, LONGEST = 16, 2_400
CAPITAL_WITHIN = re.compile(r"(?<=[a-z])I(?=[a-z])|(?<=[a-z]{2})I\b")
"""The engine takes an l for an I: no word has a capital among its small letters"""
SETTINGS = {
    "EngineConfig.onnxruntime.intra_op_num_threads": 1,
    "EngineConfig.onnxruntime.inter_op_num_threads": 1,
    "EngineConfig.onnxruntime.enable_cpu_mem_arena": True,
    "Global.use_cls": False,
    "Det.limit_side_len": SMALLEST,
    "Global.log_level": "critical",
    "Global.text_score": LEAST_CONFIDENCE,
}


def main() -> int:
    """Answer until nobody asks any more."""
    cv2.setNumThreads(1)
    Image.MAX_IMAGE_PIXELS = MOST_DOTS
    engine = RapidOCR(params=SETTINGS)
    engine._load_rec_model()  # type: ignore[no-untyped-call]
    print(json.dumps({"ready": True}), flush=True)
    for line in sys.stdin:
        try:
            lines = read(engine, json.loads(line))
            text = "\n".join(" ".join(word[0] for word in words) for words in lines)
            told: dict[str, Any] = {"words": [word for words in lines for word in words], "text": text}
        except Exception as wrong:  # whatever it stumbles over, the next picture is read
            told = {"words": [], "text": "", "problem": type(wrong).__name__}
        print(json.dumps(told), flush=True)
    return 0


def read(engine: RapidOCR, asked: dict[str, Any]) -> list[Part]:
    """The words of a picture, line by line from the top."""
    picture, fax = _picture(asked["picture"])
    look = _looking(engine, 1 if asked["whole"] and not fax else NARROWER)
    if asked["whole"]:
        return _lines(list(_parts(engine, picture, look, FAX_FOUND_AT if fax else FOUND_AT)))
    return mended(picture, asked["lines"], look, sure=asked["sure"])


def _looking(engine: RapidOCR, narrower: float) -> Look:
    recogniser: Any = engine._load_rec_model()  # type: ignore[no-untyped-call]
    ends = time.process_time() + MOST_SECONDS

    def look(part: Picture) -> tuple[str, float]:
        if time.process_time() > ends:
            return "", 0.0
        across = round(narrower * TALL * part.shape[1] / part.shape[0])
        dots = cv2.resize(part, (min(max(across, NARROWEST), LONGEST), TALL)).astype("float32")
        found = recogniser.postprocess_op(recogniser.session(dots.transpose(2, 0, 1)[None] / 127.5 - 1))
        text, sure = found[0][0]
        return CAPITAL_WITHIN.sub("l", str(text)).strip(), float(sure)

    return look


def _picture(path: str) -> tuple[Picture, bool]:
    """The page, and whether it is one of two tones."""
    with Image.open(path) as image:
        page = image.convert("L")
    if fax := preparing.two_toned(page):
        page = page.reduce(2)
    if page.width > WIDEST:
        page = page.resize((WIDEST, max(1, page.height * WIDEST // page.width)), Image.Resampling.LANCZOS)
    return numpy.repeat(numpy.asarray(page)[:, :, None], 3, axis=2), fax


def _parts(engine: RapidOCR, picture: Picture, look: Look, across: int) -> Iterator[Part]:
    """Each stretch of text that the engine finds: it looks at one at a time, no wider than it is."""
    finder: Any = engine._load_det_model()  # type: ignore[no-untyped-call]
    high, wide = picture.shape[:2]
    coarser = min(1.0, across / wide)
    found = finder(cv2.resize(picture, None, fx=coarser, fy=coarser, interpolation=cv2.INTER_AREA))
    for told in found.boxes if found.boxes is not None else ():
        box = numpy.asarray(told, dtype="float32") / coarser
        text, sure = look(get_rotate_crop_image(picture, box))
        if text and sure >= LEAST_CONFIDENCE:
            (left, top), (right, bottom) = box.min(axis=0) / (wide, high), box.max(axis=0) / (wide, high)
            yield placed(text, (float(left), float(top), float(right), float(bottom)), sure)


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
