"""Documents as facts: what was recognised settles something, what was not is put before a person."""

from __future__ import annotations

import pytest

from backline.cases.asserting import assert_facts
from backline.cases.models import Case
from backline.documents.models import Document
from backline.documents.storing import store
from tests.rooms.cases_house import House

pytestmark = pytest.mark.django_db
REFUND = """
case: refund
title: Get a bill refunded
for: customer
owner: desk
roles: {customer: {label: You}}
facts:
  bill: {label: The bill, type: document, kinds: [hospital_bill, receipt], ask: customer}
  fits:
    label: Is it a hospital's bill?
    type: yes/no
    yes if: bill.kind == 'hospital_bill'
    work: {team: desk, shows: [bill]}
outcomes:
  refunded: {label: Refunded, when: fits}
  otherwise: {label: Not refunded}
"""


def handed_in(house: House, kind: str) -> tuple[Case, Document]:
    """The customer hands in a paper that was recognised as this kind."""
    house.publish(REFUND)
    paper = store(content=b"Some words that no rule knows.", name="bill.txt", kind=kind, by=house.ann.id, now=house.now)
    case = house.open("refund")
    case = assert_facts(case=case, by=house.ann, channel="portal", facts={"bill": str(paper.pk)}, now=house.now)
    return case, paper


def test_a_document_that_nobody_recognised_settles_nothing_and_a_person_is_asked(house: House) -> None:
    case, paper = handed_in(house, "")
    paper.refresh_from_db()
    assert (paper.kind, case.outcome) == ("", "")
    assert list(case.wants.filter(closed_at=None).values_list("kind", "fact")) == [("work", "fits")]


def test_a_document_that_was_recognised_needs_nobody(house: House) -> None:
    case, _paper = handed_in(house, "hospital_bill")
    assert (case.state, case.outcome) == ("ended", "refunded")
