"""Documents are found by what is written in them, by those alone who may see them."""

from __future__ import annotations

import io
import zipfile

import pytest
from PIL import Image

from backline.cases.adding import add_document
from backline.cases.models import Case, FiledDocument
from backline.cases.showing.viewing import view_case
from backline.documents.models import ContentReading, Document
from backline.documents.searching import passage
from backline.documents.storing import store
from backline.insight.document_search import search_documents
from backline.web.ui.archiving import archive
from tests.rooms.cases_house import House
from tests.rooms.workbench_house import sign_in, workbench

__all__ = ["workbench"]
pytestmark = pytest.mark.django_db
LETTER = "Dear all,\n\nthe invoice of the Château Müller clinic, number 2026/0815, was never paid.\n".encode()


def filed(house: House, content: bytes = LETTER) -> tuple[Case, Document]:
    """A letter lies in a case."""
    case = house.open(account="A-1", amount="200")
    paper = store(content=content, name="letter.txt", by="staff:1", now=house.now)
    add_document(case=case, document=paper, by=house.actor("worker"), channel="workbench", now=house.now)
    return case, paper


@pytest.mark.parametrize("words", ["château müller", "CHATEAU Muller", "invoice 0815", "clin", "'; DROP invoice"])
def test_a_document_is_found_by_words_without_accents_or_capitals(workbench: House, words: str) -> None:
    case, paper = filed(workbench)
    (found,) = search_documents(words.replace("DROP ", ""), by=workbench.actor("worker"), now=workbench.now)
    assert (found.document, found.case, found.page) == (paper, case, 1)


@pytest.mark.parametrize("words", ["château unpaid", "inv oice", "", '"', "%%% *"])
def test_all_of_the_words_have_to_be_there(workbench: House, words: str) -> None:
    filed(workbench)
    assert search_documents(words, by=workbench.actor("worker"), now=workbench.now) == ()


def test_who_may_not_see_the_case_does_not_find_its_documents(workbench: House) -> None:
    filed(workbench)
    assert search_documents("château", by=workbench.actor("outsider"), now=workbench.now) == ()


def test_what_is_erased_is_not_found_any_more(workbench: House) -> None:
    _case, paper = filed(workbench)
    ContentReading.objects.filter(sha256=paper.sha256).delete()
    assert search_documents("château", by=workbench.actor("worker"), now=workbench.now) == ()


def test_one_document_in_two_cases_is_found_in_both(workbench: House) -> None:
    first, paper = filed(workbench)
    second, other = filed(workbench)
    found = search_documents("château", by=workbench.actor("worker"), now=workbench.now)
    assert {(one.case, one.document) for one in found} == {(first, paper), (second, other)}
    assert FiledDocument.objects.count() == 2


def test_the_search_page_shows_the_words_in_their_place_and_leads_to_the_page(workbench: House) -> None:
    case, paper = filed(workbench)
    page = sign_in("worker", workbench).get("/work/search", {"q": "chateau"}).content.decode()
    assert "<mark>Château</mark> Müller clinic" in page
    assert f"/work/cases/{case.reference}/documents/{paper.pk}#paper-{paper.pk}-1" in page


def test_a_document_can_be_kept_as_pdf_a_by_who_may_see_it(workbench: House) -> None:
    case, paper = filed(workbench)
    path = f"/work/cases/{case.reference}/documents/{paper.pk}"
    copy = sign_in("worker", workbench).get(f"{path}/archive.pdf")

    assert f'href="{path}/archive.pdf"' in sign_in("worker", workbench).get(path).content.decode()
    assert (copy["Content-Type"], copy.content[:5]) == ("application/pdf", b"%PDF-")
    assert 'filename="letter.pdf"' in copy["Content-Disposition"]
    assert b"pdfaid:part>2<" in copy.content.replace(b" ", b"")
    assert sign_in("outsider", workbench).get(f"{path}/archive.pdf").status_code == 404


def test_a_document_that_can_not_be_read_is_no_pdf_a_and_stays_as_it_came(workbench: House) -> None:
    case, paper = filed(workbench, b"%PDF-1.7 and nothing more")
    path = f"/work/cases/{case.reference}/documents/{paper.pk}"
    answer = sign_in("worker", workbench).get(f"{path}/archive.pdf", follow=True)

    assert "No PDF/A can be made of this document" in answer.content.decode()


def test_the_archive_of_a_case_has_a_scan_as_it_came_and_as_pdf_a(workbench: House) -> None:
    picture = io.BytesIO()
    Image.new("L", (300, 200), 255).save(picture, format="PNG")
    case, _paper = filed(workbench, picture.getvalue())
    by = workbench.actor("worker")
    view = view_case(case=case, by=by, purpose="Keeping it", language="en", now=workbench.now)
    with archive(case, view) as file, zipfile.ZipFile(file) as packed:
        names = [name for name in packed.namelist() if name.startswith("documents/")]
        assert packed.read(names[0]) == picture.getvalue()
        assert packed.read(names[1])[:5] == b"%PDF-"
        assert f'href="{names[1]}"' in packed.read("index.html").decode()


def test_a_passage_is_shown_around_the_words_as_they_are_written() -> None:
    shown = passage("one  two\nSTRASSE Straße five", "strasse")
    assert (shown.before, shown.found, shown.after) == ("one two ", "STRASSE", " Straße five")
    assert passage("Die Straße", "strasse").found == "Straße"
    assert passage("nothing like it", "other").found == ""
