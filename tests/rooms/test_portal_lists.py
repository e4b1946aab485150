"""Lists: each thing is added with what is asked of it, taken away, and the list is closed by the person."""

from __future__ import annotations

import pytest

from tests.rooms.cases_house import House
from tests.rooms.portal_house import portal, sign_in

__all__ = ["portal"]
pytestmark = pytest.mark.django_db
BILLS = """
case: bills
title: Hand in bills
for: customer
owner: desk
roles:
  customer: {label: You}
facts:
  bills:
    label: Your bills
    type: list
    ask: customer
    facts:
      what: {label: What was it for?, type: text, ask: customer}
      amount: {label: How much was it?, type: money, ask: customer}
  total: {label: All together, type: money, is: sum(bills.amount)}
outcomes:
  taken: {label: Taken, when: total > 0 EUR, say: "We took {total}."}
  otherwise: {label: Nothing, say: There was nothing.}
"""


def test_things_are_added_one_after_another_until_that_is_all(portal: House) -> None:
    portal.publish(BILLS)
    case = portal.open("bills")
    ann = sign_in("ann@example.org", portal)
    address = f"/requests/{case.reference}/lists/bills"
    assert "Your bills" in ann.read(f"/requests/{case.reference}")
    assert ann.get(f"/requests/{case.reference}/questions/bills")["Location"] == address
    for what, amount in (("Pills", "20"), ("Glasses", "80"), ("A mistake", "900")):
        assert ann.answer(address, what=what, amount=amount).status_code == 302
    page = ann.get(address)
    removed = page.content.decode().split('name="remove" value="')[3].split('"')[0]
    ann.post(address, {"remove": removed})
    assert "A mistake" not in ann.read(address)
    ann.post(address, {"do": "close"})
    assert "We took €100.00" in ann.read(f"/requests/{case.reference}")


def test_what_is_wrong_with_a_thing_is_said_at_its_field(portal: House) -> None:
    portal.publish(BILLS)
    ann = sign_in("ann@example.org", portal)
    refused = ann.answer(f"/requests/{portal.open('bills').reference}/lists/bills", what="Pills", amount="much")
    assert refused.status_code == 422
    assert "Pills" in refused.content.decode()
