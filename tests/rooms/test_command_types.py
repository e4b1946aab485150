"""``types``, as it is typed."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from backline.catalogue import versions
from backline.project.command import main
from tests.rooms.catalogue_files import good_but, write

pytestmark = pytest.mark.django_db
Run = Callable[..., tuple[int, str, str]]


@pytest.fixture
def run(capsys: pytest.CaptureFixture[str]) -> Run:
    versions.forget()

    def run_one(*words: object) -> tuple[int, str, str]:
        status = main([str(word) for word in words])
        printed = capsys.readouterr()
        return status, printed.out, printed.err

    return run_one


def test_checking_a_good_case_type_says_so(run: Run, tmp_path: Path) -> None:
    assert run("types", "check", write(tmp_path)) == (0, "1 of 1 case type without problems.\n", "")


def test_checking_prints_each_problem_with_its_place_and_exits_with_one(run: Run, tmp_path: Path) -> None:
    folder = write(tmp_path, good_but("type: money", "type: mony"))
    write(tmp_path, good_but("case: card", "case: other"), key="other")
    status, out, err = run("types", "check", tmp_path)
    assert (status, out) == (1, "1 of 2 case types without problems.\n")
    assert err == f"{folder}/type.yaml:8:36: 'mony' is not a type. Did you mean 'money'?\n"


def test_checking_knows_the_expressions_too(run: Run, tmp_path: Path) -> None:
    folder = write(tmp_path, good_but("when: wanted", "when: wnted"))
    status, _, err = run("types", "check", folder)
    assert status == 1
    assert err.startswith(f"{folder}/type.yaml:13:16: ")
    assert "wanted" in err


def test_a_program_reads_the_problems_as_json(run: Run, tmp_path: Path) -> None:
    folder = write(tmp_path, good_but("type: money", "type: mony"))
    status, out, err = run("types", "check", folder / "type.yaml", "--json")
    assert (status, err) == (1, "")
    assert json.loads(out) == {
        "checked": [{"type": "card", "folder": str(folder), "good": False}],
        "problems": [
            {
                "file": f"{folder}/type.yaml", "line": 8, "column": 36,
                "message": "'mony' is not a type.", "mend": "Did you mean 'money'?",
            }
        ],
    }  # fmt: skip


def test_a_path_without_a_case_type_is_refused(run: Run, tmp_path: Path) -> None:
    assert run("types", "check", tmp_path / "nothing")[2] == f"{tmp_path}/nothing: there is no such file or folder.\n"
    assert run("types", "check", tmp_path)[2] == (
        f"{tmp_path}: there is no case type (a folder with a type.yaml) in it.\n"
    )


def test_what_is_wrong_around_the_case_types_is_told_once(run: Run, tmp_path: Path) -> None:
    write(tmp_path)
    write(tmp_path, good_but("case: card", "case: other"), key="other")
    (tmp_path / "shared.yaml").write_text("person: {facts: {}}\n", encoding="utf-8")
    _, _, err = run("types", "check", tmp_path)
    assert err.count("does not say what it is remembered for") == 1


def test_publishing_listing_and_showing(run: Run, organisation_folder: Path) -> None:
    write(organisation_folder / "types")
    assert run("types", "publish", "--note", "The first")[0] == 0
    listed = json.loads(run("types", "list", "--json")[1])
    assert [(one["type"], one["version"], one["owner"], one["note"]) for one in listed] == [
        ("card", 1, "loyalty", "The first")
    ]
    shown = json.loads(run("types", "show", "card", "--json")[1])
    assert shown["outcomes"] == {"paid": "wanted", "otherwise": "what remains"}
    assert shown["facts"]["amount"] == "money: ask customer"
    assert "Get a card" in run("types", "show", "card")[1]


def test_a_wrong_case_type_is_not_published_but_the_good_ones_are(run: Run, organisation_folder: Path) -> None:
    write(organisation_folder / "types")
    write(organisation_folder / "types", good_but("type: money", "type: mony"), key="wrong")
    status, _, err = run("types", "publish")
    assert status == 1
    assert "'mony' is not a type" in err
    assert [one["type"] for one in json.loads(run("types", "list", "--json")[1])] == ["card"]


def test_the_list_is_searched_by_words_owner_and_what_is_used(run: Run, organisation_folder: Path) -> None:
    types = organisation_folder / "types"
    types.mkdir()
    (types / "shared.yaml").write_text(
        "person: {purpose: To know you, facts: {name: {type: text, ask: party}}}\n", encoding="utf-8"
    )
    write(types)
    other = good_but("case: card", "case: loan").replace("Get a card", "Borrow money").replace("loyalty", "lending")
    write(types, other.replace("roles:", "use: [person]\nroles:"), key="loan")
    run("types", "publish")

    def keys(*words: str) -> list[str]:
        return [one["type"] for one in json.loads(run("types", "list", "--json", *words)[1])]

    assert keys() == ["card", "loan"]
    assert keys("borrow") == ["loan"]
    assert keys("--owner", "loyalty") == ["card"]
    assert keys("--uses", "person.name") == keys("--uses", "name") == keys("--uses", "person") == ["loan"]
    assert keys("--uses", "bank") == keys("--uses", "bank.pay") == ["card", "loan"]
    assert keys("--uses", "bank.pa") == []


def test_two_versions_and_a_draft_are_compared(run: Run, organisation_folder: Path) -> None:
    types = organisation_folder / "types"
    write(types)
    run("types", "publish")
    folder = write(types, good_but("label: How much?", "label: How much do you want?"))
    draft = run("types", "diff", folder)[1]
    run("types", "publish")
    line = "fact amount: 'label' was How much?, is now How much do you want?\n"
    assert draft == f"{line}1 difference between version 1 and the draft.\n"
    assert run("types", "diff", "card")[1] == f"{line}1 difference between version 1 and version 2.\n"


def test_what_was_never_published_is_not_shown(run: Run) -> None:
    assert run("types", "show", "card")[::2] == (1, "Nothing is published as 'card'.\n")
    assert run("types", "diff", "card")[::2] == (1, "Nothing is published as 'card'.\n")


def test_a_draft_without_cases_is_tried_on_none(run: Run, organisation_folder: Path) -> None:
    assert run("types", "try", write(organisation_folder / "types"))[1] == "0 of 0 cases would differ.\n"


def test_a_draft_says_for_each_case_what_would_differ(run: Run, organisation_folder: Path) -> None:
    types = organisation_folder / "types"
    small = good_but("  pay: {call: bank.pay, with: [amount]}", "  note: {work: loyalty}").replace(
        "do: [pay]", "do: []"
    )
    write(types, small)
    run("types", "publish")
    reference = json.loads(run("case", "open", "card", "--set", "amount=5 EUR", "--json")[1])["case"]
    draft = small.replace("when: wanted", "when: amount < 10 EUR").replace(
        "  wanted: {type: yes/no, ask: customer}\n", ""
    )
    folder = write(types, draft)
    assert run("types", "try", folder, "--cases", "open")[1] == (
        f"{reference}: ends as paid, was nothing yet\n"
        f"{reference}: wanted would stand otherwise\n"
        f"{reference}: wanted would not be asked\n"
        "1 of 1 case would differ.\n"
    )
    tried = json.loads(run("types", "try", folder, "--json")[1])
    assert tried["differing"][0]["outcome"] == {"old": None, "new": "paid"}


SHARED = """
person:
  label: About you
  purpose: So that we can answer
  valid: 2 years
  owner: desk
  facts:
    email: {label: Your address, type: e-mail, ask: party}
