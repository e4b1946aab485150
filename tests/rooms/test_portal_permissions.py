"""Permissions on line: given for a service and some days, seen by both, taken back."""

from __future__ import annotations

import pytest

from backline.people.mandates import covers
from backline.people.models import Mandate, Party
from tests.rooms.cases_house import PAYOUT, House
from tests.rooms.portal_house import Visitor, party, portal, sign_in

__all__ = ["portal"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def ann(portal: House) -> Visitor:
    """The customer; money may be had for her by somebody with a permission."""
    helped = PAYOUT.replace("partner: {label: Your partner}", "helper: {label: Helper, mandate: money, of: customer}")
    portal.publish(helped.replace("case: payout", "case: helped"), paid="Subject: Your money\n\n{amount}.\n")
    return sign_in("ann@example.org", portal)


def test_a_permission_holds_for_what_was_chosen_and_as_long(portal: House, ann: Visitor) -> None:
    ben = party("Ben", "ben@example.org", portal)
    ann.answer("/people/new", email="ben@example.org", services="money", days="90")
    told = {"holder": ben.pk, "giver": portal.customer.pk, "now": portal.now}
    assert covers(service="money", **told)
    assert not covers(service="records", **told)
    portal.now = portal.now.replace(year=2027)
    assert not covers(service="money", **{**told, "now": portal.now})


def test_both_see_it_and_either_may_end_it(portal: House, ann: Visitor) -> None:
    party("Ben", "ben@example.org", portal)
    ann.answer("/people/new", email="ben@example.org", services="money", days="90")
    ben = sign_in("ben@example.org", portal)
    assert "Ann" in ben.read("/people")
    mandate = Mandate.objects.get()
    assert ben.post(f"/people/{mandate.pk}/end").status_code == 302
    assert "Taken back" in ann.read("/people")


def test_nobody_ends_a_permission_that_is_not_theirs(portal: House, ann: Visitor) -> None:
    party("Ben", "ben@example.org", portal)
    party("Eve", "eve@example.org", portal)
    ann.answer("/people/new", email="ben@example.org", services="money", days="90")
    assert sign_in("eve@example.org", portal).post(f"/people/{Mandate.objects.get().pk}/end").status_code == 404


def test_the_giver_learns_nothing_of_who_is_behind_an_address(portal: House, ann: Visitor) -> None:
    party("Ben Secret", "ben@example.org", portal)
    for email in ("ben@example.org", "unknown@example.org"):
        ann.answer("/people/new", email=email, services="money", days="90")
    page = ann.read("/people")
    assert "ben@example.org" in page
    assert "unknown@example.org" in page
    assert "Secret" not in page


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"email": "ben@example.org", "services": "money", "days": "0"}, "Enter a number of days from 1 to 730."),
        ({"email": "ben@example.org", "days": "9"}, "Choose at least one service."),
        ({"email": "ben", "services": "money", "days": "9"}, "is not an e-mail address"),
        ({"email": "ann@example.org", "services": "money", "days": "9"}, "Nobody needs a permission"),
    ],
)
def test_what_makes_no_sense_is_refused_in_words(portal: House, ann: Visitor, told: dict[str, str], words: str) -> None:
    refused = ann.answer("/people/new", **told)
    assert refused.status_code == 422
    assert words in refused.content.decode()
    assert not Mandate.objects.exists()


def test_a_form_sent_twice_gives_one_permission(portal: House, ann: Visitor) -> None:
    told = {"email": "ben@example.org", "services": "money", "days": "9", "token": "form-1"}
    for _ in range(2):
        ann.post("/people/new", told)
    assert Mandate.objects.count() == 1
    assert Party.objects.filter(identifiers__value="ben@example.org").count() == 1
