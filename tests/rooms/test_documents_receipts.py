"""Receipts are read by where things stand on them."""

from __future__ import annotations

from pathlib import Path

from backline.documents.describing import describe_file

SLIP = """GREEN CORNER
SDN BHD (123456-X)
NO 7, JALAN BUKIT 3.
TAMAN HIJAU, 43000 KAJANG
TEL: 03-1234 5678
TAX INVOICE
Cashier: Lim Date: 14/03/2018 18:20
Soap 2 4.10 8.20
Subtotal 8.20
Total Qty: 2
Total: 8.20
Cash 10.00
Change 1.80
GST Summary
Total 7.74 0.46
"""


def test_the_fields_of_a_receipt_are_read_without_rules(tmp_path: Path, organisation_folder: Path) -> None:
    path = tmp_path / "slip.txt"
    path.write_text(SLIP)

    found = describe_file(path)

    assert found["kind"] == "receipt"
    assert {name: one["value"] for name, one in found["fields"].items()} == {
        "company": "GREEN CORNER SDN BHD",
        "date": "14/03/2018",
        "address": "NO 7, JALAN BUKIT 3, TAMAN HIJAU, 43000 KAJANG",
        "total": "8.20",
    }
    assert found["fields"]["total"]["box"][1] > found["fields"]["date"]["box"][1]


def test_a_letter_is_no_receipt(tmp_path: Path, organisation_folder: Path) -> None:
    path = tmp_path / "letter.txt"
    path.write_text("Dear all,\nthe total is 12.00.\nYours, Ann\n")

    assert describe_file(path)["kind"] == ""


def test_a_total_whose_word_is_badly_printed_is_what_was_given_less_what_was_given_back(
    tmp_path: Path, organisation_folder: Path
) -> None:
    path = tmp_path / "slip.txt"
    path.write_text(SLIP.replace("Total: 8.20", "T**l: 8.20"))
    total = describe_file(path)["fields"]["total"]

    assert total["value"] == "8.20"
    assert total["confidence"] < 0.85, "a person looks at it"


def test_a_stroke_on_the_baseline_of_a_name_is_a_full_stop(tmp_path: Path, organisation_folder: Path) -> None:
    path = tmp_path / "slip.txt"
    path.write_text(SLIP.replace("GREEN CORNER", "GREEN CO _R"))

    assert describe_file(path)["fields"]["company"]["value"] == "GREEN CO .R SDN BHD"
