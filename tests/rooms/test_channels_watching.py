"""Files in a watched folder are taken once, when they are whole, document by document."""

from __future__ import annotations

import io
import os
from datetime import timedelta
from pathlib import Path

import pypdfium2 as pdfium
import pytest
from PIL import Image

from backline.cases.refusals import NotOpen
from backline.channels.dividing import divide_contact, doubted_pages
from backline.channels.models import Contact
from backline.channels.paper_codes import SEPARATOR, paper_code
from backline.channels.watching import take_folders
from backline.documents import separating
from backline.people.actors import SYSTEM
from tests.rooms.channels_house import Channels, bill_pdf, channels, mail_server  # noqa: F401
from tests.rooms.test_channels_papers import saved, sheet


def put(channels: Channels, name: str, content: bytes, *, age: float = 60) -> Path:  # noqa: F811
    path = channels.folder / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    at = (channels.now - timedelta(seconds=age)).timestamp()
    os.utime(path, (at, at))
    return path


def test_a_file_is_taken_once_and_moved_on(channels: Channels) -> None:  # noqa: F811
    case = channels.open()
    code = paper_code(reference=case.reference, party_id=channels.member.pk, now=channels.now)
    path = put(channels, "fax/one.tif", saved(sheet(code).convert("1"), "TIFF", compression="group4"))

    taken = take_folders(now=channels.now)

    assert [(one.channel, one.result, one.case_id) for one in taken] == [("fax", "taken", case.pk)]
    assert not path.exists()
    assert (path.parent / "taken" / "one.tif").exists()
    assert take_folders(now=channels.now) == []


def test_a_file_that_is_being_written_is_left_alone(channels: Channels) -> None:  # noqa: F811
    fresh = put(channels, "scans/fresh.png", b"\x89PNG", age=1)
    partial = put(channels, "scans/one.pdf.part", b"%PDF")

    assert take_folders(now=channels.now) == []
    assert fresh.exists()
    assert partial.exists()


def test_what_cannot_be_read_is_kept_with_the_reason(channels: Channels) -> None:  # noqa: F811
    put(channels, "scans/bad.png", b"\x89PNG\r\n\x1a\n" + b"\x00" * 50)
    put(channels, "scans/empty.pdf", b"")

    take_folders(now=channels.now)

    refused = channels.folder / "scans" / "refused"
    assert (refused / "bad.png").read_bytes().startswith(b"\x89PNG")
    assert "damaged" in (refused / "bad.png.reason.txt").read_text()
    assert "empty" in (refused / "empty.pdf.reason.txt").read_text()


def test_a_scan_of_several_documents_is_cut_at_code_sheets(channels: Channels) -> None:  # noqa: F811
    case = channels.open()
    code = paper_code(reference=case.reference, party_id=channels.member.pk, now=channels.now)
    blank = Image.new("L", (620, 877), 255)
    pages = [sheet(code).resize(blank.size), blank, sheet(SEPARATOR).resize(blank.size), blank]
    put(channels, "scans/all.tif", saved(pages[0], "TIFF", save_all=True, append_images=pages[1:]))

    taken = take_folders(now=channels.now)

    assert [(one.result, one.attached.get().document.pages) for one in taken] == [("taken", 2), ("asked", 1)]
    assert Contact.objects.count() == 2


def joined(*parts: bytes) -> bytes:
    """The pages of several PDFs as one, as a scanner's feeder makes it."""
    scan, out = pdfium.PdfDocument.new(), io.BytesIO()
    for part in parts:
        scan.import_pages(pdfium.PdfDocument(part))
    scan.save(out)
    return out.getvalue()


def test_letters_that_number_their_pages_are_told_apart_in_a_scan_without_sheets(channels: Channels) -> None:  # noqa: F811
    put(channels, "scans/post.pdf", joined(bill_pdf(), bill_pdf(words="Dear Sir or Madam,")))

    assert [one.attached.get().document.pages for one in take_folders(now=channels.now)] == [1, 1]


def test_a_person_is_asked_whether_a_scan_is_one_document_or_two_and_divides_it(
    channels: Channels,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(separating, "numbered", lambda _text: None)
    put(channels, "scans/post.pdf", joined(bill_pdf(), bill_pdf(words="Dear Sir or Madam,")))
    (asked,) = take_folders(now=channels.now)

    assert (asked.result, doubted_pages(asked)) == ("asked", [2])
    assert "one document or two" in asked.reason
    two = divide_contact(contact=asked, page=2, by=SYSTEM, now=channels.now)
    assert [one.attached.get().document.pages for one in two] == [1, 1]
    assert (asked.result, doubted_pages(asked)) == ("refused", [])
    with pytest.raises(NotOpen):
        divide_contact(contact=two[0], page=2, by=SYSTEM, now=channels.now)
