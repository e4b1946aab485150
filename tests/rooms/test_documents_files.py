"""Office files and fillable forms are read as they are, and what is hostile in them ends in a named state."""

from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from pypdf import PdfWriter
from pypdf.generic import ArrayObject, DictionaryObject, FloatObject, NameObject, TextStringObject

from backline.documents.describing import describe_file
from backline.documents.fields import find_fields
from backline.documents.kinds import read_kinds
from backline.documents.reading import read_file
from backline.project.command import main
from tests.rooms.office_files import archive, docx, xlsx


@pytest.fixture
def described(tmp_path: Path, organisation_folder: Path):
    """What is read in a content."""

    def describe(content: bytes) -> dict[str, object]:
        path = tmp_path / "file"
        path.write_bytes(content)
        return describe_file(path)

    return describe


def form(**values: str) -> bytes:
    """A PDF with a text field for each name."""
    writer = PdfWriter()
    page = writer.add_blank_page(width=600, height=800)
    widgets = ArrayObject()
    for at, (name, value) in enumerate(values.items()):
        widget = DictionaryObject()
        box = ArrayObject(FloatObject(side) for side in (60, 700 - 40 * at, 300, 720 - 40 * at))
        told = {
            "/Type": NameObject("/Annot"),
            "/Subtype": NameObject("/Widget"),
            "/FT": NameObject("/Tx"),
            "/Rect": box,
        }
        widget.update({NameObject(key): one for key, one in told.items()})
        widget[NameObject("/T")], widget[NameObject("/V")] = TextStringObject(name), TextStringObject(value)
        widgets.append(writer._add_object(widget))
    page[NameObject("/Annots")] = widgets
    writer.root_object[NameObject("/AcroForm")] = DictionaryObject({NameObject("/Fields"): widgets})
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_a_word_document_is_read_with_its_table(described) -> None:
    found = described(docx("Dear all", "Claim 17", rows=(("Total", "120.50"), ("Date", "2026-03-01"))))

    assert (found["state"], found["pages"]) == ("read", 1)
    assert found["text"] == "Dear all\nClaim 17\nTotal\t120.50\nDate\t2026-03-01"


def test_a_spreadsheet_is_read_cell_by_cell(described) -> None:
    found = described(xlsx("Orders", (("Item", "Price"), ("Pen", 1.5), ("Ink", 20))))

    assert found["text"] == "Orders\nItem\tPrice\nPen\t1.5\nInk\t20"


@pytest.mark.parametrize(
    ("content", "state"),
    [
        (docx("x", before='<!DOCTYPE a [<!ENTITY b "c">]>'), "broken"),
        (archive(**{"word__document_xml": b"<a>" + b" " * (30 * 1024 * 1024) + b"</a>"}), "too much"),
        (archive(**{"word__document_xml": "<w:a>" * 50_000}), "broken"),
        (docx("cut")[:300] + b"word/document.xml", "broken"),
        (archive(**{"xl__workbook_xml": "<nothing/>"}), "broken"),
        (archive(**{"readme": "a zip of something"}), "unsupported"),
    ],
    ids=["entities", "bomb", "depth", "cut", "no sheets", "no document"],
)
def test_hostile_office_files_end_in_a_named_state(described, content: bytes, state: str) -> None:
    assert described(content)["state"] == state


def test_fields_of_a_form_are_read_exactly_with_their_places(described) -> None:
    found = described(form(name="Ann Meyer", amount="1,250.50"))

    assert found["form"] == "acroform"
    assert found["fields"]["name"] == {
        "value": "Ann Meyer", "text": "Ann Meyer", "confidence": 1.0, "page": 1, "box": [0.1, 0.1, 0.5, 0.125],
    }  # fmt: skip


def test_a_rule_takes_its_value_from_a_field_of_a_form(tmp_path: Path, organisation_folder: Path) -> None:
    kind = read_kinds("kinds: {claim: {fields: {total: {type: money, form: amount, currency: EUR}}}}")["claim"]
    path = tmp_path / "form.pdf"
    path.write_bytes(form(amount="1,250.50"))

    total = find_fields(read_file(path, "application/pdf"), kind)["total"]

    assert (str(total.value.amount), total.confidence, total.page) == ("1250.50", 1.0, 1)


def test_a_message_is_read_with_what_is_attached(
    tmp_path: Path, organisation_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "a.eml"
    path.write_bytes(
        b"From: ann@example.org\nTo: us@example.org\nSubject: The bill\nMIME-Version: 1.0\n"
        b'Content-Type: multipart/mixed; boundary="x"\n\n--x\nContent-Type: text/plain\n\nHere it is.\n'
        b'--x\nContent-Type: text/plain; name="bill.txt"\nContent-Disposition: attachment\n\nTotal 12\n--x--\n'
    )

    assert main(["--data", str(organisation_folder), "read", str(path), "--json"]) == 0
    message, bill = json.loads(capsys.readouterr().out)["documents"]
    assert (message["text"], message["fields"]["subject"]["value"]) == ("Here it is.", "The bill")
    assert (bill["name"], bill["text"]) == ("bill.txt", "Total 12")
