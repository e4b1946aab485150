"""Documents are read once, in a process of their own, and their fields found by declared rules."""

from __future__ import annotations

import io
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image, ImageDraw, ImageFont
from pytest_django import Settings

from backline.documents import confined, found_values, reading
from backline.documents.kinds import KindsRefused, read_kinds
from backline.documents.models import ContentReading, Document
from backline.documents.parsing import recognition
from backline.documents.picturing import NoPicture, page_image
from backline.documents.reading_facts import Found, Unsure, read
from backline.documents.recognising import best_kind
from backline.documents.storing import store
from backline.engine.definition import ValueType
from backline.engine.values import Money
from tests.rooms.channels_house import KINDS, bill_pdf

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
MONEY = ValueType(kind="money")
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> Path:
    settings.FOLDER = tmp_path
    (tmp_path / "types").mkdir()
    (tmp_path / "types" / "kinds.yaml").write_text(KINDS, encoding="utf-8")
    return tmp_path


def keep(content: bytes, name: str = "bill.pdf") -> Document:
    return store(content=content, name=name, by="party:1", now=NOW)


def picture_of(text: str) -> bytes:
    image = Image.new("L", (900, 300), 255)
    ImageDraw.Draw(image).text((40, 40), text, fill=0, font=ImageFont.load_default(size=34), spacing=20)
    out = io.BytesIO()
    image.save(out, format="PNG")
    return out.getvalue()


def test_a_pdf_is_recognised_and_its_total_read_with_its_place_on_the_page() -> None:
    document = keep(bill_pdf("1,250.50"))
    found = read(str(document.pk), "total", MONEY)

    assert document.kind == "medical_bill"
    assert isinstance(found, Found)
    assert (found.value, found.page) == (Money(Decimal("1250.50"), "EUR"), 1)
    assert 0 < found.box.left < found.box.right < 1
    assert 0 < found.box.top < found.box.bottom < 1


def test_what_stands_in_the_box_is_what_was_read() -> None:
    document = keep(bill_pdf("77.00"))
    found = read(str(document.pk), "total", MONEY)
    assert isinstance(found, Found)

    image = Image.open(io.BytesIO(page_image(document, 1, 1600)))
    box = (
        found.box.left * image.width,
        found.box.top * image.height,
        found.box.right * image.width,
        found.box.bottom * image.height,
    )
    inside = image.crop(tuple(int(side) for side in box)).convert("L")  # type: ignore[arg-type]
    assert inside.getextrema()[0] < 100, "there is ink in the box"


@pytest.mark.skipif(not recognition.installed(), reason="no reader of pictures is installed here")
def test_a_photo_is_read_by_recognition() -> None:
    document = keep(picture_of("City Hospital\nTotal due EUR 310.00"), "photo.png")

    assert document.kind == "medical_bill"
    found = read(str(document.pk), "total", MONEY)
    assert isinstance(found, Found | Unsure)
    assert found.value == Money(Decimal("310.00"), "EUR")


def test_what_no_rule_finds_is_unsure_with_its_reason() -> None:
    unknown = keep(b"Nothing that we know", "x.txt")
    bare = keep(b"City Hospital, patient Ann. No amount at all.", "y.txt")

    assert read(str(unknown.pk), "total", MONEY) == Unsure(reason="unknown kind")
    assert read(str(bare.pk), "total", MONEY) == Unsure(reason="not found")
    assert read("999999", "total", MONEY) == Unsure(reason="no document")


def test_two_totals_that_differ_make_the_first_one_less_sure() -> None:
    kinds = read_kinds(
        "kinds: {bill: {words: {any: [x]}, fields: {total: {type: money, near: [total], currency: EUR}}}}"
    )
    document = keep(b"Total 10.00\nTotal 20.00", "z.txt")
    from backline.documents.fields import find_field

    found = find_field(reading.read(document), kinds["bill"].fields["total"])
    assert found is not None
    assert found.confidence < 1


