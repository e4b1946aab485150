"""Papers of the demonstration are read as Meridian's rules say: a photo that lies on its side, the rows of an order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from backline.demo import meridian, papers
from backline.documents.fields import FieldReading, find_fields
from backline.documents.kinds import read_kinds
from backline.documents.media import media_type
from backline.documents.reading import read_file
from backline.documents.recognising import best_kind
from backline.engine.values import Money

Read = Callable[[bytes], tuple[str, dict[str, FieldReading]]]
KINDS = read_kinds((meridian.FOLDER / "types" / "kinds.yaml").read_text(encoding="utf-8"))


@pytest.fixture
def read(tmp_path: Path) -> Read:
    """What is read of a paper: its kind and its fields."""

    def of(content: bytes) -> tuple[str, dict[str, FieldReading]]:
        path = tmp_path / "paper"
        path.write_bytes(content)
        found = read_file(path, media_type(content))
        kind = best_kind(found.text, KINDS)
        return kind, dict(find_fields(found, KINDS[kind]))

    return of


def test_the_rows_of_an_order_are_read(read: Read) -> None:
    lines = {"Luggage tag": (3, Decimal(9)), "Travel mug": (2, Decimal(14)), "Neck pillow": (0, Decimal(22))}
    kind, fields = read(papers.order_form(to="Karin Vogt", number="CO-4711", lines=lines))
    assert kind == "club_order"
    assert [fields[name].value for name in ("tags", "mugs", "pillows")] == [3, 2, 0]
    assert (fields["number"].text, fields["total"].value) == ("CO-4711", Money(amount=Decimal(55), currency="EUR"))


def test_the_total_of_a_receipt_is_read_from_a_photo_on_its_side(read: Read) -> None:
    photo = papers.receipt_photo(items={"Suitcase": Decimal(149), "Strap": Decimal("12.50")}, on=date(2026, 11, 22))
    kind, fields = read(photo)
    assert kind == "receipt"
    assert fields["total"].value == Money(amount=Decimal("161.50"), currency="EUR")
