"""What a case type takes from the systems of record that stand beside it."""

from __future__ import annotations

from pathlib import Path

import pytest

from backline.catalogue.reading import read_neighbourhood, read_type
from backline.engine.definition import DefinitionProblems, ValueType
from tests.rooms.catalogue_files import GOOD, good_but, write

BANK = """\
system: bank
kind: http
settings: {url: {environment: BANK_URL}}
records:
  plan: {number: text, owner: person}
operations:
  balance: {with: {customer: person, plan: {record: plan}}, read: {get: /balance}, returns: money}
  plans: {with: {customer: person}, read: {get: /plans}, returns: {list: plan}}
  spouse: {with: {person: person}, read: {get: /spouse}, returns: person}
  level: {with: {}, read: {get: /level}, returns: {choices: {high: High, low: Low}}}
  pay: {with: {customer: person, amount: money}, write: {post: /pay}, gives: {number: integer}}
"""
LAST_FACT = "  wanted: {type: yes/no, ask: customer}"


@pytest.fixture
def types(tmp_path: Path) -> Path:
    (tmp_path / "connectors").mkdir()
    (tmp_path / "connectors" / "bank.yaml").write_text(BANK, encoding="utf-8")
    return tmp_path / "types"


def with_fact(line: str) -> str:
    return good_but(LAST_FACT, f"{LAST_FACT}\n  {line}")


def test_operations_and_records_are_read_with_their_types(types: Path) -> None:
    around = read_neighbourhood(types).surroundings
    assert around.operations["bank.balance"].parameters["plan"] == ValueType(kind="record", of="bank.plan")
    assert around.operations["bank.plans"].returns == ValueType(kind="list", of="bank.plan")
    assert around.operations["bank.level"].returns == ValueType(kind="choice", choices={"high": "High", "low": "Low"})
    assert around.operations["bank.pay"].writes
    assert around.records["bank.plan"].members["owner"] == ValueType(kind="person")


def test_a_parameter_that_is_not_given_is_the_fact_or_role_of_its_name(types: Path) -> None:
    text = with_fact("plan: {type: record bank.plan, ask: customer}\n  balance: {type: money, lookup: bank.balance}")
    balance = read_type(write(types, text)).facts["balance"].sources[0]
    assert {name: value.text for name, value in balance.arguments.items()} == {"customer": "customer", "plan": "plan"}


def test_an_action_s_parameters_are_filled_too_and_what_it_gives_has_the_operation_s_type(types: Path) -> None:
    pay = read_type(write(types, good_but("with: [amount]}", "gives: number}"))).actions["pay"]
    assert {name: value.text for name, value in pay.arguments.items()} == {"customer": "customer", "amount": "amount"}
    assert pay.gives == {"number": ValueType(kind="integer")}


def test_a_person_whom_a_system_knows_becomes_a_fact(types: Path) -> None:
    text = good_but("  customer: {}", "  customer: {}\n  spouse: {who: bank.spouse(customer), if: wanted}")
    card = read_type(write(types, text))
    person = card.facts["spouse_person"]
    assert card.roles["spouse"].who
    assert card.roles["spouse"].who.text == "spouse_person"
    assert (person.type.kind, person.sources[0].call) == ("person", "bank.spouse")
    assert person.sources[0].arguments["person"].text == "customer"
    assert person.if_
    assert person.if_.text == "wanted"
    assert (person.sources[0].arguments["person"].place.line, person.sources[0].arguments["person"].place.column) == (
        7,
        29,
    )


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            "low: {type: money, lookup: bank.balanc}",
            "The system 'bank' has no operation 'balanc'. Did you mean 'bank.balance'?",
        ),
        ("low: {type: money, lookup: banc.balance}", "There is no system 'banc'. Did you mean 'bank'?"),
        ("low: {type: money, lookup: erp.x}", "There is no system 'erp'. Describe it in connectors/erp.yaml."),
        (
            "low: {type: record bank.pln, ask: customer}",
            "The system 'bank' has no record 'pln'. Did you mean 'bank.plan'?",
        ),
    ],
)
def test_a_system_that_is_not_described_is_refused(types: Path, line: str, told: str) -> None:
    with pytest.raises(DefinitionProblems) as raised:
        read_type(write(types, with_fact(line)))
    assert [f"{problem.message} {problem.mend}" for problem in raised.value.problems] == [told]


def test_without_connectors_every_system_is_taken_on_trust(tmp_path: Path) -> None:
    assert read_type(write(tmp_path, GOOD)).actions["pay"].target == "bank.pay"


def test_a_type_that_a_connector_spells_wrongly_is_named_with_its_place(types: Path) -> None:
    (types.parent / "connectors" / "bank.yaml").write_text(
        BANK.replace("returns: money", "returns: mony"), encoding="utf-8"
    )
    with pytest.raises(DefinitionProblems) as raised:
        read_neighbourhood(types)
    assert str(raised.value).endswith(
        "bank.yaml:7:93: This is not a type. Write text, money, {record: NAME}, {list: NAME}, ..."
    )
