"""Where in a scan of many pages one document ends and the next begins, by what the pages are."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from backline.documents import page_lines
from backline.documents.reading import PageText
from backline.documents.recognising import kind_of

SURE, LIKELY = 2, 1
NUMBERED = re.compile(
    r"\b(?:page|seite|blatt|pagina|página|p\.|s\.)\s*(\d{1,3})\s*(?:of|von|de|van|sur|/)\s*(\d{1,3})\b"
    r"|^\s*[-–]?\s*(\d{1,3})\s*/\s*(\d{1,3})\s*[-–]?\s*$",
    re.I | re.M,
)
GREETING = re.compile(r"^\s*(?:dear\b|sehr geehrte|guten tag|hallo\b|madame|monsieur|estimad[oa]|geachte)", re.I | re.M)
HEAD, FEWEST_HEAD_LETTERS = 0.12, 12
"""Of a page: where its letterhead stands"""
WINDOW_TOP, WINDOW_BOTTOM, WINDOW_RIGHT = 0.12, 0.33, 0.55
"""Of a page: where the window of an envelope shows the recipient"""
PLACE = re.compile(
    r"^\W*(?:[A-Z]{1,2}-)?\d{4,5}\s+[^\W\d_]|\b\d{5}(?:-\d{4})?\W*$|\b[A-Z]{1,2}\d[A-Z\d]? ?\d[A-Z]{2}\W*$"
)
"""The last line of an address: a postcode and a town"""
MOST_LINES_OF_ADDRESS = 6
FEWEST_LETTERS = 10
MOST_PAGES_OF_ONE = 99


@dataclass(frozen=True, kw_only=True)
class Beginning:
    """A page on which another document begins; ``sure``, or for a person to say."""

    page: int
    sure: bool


def beginnings(pages: Sequence[PageText], *, kind: Callable[[str], str] = kind_of) -> list[Beginning]:
    """The pages on which a document begins that is not the one before, in their order."""
    found: list[Beginning] = []
    told = [page for page in pages if _letters(page.text) >= FEWEST_LETTERS]
    for before, page in pairwise(told):
        share = _speaks_for_another(before, page, blank_between=page.number > before.number + 1, kind=kind)
        if share >= LIKELY:
            found.append(Beginning(page=page.number, sure=share >= SURE))
    return found


def _speaks_for_another(before: PageText, page: PageText, *, blank_between: bool, kind: Callable[[str], str]) -> int:
    """How much speaks for another document on this page; page numbers decide alone."""
    number, last = numbered(page.text), numbered(before.text)
    if number and number[0] > 1 and (last is None or (number[0] == last[0] + 1 and number[1] == last[1])):
        return 0
    if number and number[0] == 1:
        return SURE
    if last and last[0] < last[1] and not number:
        return 0
    return sum(_signs(before, page, blank_between, kind)) + (LIKELY if last and last[0] == last[1] else 0)


def _signs(before: PageText, page: PageText, blank_between: bool, kind: Callable[[str], str]) -> Iterator[int]:
    is_now, was = kind(page.text), kind(before.text)
    if is_now and was and is_now != was:
        yield LIKELY
    if GREETING.search(page.text):
        yield LIKELY
    if blank_between:
        yield LIKELY
    head, head_before = _head(page), _head(before)
    if min(len(head), len(head_before)) >= FEWEST_HEAD_LETTERS and head != head_before and (is_now and is_now != was):
        yield LIKELY
    to, to_before = recipient(page), recipient(before)
    if to and to_before and to != to_before:
        yield LIKELY


def recipient(page: PageText) -> str:
    """To whom the page is, as its address block says without blanks and marks; empty where it has none."""
    words = [word for word in page.words if WINDOW_TOP < word.box.bottom <= WINDOW_BOTTOM]
    lines = page_lines.lines_of([word for word in words if word.box.left < WINDOW_RIGHT])
    written = [" ".join(word.text for word in line) for line in lines]
    ends = next((number for number, line in enumerate(written, 1) if PLACE.search(line)), 0)
    if not 1 < ends <= MOST_LINES_OF_ADDRESS:
        return ""
    return "".join(letter for letter in "".join(written[:ends]).casefold() if letter.isalnum())


def numbered(text: str) -> tuple[int, int] | None:
    """The number of the page and of all, where it says so: ``Page 2 of 3``, ``2/3`` on a line of its own."""
    for match in NUMBERED.finditer(text):
        number, of = (int(part) for part in match.groups() if part)
        if 1 <= number <= of <= MOST_PAGES_OF_ONE:
            return number, of
    return None


def _head(page: PageText) -> str:
    return " ".join(word.text.casefold() for word in page.words if word.box.bottom <= HEAD)


def _letters(text: str) -> int:
    return sum(letter.isalnum() for letter in text)
