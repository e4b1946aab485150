"""Who acts for another sees what that person sees, under a banner that says for whom; what is hidden stays so."""

from __future__ import annotations

import pytest

from backline.cases.models import Case
from backline.channels.models import Message
from backline.people import mandates
from backline.people.models import Party
from tests.rooms.cases_house import PAYOUT, House
from tests.rooms.portal_house import Visitor, party, portal, sign_in

__all__ = ["portal"]
pytestmark = pytest.mark.django_db
ROLE = "partner: {label: Your partner}\n  helper: {label: Helper, mandate: money, of: customer}"


@pytest.fixture
def ben(portal: House) -> Party:
    return party("Ben", "ben@example.org", portal)


def helped(portal: House, ben: Party, definition: str) -> tuple[Case, Visitor]:
    """Ann's case, to whom we wrote; Ben may act for her."""
    portal.publish(definition, paid="Subject: Your money\n\n{amount}.\n")
    case = portal.open(account="A-1", amount="50")
    portal.pass_time(minutes=1)
    mandates.grant(by=portal.ann, giver=portal.customer, holder=ben, services=("money",), now=portal.now)
    effect = next(key for key in case.snapshot["effects"] if "message_paid" in key)
    for key, text in ((f"{effect}/{portal.customer.pk}", "EUR 50 is on its way"), ("merge/1/1", "Only words")):
        Message.objects.create(
            key=key, kind="message", case=case, party=portal.customer, to="ann@example.org", subject="Your money",
            text=text, language="en", state="sent", made_at=portal.now, sent_at=portal.now,
        )  # fmt: skip
    return case, sign_in("ben@example.org", portal)


def test_the_holder_sees_the_request_as_the_giver_and_for_whom(portal: House, ben: Party) -> None:
    case, desk = helped(portal, ben, PAYOUT.replace("partner: {label: Your partner}", ROLE))
    listed = desk.read("/requests")
    assert case.reference in listed
    assert "For Ann" in listed
    page = desk.read(f"/requests/{case.reference}")
    assert "You act for Ann" in page
    assert "EUR 50 is on its way" in page
    assert "You act for" not in sign_in("ann@example.org", portal).read(f"/requests/{case.reference}")


def test_what_is_hidden_from_holders_is_not_in_the_messages_either(portal: House, ben: Party) -> None:
    hiding = PAYOUT.replace("partner: {label: Your partner}", ROLE).replace(
        "    label: How much?\n", "    label: How much?\n    hide: [helper]\n"
    )
    case, desk = helped(portal, ben, hiding)
    page = desk.read(f"/requests/{case.reference}")
    assert "You act for Ann" in page
    assert "EUR 50 is on its way" not in page
    assert "Only words" in page


def test_a_permission_that_ended_ends_the_view(portal: House, ben: Party) -> None:
    case, desk = helped(portal, ben, PAYOUT.replace("partner: {label: Your partner}", ROLE))
    [standing] = mandates.mandates_of(ben.pk, now=portal.now)
    mandates.revoke(by=portal.ann, mandate=standing.mandate, now=portal.now)
    assert desk.get(f"/requests/{case.reference}").status_code == 404
    assert case.reference not in desk.read("/requests")
