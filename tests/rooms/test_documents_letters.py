"""Letters are archival, accessible PDF; values are printed and never obeyed."""

from __future__ import annotations

import io
from datetime import date

import pypdf
import pytest

from backline.documents import prose
from backline.documents.letters import Letterhead, make_letter
from tests.rooms.channels_house import text_of_pdf

TEMPLATE = """Subject: About {amount}

Dear {name},

we paid **{amount}** to *{name}*. [Your page]({link})

# Details

| Gross | {amount} |
| Net | 1 |

- one
- two
  goes on

1. first
"""
EVIL = '#image("/etc/passwd") **bold** [x](http://evil.example) $x$ {name} \\ " <b>'


def letter(name: str = "Ann", language: str = "en", **more: object) -> bytes:
    """A letter to Ann."""
    filled = prose.fill(prose.parse(TEMPLATE), {"amount": "10 EUR", "name": name, "link": "https://x.example/"})
    told: dict[str, object] = {
        "letterhead": Letterhead(name="Meridian", foot=("Meridian", "1 Harbour Street")),
        "recipient": [name, "1 Long Street"],
        "subject": prose.plain_line(filled.subject),
        "blocks": filled.blocks,
        "reference": "HW-4F7K-29",
        "language": language,
        "date": date(2026, 11, 22),
        **more,
    }
    return make_letter(**told)  # type: ignore[arg-type]


def test_a_letter_says_what_it_has_to_and_is_made_for_the_archive() -> None:
    pdf = letter()
    text = text_of_pdf(pdf)

    for told in ("Dear Ann", "10 EUR", "HW-4F7K-29", "22 November 2026", "1 Long Street", "Page 1 of 1", "two goes on"):
        assert told in text.replace("\r\n", "\n")
    xmp = pypdf.PdfReader(io.BytesIO(pdf)).xmp_metadata
    assert xmp is not None
    assert (xmp.pdfaid_part, xmp.pdfaid_conformance) == ("2", "A")
    assert b"pdfuaid" in pypdf.PdfReader(io.BytesIO(pdf)).trailer["/Root"]["/Metadata"].get_data()


def test_the_same_letter_is_the_same_bytes() -> None:
    assert letter() == letter()


def test_what_a_value_holds_is_printed_as_it_stands() -> None:
    text = text_of_pdf(letter(name=EVIL))

    assert '#image("/etc/passwd") **bold**' in text
    assert "root:" not in text


def test_a_long_letter_counts_its_pages() -> None:
    many = prose.parse("\n\n".join(["A paragraph that fills a line or two of this letter."] * 80))

    assert "Page 3 of 3" in text_of_pdf(letter(blocks=many.blocks))


@pytest.mark.parametrize("logo", [b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>', b"no picture"])
def test_a_letter_is_made_with_whatever_logo_there_is(logo: bytes) -> None:
    assert letter(letterhead=Letterhead(name="Meridian", logo=logo)).startswith(b"%PDF")


def test_an_empty_hole_is_refused() -> None:
    with pytest.raises(prose.HoleEmpty, match="name"):
        prose.fill(prose.parse("Dear {name}"), {})


def test_prose_as_plain_text_keeps_its_shape_and_shows_addresses() -> None:
    filled = prose.fill(prose.parse(TEMPLATE), {"amount": "10 EUR", "name": "Ann", "link": "https://x.example/"})

    assert prose.plain_line(filled.subject) == "About 10 EUR"
    assert prose.plain_text(filled) == (
        "Dear Ann,\n\nwe paid 10 EUR to Ann. Your page: https://x.example/\n\nDetails\n\nGross: 10 EUR\nNet: 1\n\n"
        "- one\n- two goes on\n\n1. first\n"
    )


def test_a_backslash_takes_a_marks_meaning_away() -> None:
    assert prose.plain_text(prose.parse(r"\{name\} costs \*5\*")) == "{name} costs *5*\n"
