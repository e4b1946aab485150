"""The work list goes out as a spreadsheet and comes back: compared, refused cell by cell, answered once."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.http import HttpResponse
from openpyxl import Workbook, load_workbook

from backline.cases.asserting import assert_facts
from backline.cases.models import Case, Entry, FiledDocument, Want
from backline.documents import parser, spreadsheets, storing
from backline.documents.confined import Answer
from backline.engine.values import Money
from backline.people.models import Look
from tests.rooms.cases_house import House
from tests.rooms.workbench_house import Desk, sign_in, task, words, workbench

__all__ = ["workbench"]
pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def one_process(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Files of our own are opened here; hostile ones in the parser's process, as all are."""
    if "hostile" not in request.node.name:
        monkeypatch.setattr(spreadsheets.confined, "ask_parser", here)


def here(task: str, *arguments: object, **limits: object) -> Answer:
    """The parser without its process."""
    return Answer(lines=tuple(parser.TASKS[task](*map(str, arguments))), ending="done")


def download(desk: Desk, query: str = "") -> Workbook:
    answer = desk.get(f"/work/spreadsheet{query}")
    assert answer.status_code == 200, answer
    return load_workbook(io.BytesIO(answer.content))


def column(book: Workbook, name: str) -> str:
    return next(cell.column_letter for cell in book.worksheets[0][1] if cell.value == name)


def bring(desk: Desk, book: Workbook | bytes, name: str = "list.xlsx") -> Any:
    """The answer to the upload, or the page that compares."""
    content = io.BytesIO()
    if isinstance(book, Workbook):
        book.save(content)
    raw = book if isinstance(book, bytes) else content.getvalue()
    return desk.post("/work/spreadsheets", {"file": SimpleUploadedFile(name, raw)})


def told(answer: HttpResponse, desk: Desk) -> str:
    assert answer.status_code == 302, words(answer.content.decode())
    return desk.read(answer["Location"])


def fill(book: Workbook, answer: object, note: str = "", row: int = 3) -> Workbook:
    sheet = book.worksheets[0]
    sheet[f"{column(book, 'answer')}{row}"] = answer
    sheet[f"{column(book, 'note')}{row}"] = note or None
    return book


def test_a_list_filled_in_a_spreadsheet_answers_its_tasks_and_stays_with_each_case(workbench: House) -> None:
    case, worker = workbench.open(account="A-1", amount="200"), sign_in("worker", workbench)
    book = fill(download(worker), "Yes", "Looks right")
    sheet = book.worksheets[0]
    assert sheet["A3"].value == case.reference
    assert sheet["A3"].hyperlink.target.endswith(f"/work/cases/{case.reference}")
    assert sheet[f"{column(book, 'fact amount')}3"].value == 200
    answer = bring(worker, book)
    page = told(answer, worker)
    assert "Will be answered" in page
    assert "Answer 1 task" in page
    assert Want.objects.get(case=case, fact="plausible").closed_at is None
    worker.post(answer["Location"])
    workbench.work()
    assert Case.objects.get(pk=case.pk).outcome == "paid"
    said = Entry.objects.filter(case=case, channel="spreadsheet", kind="asserted", actor=worker.name)
    assert said.count() == 1
    (filed,) = FiledDocument.objects.filter(case=case).select_related("document")
    kept = load_workbook(io.BytesIO(storing.content(filed.document))).worksheets[0]
    assert [row[0].value for row in kept.iter_rows(min_row=3) if row[0].value] == [case.reference]


def test_the_same_file_twice_answers_nothing_twice(workbench: House) -> None:
    case, worker = workbench.open(account="A-1", amount="200"), sign_in("worker", workbench)
    book = fill(download(worker), "Yes")
    for _time in range(2):
        answer = bring(worker, book)
        worker.post(answer["Location"])
    page = worker.read(answer["Location"])
    assert "Answered by Worker" in page
    assert "Nothing in this file is left" in page
    assert Entry.objects.filter(case=case, channel="spreadsheet", kind="asserted").count() == 1


def test_a_case_keeps_no_row_of_another_customer(workbench: House) -> None:
    first, second = (workbench.open(account=account, amount="200") for account in ("A-1", "A-2"))
    worker = sign_in("worker", workbench)
    book = fill(fill(download(worker), "Yes"), "No", row=4)
    worker.post(bring(worker, book)["Location"])
    for case in (first, second):
        (filed,) = FiledDocument.objects.filter(case=case).select_related("document")
        kept = load_workbook(io.BytesIO(storing.content(filed.document))).worksheets[0]
        assert [row[0].value for row in kept.iter_rows(min_row=3) if row[0].value] == [case.reference]


@pytest.mark.parametrize(
    ("value", "why"),
    [("Perhaps", "is none of the choices: Yes, No"), ("=1=1", "A formula is no answer")],
)
def test_a_cell_that_can_t_be_taken_is_named_and_its_task_stays_open(workbench: House, value: str, why: str) -> None:
    case, worker = workbench.open(account="A-1", amount="200"), sign_in("worker", workbench)
    book = fill(download(worker), value)
    answer = bring(worker, book)
    page = told(answer, worker)
    assert f"{column(book, 'answer')}3" in page
    assert why in page
    worker.post(answer["Location"])
    assert task(case).closed_at is None


