"""Words beside which a field of a kind stands, as people who corrected it showed; asked after the declared ones."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from django.db.models import Count, Q

from backline.documents.models import FieldSample
from backline.documents.page_lines import Line, lines_of
from backline.documents.reading import Box, PageText

LEAST_SHOWN = 3
"""Documents of a kind on which the field stood beside the same words"""
CONFIRMED_ENOUGH = 10
"""Readings by learnt words that people found right, before one may be sure"""
MOST_WORDS = 3
APART = 0.12
"""Of the page's width: words farther to the left are not beside it"""
ABOVE = 0.06
"""Of the page's height"""


@dataclass(frozen=True, kw_only=True)
class Anchor:
    """Words, and whether the field stands ``right`` of them or ``below``; how many showed it, and found it right."""

    words: str
    where: str
    shown: int
    right: int

    @property
    def trusted(self) -> bool:
        """Whether a reading beside it may be sure."""
        return self.right >= CONFIRMED_ENOUGH


def learnt_anchors(kind: str, field: str) -> list[Anchor]:
    """Those that enough documents showed, the most frequent first."""
    rows = FieldSample.objects.filter(kind=kind, field=field).exclude(anchor="").values("anchor", "where")
    counted = rows.annotate(shown=Count("pk"), found=Count("pk", filter=Q(right=True))).filter(shown__gte=LEAST_SHOWN)
    return [
        Anchor(words=row["anchor"], where=row["where"], shown=row["shown"], right=row["found"])
        for row in counted.order_by("-shown", "anchor")
    ]


def anchor_of(page: PageText, box: Box) -> tuple[str, str]:
    """The words beside a place on a page, and where it stands from them; empty where there are none."""
    lines = lines_of(page.words)
    beside = list(_to_the_left(lines, box))
    if beside:
        return _plain(beside[-MOST_WORDS:]), "right"
    above = [line for line in map(lambda one: _over(one, box), lines) if line]
    return (_plain(above[-1][:MOST_WORDS]), "below") if above else ("", "")


def _to_the_left(lines: Sequence[Line], box: Box) -> Iterator[str]:
    middle = (box.top + box.bottom) / 2
    for line in lines:
        before = [word for word in line if word.box.top < middle < word.box.bottom and word.box.right <= box.left]
        ends = box.left
        kept: list[str] = []
        for word in reversed(before):
            if ends - word.box.right > APART or any(letter.isdigit() for letter in word.text):
                break
            kept.append(word.text)
            ends = word.box.left
        yield from reversed(kept)


def _over(line: Line, box: Box) -> tuple[str, ...]:
    return tuple(
        word.text
        for word in line
        if 0 <= box.top - word.box.bottom < ABOVE
        and word.box.left < box.right
        and word.box.right > box.left
        and not any(letter.isdigit() for letter in word.text)
    )


def _plain(words: Sequence[str]) -> str:
    return " ".join(word.casefold().strip(" :.,;") for word in words).strip()[:120]
