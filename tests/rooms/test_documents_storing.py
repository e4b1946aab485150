"""Documents are kept by content, named safely, and told apart by what they are."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest
from pytest_django import Settings

from backline.documents import contents, media
from backline.documents.models import ContentReading, Document
from backline.documents.naming import clean_name
from backline.documents.storing import DocumentRefused, content, document_row, store

NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.FOLDER = tmp_path
    return tmp_path


def keep(data: bytes, name: str = "note.txt", **more: object) -> Document:
    return store(content=data, name=name, by="party:1", now=NOW, **more)  # type: ignore[arg-type]


@pytest.mark.django_db
def test_what_was_stored_comes_back_as_it_was() -> None:
    document = keep(b"Dear all,\r\nhello", "letter.txt")

    assert content(Document.objects.get(pk=document.pk)) == b"Dear all,\r\nhello"
    assert (document.media_type, document.pages, document.size) == ("text/plain", 1, 16)
    assert document_row(document).get("sha256") == document.sha256


@pytest.mark.django_db
def test_the_same_content_is_stored_and_read_once_however_often_it_is_given(folder: Path) -> None:
    first, second = keep(b"one and the same", "a.txt"), keep(b"one and the same", "b.txt")

    files = [path for path in (folder / "files").rglob("*") if path.is_file()]
    assert first.pk != second.pk
    assert [path.name for path in files] == [first.sha256]
    assert ContentReading.objects.count() == 1


@pytest.mark.django_db
def test_a_file_that_was_altered_on_disk_is_not_handed_out() -> None:
    document = keep(b"the truth")
    path = contents.path_of(document.sha256)
    path.chmod(0o600)
    path.write_bytes(b"a forgery")

    with pytest.raises(contents.ContentMissing, match="not what was stored"):
        content(document)


@pytest.mark.django_db
@pytest.mark.parametrize(("data", "says"), [(b"", "empty"), (b"x" * 2049, "at most 2 kB")])
def test_nothing_and_too_much_are_refused_in_words(data: bytes, says: str, folder: Path) -> None:
    with pytest.raises(DocumentRefused, match=says):
        keep(data, limit=2048)

    assert not (folder / "files").exists()
    assert not Document.objects.exists()


@pytest.mark.parametrize(
    ("hostile", "clean"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\Ann\\bill.pdf", "bill.pdf"),
        ("bill\u202efdp.exe", "billfdp.exe"),
        ("a\x00b\r\nc.pdf", "ab c.pdf"),
        ("CON.txt", "document"),
        ("...", "document"),
        ("", "document"),
        ("Rechnung März.pdf", "Rechnung März.pdf"),
        ("x" * 500 + ".pdf", "x" * 116 + ".pdf"),
    ],
)
def test_a_hostile_name_becomes_a_harmless_one(hostile: str, clean: str) -> None:
    assert clean_name(hostile) == clean


@pytest.mark.parametrize(
    ("data", "is_a"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\x89PNG\r\n\x1a\nrest", "image/png"),
        (b"MZ\x90\x00" + b"\x00" * 60, "application"),
        ("Grüße".encode(), "text/plain"),
        (b"\x00\x01\x02\x03", "application/octet-stream"),
    ],
)
def test_the_content_says_what_a_file_is(data: bytes, is_a: str) -> None:
    assert media.media_type(data).startswith(is_a)
