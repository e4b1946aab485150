"""Many documents in one scan are told apart by what their pages are; where that is open, a person is asked."""

from __future__ import annotations

import pytest

from backline.documents.reading import Box, PageText, Word
from backline.documents.separating import Beginning, beginnings, numbered, recipient

WORDS = {"invoice": "bill", "application": "form"}


def kind(text: str) -> str:
    return next((name for word, name in WORDS.items() if word in text.casefold()), "")


def scan(*texts: str) -> list[PageText]:
    return [PageText(number=n, text=text, words=(), engine="tesseract") for n, text in enumerate(texts, 1)]


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("Invoice\nPage 1 of 3", (1, 3)),
        ("Rechnung, Seite 2 von 3", (2, 3)),
        ("A letter\n- 2/4 -", (2, 4)),
        ("half of it is 1/2 of all", None),
        ("Page 5 of 3", None),
    ],
)
def test_page_numbers_are_read_where_they_say_of_how_many(text: str, says: tuple[int, int] | None) -> None:
    assert numbered(text) == says


def test_a_page_that_is_numbered_the_first_begins_a_document_and_the_later_ones_do_not() -> None:
    pages = scan("Invoice A, Page 1 of 2", "Dear Sir, Page 2 of 2", "Application, Page 1 of 2", "More, Page 2 of 2")

    assert beginnings(pages, kind=kind) == [Beginning(page=3, sure=True)]


def test_another_kind_with_a_greeting_is_surely_another_document_and_either_alone_is_a_question() -> None:
    both = scan("Invoice of the hospital", "Dear Sir, my application is here")
    one = scan("Invoice of the hospital", "The application form, filled in")

    assert beginnings(both, kind=kind) == [Beginning(page=2, sure=True)]
    assert beginnings(one, kind=kind) == [Beginning(page=2, sure=False)]


def test_an_empty_page_between_makes_it_likelier_and_begins_nothing_itself() -> None:
    pages = scan("Invoice of the hospital", " . ", "The application form, filled in")

    assert beginnings(pages, kind=kind) == [Beginning(page=3, sure=True)]


def test_pages_of_one_kind_are_one_document() -> None:
    assert beginnings(scan("Invoice of the hospital", "invoice, more lines of it"), kind=kind) == []
    assert beginnings([], kind=kind) == []


def letter(number: int, *address: str, text: str = "Words of a letter to somebody", top: float = 0.15) -> PageText:
    """A page with an address block where the window of an envelope is."""
    words = [
        Word(text=word, confidence=1, box=Box(left, height, left + 0.09, height + 0.012))
        for height, told in ((top + 0.02 * line, told) for line, told in enumerate(address))
        for left, word in ((0.1 + 0.1 * n, word) for n, word in enumerate(told.split()))
    ]  # fmt: skip
    return PageText(number=number, text="\n".join((*address, text)), words=tuple(words), engine="tesseract")


ANNA = ("Anna Seidel", "Lange Straße 12", "10115 Berlin")
PETER = ("Peter Lang", "Am Hang 3", "50667 Köln")


def test_another_recipient_is_a_question_and_with_a_greeting_surely_another_document() -> None:
    assert beginnings([letter(1, *ANNA), letter(2, *PETER)], kind=kind) == [Beginning(page=2, sure=False)]
    greeted = letter(2, *PETER, text="Dear Mr Lang, thank you")
    assert beginnings([letter(1, *ANNA), greeted], kind=kind) == [Beginning(page=2, sure=True)]


def test_the_same_recipient_read_a_little_otherwise_or_none_at_all_is_no_sign() -> None:
    otherwise = letter(2, "ANNA SEIDEL,", "Lange Straße 12", "10115 Berlin.", top=0.17)
    assert beginnings([letter(1, *ANNA), otherwise], kind=kind) == []
    assert beginnings([letter(1, *ANNA), letter(2, "Item 1", "Item 2")], kind=kind) == []


@pytest.mark.parametrize("town", ["10115 Berlin", "D-10115 Berlin", "Springfield, IL 62701", "London SW1A 1AA"])
def test_an_address_ends_with_its_postcode(town: str) -> None:
    assert recipient(letter(1, "Anna Seidel", "Lange Straße 12", town, "Your letter of May")).endswith(
        "".join(letter for letter in town.casefold() if letter.isalnum())
    )


def test_an_address_stands_in_the_window_alone() -> None:
    assert recipient(letter(1, *ANNA, top=0.6)) == ""
    assert recipient(letter(1, "12345 Lines", "of a table")) == ""