def test_a_page_is_drawn_once_at_each_width(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    document = keep(bill_pdf())
    first = page_image(document, 1, 800)
    monkeypatch.setattr(confined, "ask_parser", lambda *_: pytest.fail("it was drawn again"))

    assert page_image(document, 1, 790) == first
    assert Image.open(io.BytesIO(first)).width == 800
    with pytest.raises(NoPicture):
        page_image(document, 2)


def bomb() -> bytes:
    """A picture of 40,000 by 40,000 dots in a few kilobytes."""
    out = io.BytesIO()
    Image.new("1", (40_000, 40_000)).save(out, format="TIFF", compression="group4")
    return out.getvalue()


@pytest.mark.parametrize(
    ("content", "state"),
    [
        (b"%PDF-1.7\nnothing of the sort", "broken"),
        (bill_pdf()[:900], "broken"),
        (b"\x89PNG\r\n\x1a\n" + b"\x00" * 50, "broken"),
        (b"\x89PNG\r\n\x1a\n", "broken"),
        (b"\x01\x02\x03\x00\x04", "unsupported"),
        (bomb(), "too much"),
    ],
    ids=["no pdf", "half a pdf", "no picture", "head alone", "unknown", "bomb"],
)  # fmt: skip
def test_hostile_files_are_kept_and_end_in_a_named_state(content: bytes, state: str) -> None:
    document = keep(content, "x")

    assert ContentReading.objects.get(sha256=document.sha256).state == state
    assert document.kind == ""


@pytest.mark.parametrize(
    ("text", "amount", "currency"),
    [
        ("EUR 1,250.50", "1250.50", "EUR"), ("1.250,50 €", "1250.50", "EUR"), ("$ 1,234,567.89", "1234567.89", "USD"),
        ("CHF 1'250.00", "1250.00", "CHF"), ("1 250,00 EUR", "1250.00", "EUR"), ("Total: 99", "99.00", "EUR"),
        ("-12.00", "-12.00", "EUR"), ("1.250", "1250.00", "EUR"),
    ],
)  # fmt: skip
def test_amounts_are_read_as_several_countries_print_them(text: str, amount: str, currency: str) -> None:
    found = found_values.find_amount(text, currency="EUR")

    assert found is not None
    assert found.value == Money(Decimal(amount), currency)


@pytest.mark.parametrize(
    ("text", "order", "read", "certain"),
    [
        ("2026-03-01", "", date(2026, 3, 1), True), ("1. März 2026", "", date(2026, 3, 1), True),
        ("March 1st, 2026", "", date(2026, 3, 1), True), ("le 1 août 2026", "", date(2026, 8, 1), True),
        ("1 de marzo de 2026", "", date(2026, 3, 1), True), ("03.04.26", "", date(2026, 4, 3), True),
        ("03/04/2026", "dmy", date(2026, 4, 3), True), ("03/04/2026", "mdy", date(2026, 3, 4), True),
        ("25/12/2026", "", date(2026, 12, 25), True), ("03/04/2026", "", date(2026, 3, 4), False),
    ],
)  # fmt: skip
def test_dates_are_read_and_those_that_could_be_two_are_unsure(
    text: str, order: str, read: date, certain: bool
) -> None:
    found = found_values.find_date(text, order=order)

    assert found is not None
    assert (found.value, found.certainty == 1) == (read, certain)


def test_a_text_of_two_kinds_alike_is_of_neither() -> None:
    kinds = read_kinds("kinds: {a: {words: {any: [one, two]}}, b: {words: {any: [one, three], none: [four]}}}")

    assert best_kind("one", kinds) == ""
    assert best_kind("one two", kinds) == "a"
    assert best_kind("one three four", kinds) == "a"
    assert best_kind("onerous", kinds) == ""


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("kinds: {a: {wrods: {}}}", "unknown key 'wrods'"),
        ("kinds: {a: {fields: {x: {type: mony, near: [x]}}}}", "'mony' is not one of money"),
        ("kinds: {a: {fields: {x: {type: text}}}}", "say 'near' or 'pattern'"),
        ("kinds: {a: {fields: {x: {pattern: '('}}}}", "pattern"),
        ("kinds: [", "not YAML"),
    ],
)
def test_rules_that_are_wrong_are_refused_with_the_mend(text: str, says: str) -> None:
    with pytest.raises(KindsRefused, match=says):
        read_kinds(text)