def test_what_changed_meanwhile_is_not_answered(workbench: House) -> None:
    case, worker = workbench.open(account="A-1", amount="200"), sign_in("worker", workbench)
    book = fill(download(worker), "Yes")
    assert_facts(
        case=case, by=workbench.ann, channel="portal", facts={"amount": Money(Decimal(300), "EUR")}, correct=True,
        now=workbench.now,
    )  # fmt: skip
    answer = bring(worker, book)
    page = told(answer, worker)
    assert "Will be answered" not in page
    assert "is now “300”" in page or "This is no longer asked" in page
    worker.post(answer["Location"])
    assert not Entry.objects.filter(case=case, channel="spreadsheet").exists()


def test_a_fact_changed_in_the_file_is_named_and_left(workbench: House) -> None:
    workbench.open(account="A-1", amount="200")
    worker = sign_in("worker", workbench)
    book = download(worker)
    place = f"{column(book, 'fact amount')}3"
    book.worksheets[0][place] = 90
    page = told(bring(worker, book), worker)
    assert "Changed in the file, and left as it is here" in page
    assert place in page


def test_a_row_that_was_not_written_here_is_refused(workbench: House) -> None:
    workbench.open(account="A-1", amount="200")
    worker = sign_in("worker", workbench)
    book = fill(download(worker), "Yes")
    key = f"{column(book, 'key')}3"
    book.worksheets[0][key] = str(book.worksheets[0][key].value)[:-3] + "xyz"
    assert "was not written here" in told(bring(worker, book), worker)


def test_who_may_not_answer_on_the_page_may_not_answer_here(workbench: House) -> None:
    case = workbench.open(account="A-1", amount="200")
    book = fill(download(sign_in("worker", workbench)), "Yes")
    for name, why in (("novice", "judging"), ("outsider", "not within your reach")):
        desk = sign_in(name, workbench)
        assert desk.get("/work/spreadsheet").status_code == 302
        answer = bring(desk, book)
        assert why in told(answer, desk)
        desk.post(answer["Location"])
    assert task(case).closed_at is None


def test_a_file_is_seen_by_nobody_but_who_brought_it(workbench: House) -> None:
    workbench.open(account="A-1", amount="200")
    worker = sign_in("worker", workbench)
    place = bring(worker, download(worker))["Location"]
    for address in (place, f"{place}/report"):
        assert sign_in("colleague", workbench).get(address).status_code == 404


def test_the_customer_can_read_who_downloaded_the_list(workbench: House) -> None:
    case = workbench.open(account="A-1", amount="200")
    download(sign_in("worker", workbench))
    (look,) = Look.objects.filter(case=case.reference, what="spreadsheet")
    assert look.by_name == "Worker"
    assert look.party_id == workbench.customer.pk


def test_the_results_come_as_the_file_with_a_column_more(workbench: House) -> None:
    workbench.open(account="A-1", amount="200")
    worker = sign_in("worker", workbench)
    place = bring(worker, fill(download(worker), "Perhaps"))["Location"]
    report = load_workbook(io.BytesIO(worker.get(f"{place}/report").content)).worksheets[0]
    assert "none of the choices" in str([cell.value for cell in report[3]][-1])
    assert report["A3"].value


def test_text_that_begins_like_a_formula_goes_out_as_text(workbench: House) -> None:
    workbench.open(account="=cmd|' /C calc'!A0", amount="200")
    administrator = sign_in("administrator", workbench)
    book = download(administrator)
    cells = [cell for sheet in book for row in sheet.iter_rows() for cell in row]
    assert not [cell for cell in cells if cell.data_type == "f"]


def _archive(**parts: bytes) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, part in parts.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), part)
    return content.getvalue()


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "list.xlsm": (lambda: b"PK", "may hold macros, which are never opened"),
    "macros.xlsx": (lambda: _archive(xl__workbook_xml=b"<a/>", xl__vbaProject_bin=b"x"), "may hold macros"),
    "bomb.xlsx": (lambda: _archive(xl__workbook_xml=b"<a/>", xl__b_xml=b" " * 60_000_000), "holds more than"),
    "entities.xlsx": (lambda: _archive(xl__workbook_xml=b"<!DOCTYPE a><a/>"), "damaged"),
    "words.xlsx": (lambda: b"just words", "no spreadsheet"),
    "other.xlsx": (lambda: _plain(), "No tasks stand in this file"),
}


def _plain() -> bytes:
    content = io.BytesIO()
    Workbook().save(content)
    return content.getvalue()


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_file_or_one_that_is_no_work_list_is_refused_with_words(workbench: House, name: str) -> None:
    make, why = HOSTILE[name]
    answer = bring(sign_in("worker", workbench), make(), name)
    assert answer.status_code == 422
    assert why in words(answer.content.decode())