"""
USING = """case: {key}
title: Ask us something
for: customer
owner: desk
use: [person]
roles: {{customer: {{label: You}}}}
facts:
  urgent: {{label: Is it urgent?, type: yes/no, ask: customer}}
outcomes:
  answered: {{when: urgent and known(email), say: "We write to {{email}}."}}
  otherwise: {{}}
"""


@pytest.fixture
def using(run: Run, organisation_folder: Path) -> Path:
    """Two published case types that use a shared fact."""
    types = organisation_folder / "types"
    types.mkdir(exist_ok=True)
    (types / "shared.yaml").write_text(SHARED, encoding="utf-8")
    for key in ("ask-us", "tell-us"):
        write(types, USING.format(key=key), key=key)
    assert run("types", "publish")[0] == 0
    return types


def test_a_shared_fact_is_shown_with_those_who_use_it_and_where(run: Run, using: Path) -> None:
    status, out, _ = run("types", "show", "person.email", "--json")
    assert status == 0
    assert json.loads(out) == [
        {"type": key, "version": 1, "owner": "desk", "facts": ["email"], "where": ["outcome answered"], "open_cases": 0}
        for key in ("ask-us", "tell-us")
    ]
    assert "2 case types use person" in run("types", "show", "person")[1]


def test_a_change_of_shared_facts_is_told_with_all_whom_it_reaches(run: Run, using: Path) -> None:
    assert "0 differences" in run("types", "diff", "shared")[1]
    (using / "shared.yaml").write_text(SHARED.replace("type: e-mail", "type: text"), encoding="utf-8")
    told = json.loads(run("types", "diff", using / "shared.yaml", "--json")[1])
    assert told == [
        {"fact": "person.email", "difference": "'type' was e-mail, is now text", "types": {"ask-us": 0, "tell-us": 0}}
    ]


def test_a_type_with_one_version_has_nothing_to_be_compared_with(run: Run, using: Path) -> None:
    status, _, err = run("types", "diff", "ask-us")
    assert (status, "Name the folder of a draft" in err) == (1, True)
