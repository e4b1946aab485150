"""How often the pages of the portal ask the database: not more often when more has happened."""

from __future__ import annotations

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from tests.rooms.cases_house import House
from tests.rooms.portal_house import Visitor, portal, sign_in

__all__ = ["portal"]
pytestmark = pytest.mark.django_db
MOST = 16


def test_the_page_of_a_request_needs_few_statements_however_much_happened(portal: House) -> None:
    case = portal.open(account="A-1", amount="300 EUR")
    ann = sign_in("ann@example.org", portal)
    place = f"/requests/{case.reference}"
    ann.read(place)
    before = _statements(ann, place)
    for amount in ("310", "320", "330"):
        ann.answer(f"{place}/questions/amount", amount=amount)
    ann.read(place)
    assert _statements(ann, place) <= before
    assert before <= MOST


def test_the_lists_need_no_statement_of_their_own_for_each_thing(portal: House) -> None:
    ann = sign_in("ann@example.org", portal)
    portal.open(account="A-1", amount="300 EUR")
    few = _statements(ann, "/requests")
    for _ in range(3):
        portal.open(account="A-1", amount="300 EUR")
    each = (_statements(ann, "/requests") - few) / 3
    assert each <= 8, "what is known of one request is read by a handful of statements"
    assert _statements(ann, "/services") <= 10


def _statements(who: Visitor, place: str) -> int:
    with CaptureQueriesContext(
        connection,
    ) as asked:
        who.read(place)
    return len(asked)
