"""An archive copy of a scan is PDF/A, shows the page as it was, and its words can be found where they stand.

No validator of PDF/A runs here: typst refuses what the standard forbids, and the file says which standard it keeps.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from pytest_django import Settings

from backline.documents.archiving import NotArchived, archive_copy
from backline.documents.models import Document
from backline.documents.reading import read
from backline.documents.storing import store
from tests.rooms.channels_house import bill_pdf

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> None:
    settings.FOLDER = tmp_path


def kept(content: bytes) -> Document:
    return store(content=content, name="bill.pdf", by="party:1", now=NOW)


def test_a_copy_says_its_standard_and_has_the_words_where_they_stand() -> None:
    document = kept(bill_pdf("310.00"))
    copy = archive_copy(document)

    assert b"pdfaid:part>2<" in copy.replace(b" ", b"")
    page = pdfium.PdfDocument(copy)[0]
    layer = page.get_textpage()
    assert "310.00" in layer.get_text_bounded()
    word = next(one for one in read(document).pages[0].words if "310.00" in one.text)
    at = layer.search("310.00").get_next()
    assert at is not None
    left, _, _, top = layer.get_charbox(at[0])
    assert left / page.get_width() == pytest.approx(word.box.left, abs=0.02)
    assert 1 - top / page.get_height() == pytest.approx(word.box.top, abs=0.03)


def test_the_same_document_makes_the_same_copy() -> None:
    document = kept(bill_pdf("310.00"))

    assert archive_copy(document) == archive_copy(document)


def test_what_was_not_read_to_its_end_is_not_copied() -> None:
    with pytest.raises(NotArchived, match="not read to its end"):
        archive_copy(kept(b"%PDF-1.7\nnothing of the sort"))
