"""What was read with doubt is confirmed or mended by a person, beside the place on the page, one after the other."""

from __future__ import annotations

import io
from decimal import Decimal
from pathlib import Path

import pytest
from PIL import Image, ImageDraw
from pytest_django import Settings

from backline.cases import readings
from backline.cases.asserting import assert_facts
from backline.cases.models import Case, Want
from backline.documents.fields import FieldReading
from backline.documents.models import FieldSample
from backline.documents.reading import Box
from backline.documents.storing import store
from backline.engine.values import Money
from tests.rooms.cases_house import House
from tests.rooms.workbench_house import sign_in, task, workbench

__all__ = ["workbench"]
pytestmark = pytest.mark.django_db
PLACE = Box(left=0.5, top=0.41, right=0.7, bottom=0.43)
CLAIM = """
case: claim
title: Get a bill paid
for: customer
owner: desk
roles: {customer: {label: You}}
facts:
  bill: {label: The bill, type: document, kinds: [hospital_bill], ask: customer}
  total:
    label: What does the bill come to?
    type: money
    read: bill.total
    work: {team: desk, shows: [bill]}
outcomes:
  paid: {label: Paid, when: total > 0 EUR}
  otherwise: {label: Nothing to pay}
"""


def bill() -> bytes:
    """A page with a sum on it."""
    page = Image.new("L", (600, 800), 255)
    ImageDraw.Draw(page).text((300, 330), "Total 123.45 EUR", fill=0)
    written = io.BytesIO()
    page.save(written, "PNG")
    return written.getvalue()


@pytest.fixture
def doubtful(workbench: House, monkeypatch: pytest.MonkeyPatch) -> House:
    """The reader finds a sum on every bill and is never sure of it."""

    def read_field(*_told: object) -> FieldReading:
        return FieldReading(
            value=Money(Decimal("128.45"), "EUR"), text="128.45 EUR", confidence=0.62, page=1, box=PLACE
        )

    monkeypatch.setattr(readings, "read_field", read_field)
    workbench.publish(CLAIM)
    return workbench


def handed_in(house: House) -> Case:
    """A bill of which the sum is read with doubt."""
    paper = store(content=bill(), name="bill.png", kind="hospital_bill", by=house.ann.id, now=house.now)
    case = house.open("claim")
    return assert_facts(case=case, by=house.ann, channel="portal", facts={"bill": str(paper.pk)}, now=house.now)


def test_a_doubtful_reading_is_shown_large_with_its_value_to_be_confirmed(doubtful: House) -> None:
    case = handed_in(doubtful)
    assert case.outcome == ""
    worker = sign_in("worker", doubtful)
    page = worker.get(f"/work/tasks/{task(case, 'total').pk}").content.decode()
    assert "Read as “128.45 EUR”, 62 % sure." in page
    assert 'value="128.45"' in page
    assert page.count('class="doubtful"') == 2, "in the part that is shown large, and on the page"
    part = worker.get(page.split('class="unsure-part"><img src="')[1].split('"')[0])
    with Image.open(io.BytesIO(part.content)) as picture:
        assert picture.width > 2 * picture.height


def test_after_one_reading_comes_the_next_and_at_the_end_the_list(doubtful: House) -> None:
    first, second = handed_in(doubtful), handed_in(doubtful)
    worker = sign_in("worker", doubtful)
    assert "Readings 2" in worker.read("/work/?view=readings")
    told = {"total": "128.45", "queue": "readings"}
    answer = worker.post(f"/work/tasks/{task(first, 'total').pk}", told)
    assert answer["Location"] == f"/work/tasks/{task(second, 'total').pk}?queue=readings"
    answer = worker.post(f"/work/tasks/{task(second, 'total').pk}", told | {"total": "123.45"})
    assert answer["Location"] == "/work/?view=readings"
    first.refresh_from_db()
    assert (first.outcome, Want.objects.filter(closed_at=None).count()) == ("paid", 0)


def test_work_that_nothing_was_read_for_is_not_among_the_readings(doubtful: House) -> None:
    case = doubtful.open(account="A-1", amount="200")
    worker = sign_in("worker", doubtful)
    assert "Readings" not in worker.read("/work/")
    assert "Read as" not in worker.read(f"/work/tasks/{task(case).pk}")


@pytest.mark.parametrize("part", ["500-400-700", "700-400-500-450", "0-0-0-0", "²-1-0-3", "-1-0-5-9999999999999999"])
def test_a_part_that_is_none_shows_the_whole_page(doubtful: House, part: str) -> None:
    case = handed_in(doubtful)
    paper = case.filed.get().document_id
    worker = sign_in("worker", doubtful)
    whole = worker.get(f"/work/cases/{case.reference}/documents/{paper}/pages/1.png")
    asked = worker.get(f"/work/cases/{case.reference}/documents/{paper}/pages/1.png", {"part": part})
    assert whole.content == asked.content


def test_what_a_colleague_says_of_a_reading_is_counted_by_who_read_it(doubtful: House, settings: Settings) -> None:
    kinds = "kinds: {hospital_bill: {label: Hospital bill, fields: {total: {type: money, near: [total]}}}}"
    (Path(settings.FOLDER) / "types").mkdir(exist_ok=True)
    (Path(settings.FOLDER) / "types" / "kinds.yaml").write_text(kinds, encoding="utf-8")
    case, worker = handed_in(doubtful), sign_in("worker", doubtful)
    assert "Nobody has checked a reading yet" in worker.read("/work/readings")
    worker.post(f"/work/tasks/{task(case, 'total').pk}", {"total": "123.45"})

    sample = FieldSample.objects.get()
    assert (sample.kind, sample.field) == ("hospital_bill", "total")
    assert sample.by.startswith("staff:")
    page = worker.read("/work/readings")
    assert "Hospital bill" in page
    assert f"{int(sample.right)} ({100 * sample.right} %)" in page
