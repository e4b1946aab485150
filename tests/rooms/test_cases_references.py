"""References that people read out on the phone."""

from __future__ import annotations

import random
import re

import pytest

from backline.cases.storage.references import ALPHABET, ReferenceRefused, make_reference, read_reference, references_in


def reference(type_key: str = "hardship-withdrawal", seed: int = 1) -> str:
    return make_reference(type_key, draw=random.Random(seed).randrange)


def test_it_begins_with_the_initials_of_the_kind_of_request() -> None:
    assert re.fullmatch(r"HW-[2-9A-Z]{4}-[2-9A-Z]{2}", reference())
    assert reference("order").startswith("OR-")
    assert reference("change-of-trust-beneficiary").startswith("COT-")


def test_no_character_can_be_taken_for_another() -> None:
    assert not set("01OIL") & set(ALPHABET)


@pytest.mark.parametrize("seed", range(20))
def test_it_is_read_however_it_is_spelt(seed: int) -> None:
    written = reference("order-and-payment", seed)
    for spelt in (
        written.lower(),
        written.replace("-", " "),
        written.replace("-", ""),
        f" {written}. ",
        written.replace("O", "0", 1),
    ):
        assert read_reference(spelt) == written


def test_every_single_slip_and_every_swap_of_neighbours_is_noticed() -> None:
    written = reference().replace("-", "")
    for place in range(2, len(written)):
        for other in ALPHABET:
            if other != written[place]:
                with pytest.raises(ReferenceRefused):
                    read_reference(written[:place] + other + written[place + 1 :])
    for place in range(2, len(written) - 1):
        if written[place] != written[place + 1]:
            swapped = written[:place] + written[place + 1] + written[place] + written[place + 2 :]
            with pytest.raises(ReferenceRefused):
                read_reference(swapped)


def test_references_are_found_in_the_subject_of_an_e_mail() -> None:
    one, other = reference(seed=1), reference(seed=2)
    assert references_in(f"Re: your request {one.lower()} (and {other}), again {one}") == [one, other]
    assert references_in("Order AB-2345-99 of 2026-11-22") == []


@pytest.mark.parametrize("text", ["", "HW", "HW-4F7K-2", "42", "HW-4F7K-29-11", "<script>"])
def test_what_is_no_reference_is_refused(text: str) -> None:
    with pytest.raises(ReferenceRefused):
        read_reference(text)
