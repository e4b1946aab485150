"""Two readers vote on a page: words the first one doubts are read again, and so is ink it saw no words in."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from statistics import median
from typing import Any

import cv2
import numpy
from numpy.typing import NDArray

Word = list[Any]
"""``[text, left, top, right, bottom, confidence]``"""
Part = list[Word]
"""Words that stand together"""
Picture = NDArray[numpy.uint8]
Look = Callable[[Picture], tuple[str, float]]
"""The second reader's look at one part of a page: the text, and how sure it is"""
LEAST_SURE, LEAST_KEPT = 0.5, 0.5
"""Of what the second reader must be sure; and the first, where the second saw nothing better"""
SURE_OF_MORE = 0.8
"""Where the first reader saw nothing"""
FEWEST_LETTERS = 2
AROUND = 0.12
"""Of the height of a line: how much more of the page is looked at"""
APART = 1.5
"""Heights between words of a line, from which on they are looked at one by one"""
LOWEST, HIGHEST = 0.6, 3.0
"""Heights of a word between which ink may be one"""
LEAST_ACROSS = 1.5
"""Heights of its own; ink as high as wide was hardly ever a word"""
INKED = (0.06, 0.6)
"""How much of its box the ink of a word fills"""
RULE = 4
"""Heights of a word: a line so long is a rule"""
MOST_MORE = 150


def mended(picture: Picture, lines: Sequence[Part], look: Look, *, sure: float) -> list[Part]:
    """The lines of a page as both see them, in the order of the first reader; what it missed is set in between."""
    known = [word for line in lines for word in line]
    found = [list(_voted(picture, line, look, sure)) for line in lines]
    return _in_between([line for line in found if line], list(_missed(picture, known, look)))


def _voted(picture: Picture, line: Part, look: Look, sure: float) -> Iterator[Word]:
    for doubted, words in groupby(line, key=lambda word: word[5] < sure):
        if not doubted:
            yield from words
            continue
        for part in _close_together(list(words)):
            yield from _better(picture, part, look)


def _close_together(words: Part) -> Iterator[Part]:
    part: Part = []
    for word in words:
        if part and (word[1] - part[-1][3]) * 1.0 > APART * (word[4] - word[2]):
            yield part
            part = []
        part.append(word)
    yield part


def _better(picture: Picture, part: Part, look: Look) -> Part:
    """What the surer of the two reads in a part of a line. Where both read the same, they are surer together."""
    left, top = min(word[1] for word in part), min(word[2] for word in part)
    right, bottom = max(word[3] for word in part), max(word[4] for word in part)
    text, sure = _seen(picture, (left, top, right, bottom), look)
    before = sum(word[5] * len(word[0]) for word in part) / sum(len(word[0]) for word in part)
    if text.split() == [word[0] for word in part]:
        return [[*word[:5], round(1 - (1 - word[5]) * (1 - sure), 2)] for word in part]
    if text and sure > LEAST_SURE and sure >= before:
        return placed(text, (left, top, right, bottom), sure)
    return [word for word in part if word[5] >= LEAST_KEPT]


def placed(text: str, box: tuple[float, float, float, float], sure: float) -> Part:
    """A text cut into words in proportion to its letters."""
    left, top, right, bottom = box
    each = (right - left) / max(len(text), 1)
    words, at = [], 0
    for word in text.split():
        at = text.index(word, at)
        place = (left + at * each, top, left + (at + len(word)) * each, bottom)
        words.append([word, *(round(min(max(side, 0.0), 1.0), 4) for side in place), round(sure, 2)])
        at += len(word)
    return words


def _missed(picture: Picture, known: Part, look: Look) -> Iterator[Part]:
    high, wide = picture.shape[:2]
    heights = [(word[4] - word[2]) * high for word in known if len(word[0]) > 1]
    if not heights:
        return
    for left, top, right, bottom in list(_ink_without_words(picture, known, median(heights)))[:MOST_MORE]:
        box = (left / wide, top / high, right / wide, bottom / high)
        text, sure = _seen(picture, box, look)
        if sure >= SURE_OF_MORE and sum(letter.isalnum() for letter in text) >= FEWEST_LETTERS:
            yield placed(text, box, sure)


def _ink_without_words(picture: Picture, known: Part, height: float) -> Iterator[tuple[int, int, int, int]]:
    grey = picture[:, :, 0]
    ink = (grey < cv2.threshold(grey, 0, 255, cv2.THRESH_OTSU)[0]).astype("uint8")
    _without_rules(ink, max(int(RULE * height), 3))
    high, wide = ink.shape
    for _, left, top, right, bottom, *_ in known:
        more = height / 10
        across = slice(max(int(left * wide - more), 0), int(right * wide + more) + 1)
        ink[max(int(top * high - more), 0) : int(bottom * high + more) + 1, across] = 0
    joined = cv2.morphologyEx(ink, cv2.MORPH_CLOSE, numpy.ones((1, max(int(height), 3)), "uint8"))
    for x, y, across, down, _ in cv2.connectedComponentsWithStats(joined, connectivity=8)[2][1:].tolist():
        inked = float(ink[y : y + down, x : x + across].mean())
        if (
            LOWEST * height <= down <= HIGHEST * height
            and across >= LEAST_ACROSS * down
            and INKED[0] < inked < INKED[1]
        ):
            yield x, y, x + across, y + down


def _without_rules(ink: Picture, length: int) -> None:
    for kernel in (numpy.ones((1, length), "uint8"), numpy.ones((length, 1), "uint8")):
        rules = cv2.morphologyEx(ink, cv2.MORPH_OPEN, kernel)
        ink[cv2.dilate(rules, numpy.ones((3, 3), "uint8")) > 0] = 0


def _seen(picture: Picture, box: tuple[float, float, float, float], look: Look) -> tuple[str, float]:
    high, wide = picture.shape[:2]
    left, top, right, bottom = box[0] * wide, box[1] * high, box[2] * wide, box[3] * high
    more = AROUND * (bottom - top) + 1
    part = picture[max(int(top - more), 0) : int(bottom + more) + 1, max(int(left - more), 0) : int(right + more) + 1]
    return look(numpy.ascontiguousarray(part)) if min(part.shape[:2]) > 3 else ("", 0.0)


def _in_between(lines: list[Part], more: list[Part]) -> list[Part]:
    """Each part that was missed goes to the line beside it, else on a line of its own above what stands lower."""
    for part in sorted(more, key=_middle):
        height = part[0][4] - part[0][2]
        beside = next((line for line in lines if abs(_middle(line) - _middle(part)) < height / 2), None)
        if beside is not None:
            beside.extend(part)
            beside.sort(key=lambda word: float(word[1]))
            continue
        lower = next((at for at, line in enumerate(lines) if _middle(line) > _middle(part)), len(lines))
        lines.insert(lower, part)
    return lines


def _middle(part: Part) -> float:
    return float(part[0][2] + part[0][4]) / 2
