"""``backline case`` and ``backline verify``, as scripts use them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from backline.cases.models import Entry
from backline.project.command import main
from tests.rooms.cases_house import House

pytestmark = pytest.mark.django_db


def told(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    assert main([*words, "--json"]) == 0
    return json.loads(capsys.readouterr().out)


def test_a_case_is_opened_set_shown_and_explained(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    opened = told(
        capsys, "case", "open", "payout", "--party", "bob@example.org", "--set", "account=A-1", "--set", "amount=300"
    )
    assert (opened["type"], opened["state"], opened["outcome"]) == ("payout", "open", None)
    assert opened["wanted"] == [{"fact": "plausible", "source": "work", "who": "desk"}]
    ended = told(capsys, "case", "set", opened["case"].lower(), "plausible=yes")
    assert (ended["state"], ended["outcome"], ended["effects"][0]) == (
        "ended",
        "paid",
        {"action": "pay", "state": "done"},
    )
    corrected = told(capsys, "case", "set", opened["case"], "amount=250", "--correct", "--by", "bob@example.org")
    assert corrected["facts"]["amount"]["value"] == {"amount": "250.00", "currency": "EUR"}
    shown = told(capsys, "case", "show", opened["case"])
    assert shown["timeline"][0]["kind"] == "opened"
    assert told(capsys, "case", "why", opened["case"], "outcome")["fact"]
    verdict = told(capsys, "verify")
    assert (verdict["cases"], verdict["broken"]) == (1, [])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("case", "open", "nothing"), "Nothing is published as 'nothing'."),
        (("case", "open", "payout", "--set", "colour=red"), "colour: There is nothing of this name here."),
        (("case", "open", "payout", "--set", "amount"), "'amount' is not NAME=VALUE."),
        (("case", "show", "HW-4F7K-29"), "We found no request with that number."),
        (("case", "set", "HW-4F7K-29", "amount=5", "--by", "nobody@example.org"), "Nobody here is known by"),
    ],
)
def test_bad_input_is_refused_in_words(
    house: House, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str
) -> None:
    assert main(list(words)) == 1
    assert says in capsys.readouterr().err


def test_verify_fails_when_something_was_changed(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    case = house.open(account="A-1", amount="80 EUR")
    Entry.objects.filter(case=case, sequence=3).update(channel="phone")
    assert main(["verify", "--json"]) == 1
    assert json.loads(capsys.readouterr().out)["broken"] == [
        {"case": case.reference, "where": "entry 3", "problem": "the entry was changed"}
    ]
