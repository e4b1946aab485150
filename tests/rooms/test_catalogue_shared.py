"""Facts that many case types share."""

from __future__ import annotations

from pathlib import Path

import pytest

from backline.catalogue.reading import read_neighbourhood, read_type
from backline.engine.definition import DefinitionProblems, Span
from tests.rooms.catalogue_files import good_but, write

SHARED = """\
person:
  purpose: So that we know who asks
  valid: 2 years
  facts:
    name: {type: text, ask: party}
    married: {type: yes/no, lookup: {call: crm.married, with: {person: party}}, hide: [party, broker]}
postal:
  purpose: So that letters reach you
  facts:
    address: {type: address, ask: party}
"""


def using(types: Path, names: str, more: str = "") -> Path:
    types.mkdir(exist_ok=True)
    (types / "shared.yaml").write_text(SHARED + more, encoding="utf-8")
    return write(types, good_but("owner: loyalty", f"owner: loyalty\nuse: {names}"))


def told(folder: Path) -> list[str]:
    with pytest.raises(DefinitionProblems) as raised:
        read_type(folder)
    return [str(problem).replace(f"{folder.parent}/", "") for problem in raised.value.problems]


def test_a_group_brings_its_facts_asked_of_whom_the_case_is_for(tmp_path: Path) -> None:
    card = read_type(using(tmp_path, "[person]"))
    assert list(card.facts)[:2] == ["name", "married"]
    assert card.facts["name"].shared
    assert card.facts["name"].sources[0].who == ("customer",)
    assert card.facts["married"].sources[0].arguments["person"].text == "customer"
    assert card.facts["married"].hide == ("customer", "broker")


def test_a_single_fact_of_a_group_can_be_used(tmp_path: Path) -> None:
    card = read_type(using(tmp_path, "[person.name, postal]"))
    assert card.use == ("name", "address")


def test_a_group_says_for_what_and_how_long_it_is_remembered(tmp_path: Path) -> None:
    using(tmp_path, "[person]")
    groups = read_neighbourhood(tmp_path).groups
    assert (groups["person"].purpose, groups["person"].valid) == (
        "So that we know who asks",
        Span(amount=2, unit="years"),
    )


def test_a_group_that_is_not_there_meets_its_neighbour(tmp_path: Path) -> None:
    assert told(using(tmp_path, "[persn]")) == [
        "card/type.yaml:5:6: There is no group 'persn' of shared facts. Did you mean 'person'?"
    ]


def test_a_fact_that_the_group_does_not_have_meets_its_neighbour(tmp_path: Path) -> None:
    assert told(using(tmp_path, "[person.nam]")) == [
        "card/type.yaml:5:6: The group 'person' has no fact 'nam'. Did you mean 'name'?"
    ]


def test_a_fact_cannot_be_shared_and_declared(tmp_path: Path) -> None:
    folder = using(tmp_path, "[amounts]", "amounts: {purpose: x, facts: {amount: {type: money, ask: party}}}\n")
    assert told(folder) == [
        "card/type.yaml:9:3: 'amount' is already a shared fact that this case type uses. "
        "Take it away here, or give it another name."
    ]


def test_a_shared_fact_stands_in_one_group(tmp_path: Path) -> None:
    folder = using(tmp_path, "[person]", "more: {purpose: x, facts: {name: {type: text, ask: party}}}\n")
    assert told(folder) == ["shared.yaml:11:28: 'name' is also in the group 'person'. Give one of them another name."]


def test_a_group_without_a_purpose_is_refused(tmp_path: Path) -> None:
    folder = using(tmp_path, "[person]", "more: {facts: {age: {type: integer, ask: party}}}\n")
    assert told(folder) == [
        "shared.yaml:11:1: The group 'more' does not say what it is remembered for. "
        "Add 'purpose: ...'; the person concerned can read it."
    ]
