"""Where people correct a field, the next document of its kind is read there; and readers are measured by it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

import pytest
from pytest_django import Settings

from backline.documents import fields
from backline.documents.confirming_fields import confirm_field
from backline.documents.field_anchors import CONFIRMED_ENOUGH, learnt_anchors
from backline.documents.models import Document, FieldSample
from backline.documents.storing import store
from backline.engine.values import Money
from backline.insight.reading_measures import reading_measures

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)
KINDS = """
kinds:
  bill:
    words: {any: [hospital]}
    sure: 0.8
    fields:
      total: {type: money, near: [total], currency: EUR}
      payer: {type: text, near: [payer]}
"""
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def folder(settings: Settings, tmp_path: Path) -> None:
    settings.FOLDER = tmp_path
    (tmp_path / "types").mkdir()
    (tmp_path / "types" / "kinds.yaml").write_text(KINDS, encoding="utf-8")


def bill(number: int, *, words: str = "Net payable") -> Document:
    text = f"City Hospital\n{words}: {number}.50 EUR\nThank you {number}"
    return store(content=text.encode(), name="bill.txt", kind="bill", by="party:1", now=NOW)


def euros(number: int) -> Money:
    return Money(Decimal(f"{number}.50"), "EUR")


def correct(number: int) -> FieldSample:
    sample = confirm_field(document=bill(number), field="total", value=euros(number), by="staff:1", now=NOW)
    assert sample is not None
    return sample


def test_a_correction_keeps_where_the_value_stands_and_beside_which_words() -> None:
    sample = correct(11)

    assert (sample.right, sample.read, sample.page) == (False, "", 1)
    assert (sample.anchor, sample.where) == ("net payable", "right")
    assert sample.box[0] > 0


def test_after_three_corrections_the_next_document_proposes_from_there_with_its_reason_and_is_never_sure() -> None:
    for number in (11, 12):
        correct(number)
    assert fields.read_field(bill(20), "bill", "total") is None
    correct(13)

    found = fields.read_field(bill(20), "bill", "total")
    assert found is not None
    assert found.value == euros(20)
    assert found.confidence < 0.8
    assert found.why == "read beside “net payable”, learnt from 3 corrections"
    assert fields.read_fields(bill(20))["total"].value == euros(20)


def test_what_enough_people_found_right_may_be_sure() -> None:
    for number in range(11, 11 + 3 + CONFIRMED_ENOUGH):
        correct(number)
    (anchor,) = learnt_anchors("bill", "total")
    found = fields.read_field(bill(99), "bill", "total")

    assert (anchor.right, anchor.trusted) == (CONFIRMED_ENOUGH, True)
    assert found is not None
    assert found.confidence > 0.8


def test_declared_words_come_first() -> None:
    for number in (11, 12, 13):
        correct(number)
    both = store(
        content=b"City Hospital\nNet payable: 5.00 EUR\nTotal: 9.00 EUR", name="x", kind="bill", by="party:1", now=NOW
    )
    found = fields.read_field(both, "bill", "total")

    assert found is not None
    assert (found.value, found.why) == (Money(Decimal("9.00"), "EUR"), "")


def test_what_stands_nowhere_teaches_no_place_and_what_no_kind_has_is_not_kept() -> None:
    sample = confirm_field(document=bill(11), field="payer", value="Somebody Else", by="staff:1", now=NOW)

    assert sample is not None
    assert (sample.page, sample.anchor) == (0, "")
    assert confirm_field(document=bill(11), field="colour", value="red", by="staff:1", now=NOW) is None


def test_each_engine_is_measured_by_what_people_found_right() -> None:
    for number in (11, 12):
        confirm_field(document=bill(number, words="Total"), field="total", value=euros(number), by="staff:1", now=NOW)
    wrong = bill(14, words="Total")
    confirm_field(document=wrong, field="total", value=euros(99), by="staff:1", now=NOW)

    (one,) = reading_measures()
    assert (one.kind, one.field, one.engine) == ("bill", "total", "text layer")
    assert (one.checked, one.right, one.percent) == (3, 2, 66)
