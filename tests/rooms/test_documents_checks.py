"""Check digits and sums make what was read surer, or less sure."""

from __future__ import annotations

from pathlib import Path

import pytest

from backline.documents import checks
from backline.documents.fields import find_fields
from backline.documents.kinds import KindsRefused, read_kinds
from backline.documents.reading import read_file

RULES = """
kinds:
  invoice:
    fields:
      iban: {type: text, near: [iban], pattern: "[A-Z]{2}[0-9A-Z ]{13,32}", check: iban}
      net: {type: money, near: [net], currency: EUR}
      tax: {type: money, near: [tax], currency: EUR}
      gross: {type: money, near: [gross, sum], adds: [net, tax], currency: EUR}
"""


def confidences(text: str, folder: Path) -> dict[str, float]:
    path = folder / "invoice.txt"
    path.write_text(text)
    found = find_fields(read_file(path, "text/plain"), read_kinds(RULES)["invoice"])
    return {name: one.confidence for name, one in found.items()}


@pytest.mark.parametrize(
    ("check", "good", "bad"),
    [
        ("iban", "DE89 3704 0044 0532 0130 00", "DE89 3704 0044 0532 0130 01"),
        ("luhn", "4539 1488 0343 6467", "4539 1488 0343 6476"),
        ("mod97", "5390 0754 7034 RF18", "5390 0754 7043 RF18"),
        ("mrz", "L898902C36UTO7408122F1204159ZE184226B<<<<<10", "L898902C36UTO7408123F1204159ZE184226B<<<<<10"),
    ],
)
def test_a_number_with_check_digits_proves_itself(check: str, good: str, bad: str) -> None:
    assert checks.holds(check, good)
    assert not checks.holds(check, bad)


def test_an_iban_that_holds_is_surer_than_one_that_does_not(organisation_folder: Path, tmp_path: Path) -> None:
    right = confidences("IBAN: DE89 3704 0044 0532 0130 00\n", tmp_path)["iban"]
    wrong = confidences("IBAN: DE89 3704 0044 0532 0130 01\n", tmp_path)["iban"]

    assert right == 1
    assert wrong < 0.85, "a person looks at it"


def test_a_sum_is_surer_where_its_parts_make_it(organisation_folder: Path, tmp_path: Path) -> None:
    right = confidences("Net 100.00\nTax 19.00\nSum 119.00\n", tmp_path)["gross"]
    wrong = confidences("Net 100.00\nTax 19.00\nSum 179.00\n", tmp_path)["gross"]

    assert right > 0.97 > 0.85 > wrong


def test_a_sum_of_a_field_that_is_not_there_is_refused() -> None:
    with pytest.raises(KindsRefused, match="no field 'vat'"):
        read_kinds("kinds: {bill: {fields: {total: {type: money, near: [total], adds: [vat]}}}}")
