"""Words of a page as lines that a person would see, whatever the order in which the file has them."""

from __future__ import annotations

from collections.abc import Sequence

from backline.documents.reading import Word

Line = tuple[Word, ...]
SAME_LINE = 0.5
"""Of the height of a word: how far apart the middles of two words of one line may be"""


def lines_of(words: Sequence[Word]) -> tuple[Line, ...]:
    """The words as lines from top to bottom, each from left to right."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda one: (_middle(one), one.box.left)):
        if lines and _middle(word) - _middle(lines[-1][0]) <= SAME_LINE * _height(lines[-1][0]):
            lines[-1].append(word)
        else:
            lines.append([word])
    return tuple(tuple(sorted(line, key=lambda one: one.box.left)) for line in lines)


def below(lines: Sequence[Line], words: Sequence[Word], *, depth: int = 3) -> Line:
    """The words of the first of the next lines that stand under ``words``."""
    left, right = words[0].box.left, words[-1].box.right
    slack = max(right - left, 0.1)
    for line in lines[:depth]:
        under = tuple(word for word in line if word.box.right >= left - 0.01 and word.box.left <= right + slack)
        if under:
            return under
    return ()


def _middle(word: Word) -> float:
    return (word.box.top + word.box.bottom) / 2


def _height(word: Word) -> float:
    return max(word.box.bottom - word.box.top, 0.004)
