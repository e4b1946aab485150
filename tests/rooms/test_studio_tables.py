"""A decision table goes out of the studio as a spreadsheet and comes back into the draft, compared first."""

from __future__ import annotations

import io
import re
from html import unescape
from typing import Any

import pytest
from django.conf import settings
from django.core.files.uploadedfile import SimpleUploadedFile
from openpyxl import Workbook, load_workbook

from backline.catalogue import drafting, table_rows
from tests.rooms.cases_house import House
from tests.rooms.cases_house import house as house
from tests.rooms.workbench_house import CAST, Desk, sign_in, words

pytestmark = pytest.mark.django_db
BACK = "/studio/types/payout/draft/tables/fees.csv"
FEES = "amount,fee,# why\n<= 100 EUR,0 EUR,small\n,amount * 0.01,=else\n"


@pytest.fixture
def analyst(house: House, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.setitem(CAST, "analyst", {"duties": ("analyst",)})
    for key in drafting.drafts(settings.ORGANISATION.folder):
        drafting.settle(organisation=settings.ORGANISATION.folder, key=key)
    desk = sign_in("analyst", house)
    desk.post("/studio/types/payout/draft/begin", {})
    desk.post("/studio/types/payout/draft", {"file": "fees.csv", "text": FEES, "seen": ""})
    return desk


def fees() -> str:
    folder = drafting.draft_of(settings.ORGANISATION.folder, "payout")
    assert folder
    return (folder / "fees.csv").read_text()


def out(desk: Desk) -> Workbook:
    return load_workbook(io.BytesIO(desk.get("/studio/types/payout/tables/fees.csv").content))


def back(desk: Desk, book: Workbook) -> Any:
    content = io.BytesIO()
    book.save(content)
    return desk.post(BACK, {"file": SimpleUploadedFile("fees.xlsx", content.getvalue())})


def test_a_table_goes_out_as_text_and_comes_back_as_it_was(analyst: Desk) -> None:
    book = out(analyst)
    assert [cell.value for cell in book.worksheets[0][2]] == ["<= 100 EUR", "0 EUR", "small"]
    assert book.worksheets[0]["C3"].data_type == "s"
    assert "No row differs." in back(analyst, book).content.decode()


def test_what_changes_is_shown_row_by_row_before_it_is_saved(analyst: Desk) -> None:
    book = out(analyst)
    sheet = book.worksheets[0]
    sheet["B2"] = "1 EUR"
    sheet.append(["> 900 EUR", 2.5, "new, big"])
    page = back(analyst, book).content.decode()
    assert "<del>0 EUR</del> <ins>1 EUR</ins>" in page
    assert "<ins>&gt; 900 EUR</ins>" in page
    assert fees() == FEES
    text = re.search(r"<textarea[^>]*>\n(.*?)</textarea>", page, re.S)
    seen = re.search(r'name="seen" value="([^"]*)"', page)
    assert text
    assert seen
    analyst.post(BACK, {"text": unescape(text[1]), "seen": seen[1]})
    assert fees() == FEES.replace("0 EUR,small", "1 EUR,small", 1) + '> 900 EUR,2.5,"new, big"\n'


def test_what_is_wrong_is_told_at_its_cell(analyst: Desk) -> None:
    book = out(analyst)
    book.worksheets[0]["B1"] = None
    said = words(back(analyst, book).content.decode())
    assert "B1 This column has no heading." in said


def test_a_place_of_the_file_is_found_among_the_rows() -> None:
    text = 'a;b\n\n1;"two\nlines"\n3;4\n'
    assert [table_rows.place_of(text, *at) for at in ((1, 3), (3, 4), (5, 3), (5, 0), (9, 1))] == [
        (1, 2), (2, 2), (3, 2), (3, 0), None,
    ]  # fmt: skip


def test_a_formula_is_refused_and_can_not_be_saved(analyst: Desk) -> None:
    book = out(analyst)
    book.worksheets[0]["B2"] = "=1+1"
    said = words(back(analyst, book).content.decode())
    assert "B2 A formula is not taken" in said
    assert "Save in the draft" not in said


def test_what_somebody_saved_meanwhile_is_not_overwritten(analyst: Desk) -> None:
    answer = analyst.post(BACK, {"text": "a,b\n", "seen": "0000"})
    assert answer.status_code == 422
    assert fees() == FEES


def test_workers_find_no_tables(house: House, analyst: Desk) -> None:
    worker = sign_in("worker", house)
    for address in (BACK, "/studio/types/payout/tables/fees.csv"):
        assert worker.get(address).status_code == 404
