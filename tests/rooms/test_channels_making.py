"""A document that an action makes: from a letter template, filed in the case, a fact where the type says so."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from backline.cases.fittings import fit, fittings
from backline.cases.models import Effect
from backline.cases.showing.viewing import view_case
from backline.catalogue import publishing
from backline.channels import making
from backline.connectors.contract import Done, Refused
from backline.documents.models import Document
from backline.documents.storing import content
from backline.people.actors import SYSTEM
from tests.rooms.cases_house import House
from tests.rooms.channels_house import text_of_pdf

pytestmark = pytest.mark.django_db(transaction=True)
CONTRACT = """
case: contract
title: A contract
for: customer
owner: desk
roles: {customer: {label: You}}
facts:
  amount: {label: How much?, type: money, ask: customer}
actions:
  draw_up: {label: Draw up the contract, make: contract, gives: {paper: document}}
outcomes:
  signed: {label: Drawn up, when: amount > 0 EUR, do: [draw_up]}
  otherwise: {label: Nothing}
"""
LETTER = "Subject: Your contract\n\nDear {recipient},\n\nyou owe us {amount}.\n"


@pytest.fixture
def made(house: House) -> House:
    """The organisation with a type that makes a contract."""
    house.publish(CONTRACT.replace("make: contract, gives: {paper: document}", "work: desk"))
    folder = house.folder / "types" / "contract"
    (folder / "letters").mkdir()
    (folder / "letters" / "contract.en.md").write_text(LETTER, encoding="utf-8")
    (folder / "type.yaml").write_text(CONTRACT, encoding="utf-8")
    publishing.publish(folder=folder, by=SYSTEM, now=house.now)
    fit(replace(fittings(), performers={"make": making.make_document}))
    return house


def test_the_document_is_made_filed_and_known_as_a_fact(made: House) -> None:
    case = made.open("contract", amount="80 EUR")
    assert (case.state, case.outcome) == ("ended", "signed")
    document = Document.objects.get()
    text = re.sub(r"\s+", " ", text_of_pdf(content(document)))
    assert (document.kind, "Ann" in text, "80.00" in text, case.reference in text) == ("contract", True, True, True)
    view = view_case(case=case, by=made.actor("worker"), purpose="work", language="en", now=made.now)
    assert [(one.id, one.fact) for one in view.documents] == [(document.pk, "paper")]


def test_made_twice_for_one_effect_it_is_one_document(made: House) -> None:
    made.open("contract", amount="80 EUR")
    result = making.make_document(Effect.objects.select_related("case").get())
    assert isinstance(result, Done)
    assert result.proof["documents"] == [Document.objects.get().pk]


def test_without_a_template_it_is_refused_with_the_reason(made: House) -> None:
    case = made.open("contract")
    effect = Effect(
        case=case, key="X", call="make:nothing", type_version=2, action="draw_up", planned_at=datetime.now(UTC)
    )
    result = making.make_document(effect)
    assert isinstance(result, Refused)
    assert (result.code, "nothing" in result.message) == ("no_template", True)
