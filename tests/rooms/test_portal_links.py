"""Links from messages: seen without an account, settled by a click alone, once."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backline.cases.models import Want
from backline.cases.openings.opening import open_case
from backline.channels import links
from backline.people.actors import SYSTEM
from tests.rooms.cases_house import House
from tests.rooms.portal_house import Visitor, party, portal

__all__ = ["portal"]
pytestmark = pytest.mark.django_db
GIFT = """
case: gift
title: Give something away
for: customer
owner: desk
roles:
  customer: {label: You}
  partner: {label: Your partner}
facts:
  thing: {label: What is it?, type: text, ask: customer}
  agrees:
    label: Do you agree that it is given away?
    help: Nobody may press you.
    type: consent
    ask: {who: partner, shows: [thing], within: 5 days}
    lapse: no
outcomes:
  given: {label: Given, when: agrees, say: It is given away.}
  otherwise: {label: Kept, say: It is kept.}
"""


def asked(house: House) -> tuple[Want, str]:
    """The partner's question and the address in the message to them."""
    house.publish(GIFT)
    ben = party("Ben", "ben@example.org", house)
    parties = {"customer": house.customer.pk, "partner": ben.pk}
    case = open_case(
        type_key="gift",
        by=SYSTEM,
        channel="phone",
        parties=parties,
        facts={"thing": "The piano"},
        now=house.now,
    )
    want = Want.objects.get(case=case, fact="agrees")
    return want, links.make_link(case=case, party=ben, want=want, now=house.now).partition("/link/")[2]


def test_following_a_link_shows_the_question_and_settles_nothing(portal: House) -> None:
    want, token = asked(portal)
    page = Visitor().read(f"/link/{token}")
    assert "Do you agree that it is given away?" in page
    assert "The piano" in page
    assert "Ann has asked us for this" in page
    want.refresh_from_db()
    assert want.closed_at is None


def test_the_answer_counts_once_and_the_link_is_over_then(portal: House) -> None:
    want, token = asked(portal)
    assert "Your answer is with us: yes" in Visitor().post(f"/link/{token}", {"agrees": "yes"}).content.decode()
    want.case.refresh_from_db()
    assert want.case.outcome == "given"
    again = Visitor().post(f"/link/{token}", {"agrees": "no"})
    assert again.status_code == 410
    want.case.refresh_from_db()
    assert want.case.outcome == "given"


def test_no_answer_is_refused_and_the_link_still_works(portal: House) -> None:
    _want, token = asked(portal)
    assert Visitor().post(f"/link/{token}", {}).status_code == 422
    assert Visitor().get(f"/link/{token}").status_code == 200


def test_a_forged_and_an_expired_link_say_the_same(portal: House) -> None:
    _want, token = asked(portal)
    forged = Visitor().get("/link/0123456789abcdef.forged")
    portal.now += timedelta(days=61)
    expired = Visitor().get(f"/link/{token}")
    assert forged.status_code == expired.status_code == 410
    assert "This link is over" in forged.content.decode()
    assert "This link is over" in expired.content.decode()


def test_a_link_to_a_case_opens_it_for_this_browser_alone(portal: House) -> None:
    case = portal.open(account="A-1", amount="300 EUR")
    token = links.make_link(case=case, party=portal.customer, now=portal.now).partition("/link/")[2]
    visitor = Visitor()
    assert "Get money from your account" in visitor.read(visitor.follow(visitor.get(f"/link/{token}")))
    assert Visitor().get(f"/requests/{case.reference}").status_code == 404
