"""What kind of document a text is: by the words that the organisation's rules name, else by what its people named."""

from __future__ import annotations

import re
from collections.abc import Mapping

from backline.documents.kinds import Kind, kinds
from backline.documents.naming_kinds import guess_kind


def kind_of(text: str) -> str:
    """The kind whose words fit best; where none fits, or two fit equally well, what was learnt, if it is sure."""
    known = kinds()
    if found := best_kind(text, known):
        return found
    guessed = guess_kind(text) if known else None
    return guessed.kind if guessed and guessed.confidence >= known[guessed.kind].sure else ""


def best_kind(text: str, known: Mapping[str, Kind]) -> str:
    """The kind among ``known`` that fits best; empty where none does, or two do equally."""
    plain = normal(text)
    scores = sorted(((_score(plain, kind), name) for name, kind in known.items()), reverse=True)
    if not scores or scores[0][0] <= 0 or (len(scores) > 1 and scores[0][0] == scores[1][0]):
        return ""
    return scores[0][1]


def normal(text: str) -> str:
    """Text in which words can be looked for: lower case, single spaces."""
    return re.sub(r"\s+", " ", text.casefold())


def _score(plain: str, kind: Kind) -> int:
    if any(_has(plain, word) for word in kind.none) or not all(_has(plain, word) for word in kind.all):
        return 0
    found = sum(_has(plain, word) for word in kind.any)
    if kind.any and not found:
        return 0
    return len(kind.all) + found


def _has(plain: str, word: str) -> bool:
    return re.search(rf"(?<!\w){re.escape(normal(word))}(?!\w)", plain) is not None
