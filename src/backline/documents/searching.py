"""Finding documents by the words on their pages."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from django.db import connection
from django.db.models import QuerySet

from backline.documents.models import PageReading
from backline.documents.text_index import OF

MOST_WORDS = 12
AROUND = 70
"""Characters shown on either side of what was found"""


@dataclass(frozen=True, kw_only=True)
class Passage:
    """The place on a page where the words stand: the text before, the words as written, the text after."""

    before: str
    found: str
    after: str


def pages_with(words: str) -> QuerySet[PageReading]:
    """Pages with all of these words, small or capital, with or without accents; the last word may be a beginning."""
    asked = _words(words)
    if not asked:
        return PageReading.objects.none()
    return PageReading.objects.filter(pk__in=OF[connection.vendor].matching(asked))


def passage(text: str, words: str) -> Passage:
    """Where the first of the words stands in the text of a page, with what is around it."""
    plain, starts = _plain(text)
    at = next((found for word in _words(words) if (found := _at_word(plain, _plain(word)[0])) is not None), None)
    if at is None:
        return Passage(before=_line(text[: 2 * AROUND]), found="", after="")
    start, end = starts[at[0]], starts[at[1] - 1] + 1
    return Passage(
        before=_line(text[max(0, start - AROUND) : start]),
        found=text[start:end],
        after=_line(text[end : end + AROUND]),
    )


def _words(words: str) -> list[str]:
    """Letters and digits only, without accents."""
    letters = (one for one in unicodedata.normalize("NFKD", words) if not unicodedata.combining(one))
    return re.findall(r"[^\W_]+", "".join(letters))[:MOST_WORDS]


def _at_word(plain: str, word: str) -> tuple[int, int] | None:
    found = re.search(rf"(?<![^\W_]){re.escape(word)}[^\W_]*", plain)
    return found.span() if found else None


def _plain(text: str) -> tuple[str, list[int]]:
    """Without accents and capitals; and for each character of it, where it stood."""
    letters, starts = [], []
    for at, letter in enumerate(text):
        for one in unicodedata.normalize("NFKD", letter.casefold()):
            if not unicodedata.combining(one):
                letters.append(one)
                starts.append(at)
    return "".join(letters), starts


def _line(text: str) -> str:
    return re.sub(r"\s+", " ", text)
