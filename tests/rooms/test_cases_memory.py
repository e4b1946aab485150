"""Never asked twice, and people whom a system names."""

from __future__ import annotations

import pytest

from backline.cases.openings.opening import open_case
from backline.people.actors import of_party
from backline.people.parties import create_party
from tests.rooms.cases_house import House

pytestmark = pytest.mark.django_db
SHARED = """
home:
  label: Where you live
  purpose: So that letters reach you
  valid: 1 year
  facts:
    street: {label: Your street, type: text, ask: party}
"""
VISIT = """
case: visit
title: We come to you
for: customer
owner: desk
use: [home]
roles: {customer: {label: You}}
facts:
  bell: {label: Which bell?, type: text, ask: customer}
outcomes:
  coming: {when: "street != 'nowhere' and bell != ''"}
  otherwise: {}
"""


def asked(house: House) -> list[str]:
    case = house.open("visit")
    return sorted(case.wants.filter(closed_at=None).values_list("fact", flat=True))


def test_what_was_said_in_an_earlier_request_is_not_asked_again_while_it_is_valid(house: House) -> None:
    (house.folder / "types").mkdir(exist_ok=True)
    (house.folder / "types" / "shared.yaml").write_text(SHARED, encoding="utf-8")
    house.publish(VISIT)
    assert asked(house) == ["bell", "street"]
    house.open("visit", street="Elm Street 1", bell="Ann")
    assert asked(house) == ["bell"]
    eve = create_party(name="Eve", now=house.now)
    hers = open_case(type_key="visit", by=of_party(eve), channel="portal", now=house.now)
    assert sorted(hers.wants.values_list("fact", flat=True)) == ["bell", "street"]
    house.pass_time(days=400)
    assert asked(house) == ["bell", "street"]
