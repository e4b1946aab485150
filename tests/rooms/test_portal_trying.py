"""What if? Trying changes nothing; "do exactly this" carries the values over."""

from __future__ import annotations

import re
import sqlite3

import pytest

from backline.cases.models import Case, Entry
from backline.web.portal.models import Draft
from tests.rooms.cases_house import House
from tests.rooms.portal_house import Visitor, open_club, portal, sign_in

__all__ = ["portal"]
pytestmark = pytest.mark.django_db


def test_a_draft_is_tried_and_nothing_is_kept_or_sent(portal: House) -> None:
    ann = sign_in("ann@example.org", portal)
    place = _draft_with_account(ann)
    shown = _text(ann.answer(place, amount="80").content.decode())
    assert "Paid" in shown
    assert "Pay it out" in shown
    assert Draft.objects.get().answers == {"account": "A-1"}
    assert not Case.objects.exists()
    assert portal.bank("select * from payment") == []


def test_an_end_that_hangs_on_others_is_shown_with_what_it_hangs_on(portal: House) -> None:
    ann = sign_in("ann@example.org", portal)
    shown = _text(ann.answer(_draft_with_account(ann), amount="300").content.decode())
    assert "Provided that this is so" in shown
    assert "A check by us" in shown
    assert "plausible" not in shown.lower(), "what is hidden from the customer is not named"


def test_do_exactly_this_carries_the_values_into_the_draft(portal: House) -> None:
    ann = sign_in("ann@example.org", portal)
    place = _draft_with_account(ann)
    assert ann.follow(ann.answer(place, amount="80", do="do")).endswith("/check")
    assert Draft.objects.get().answers == {"account": "A-1", "amount": "80"}


def test_what_a_check_refuses_is_said_at_the_field_and_not_carried_over(portal: House) -> None:
    ann = sign_in("ann@example.org", portal)
    page = ann.answer(_draft_with_account(ann), amount="-5", do="do")
    assert page.status_code == 422
    assert "The amount has to be more than zero." in page.content.decode()
    assert "amount" not in Draft.objects.get().answers


def test_an_open_request_is_tried_without_effect_and_then_changed_exactly_so(portal: House) -> None:
    case = portal.open(account="A-1", amount="80 EUR")
    ann = sign_in("ann@example.org", portal)
    place = f"/requests/{case.reference}/what-if"
    entries = Entry.objects.count()
    page = ann.answer(place, amount="60").content.decode()
    assert "Changed: Pay it out" in _text(page)
    assert "The bank" in _text(page), "the system in which it is done"
    assert (Entry.objects.count(), portal.bank("select minor from payment")) == (entries, [8000])
    ann.answer(place, amount="60", do="do", stood_on=_seal(page))
    assert portal.bank("select minor from payment") == [6000]


def test_what_was_tried_is_not_done_when_a_system_says_something_else_meanwhile(portal: House) -> None:
    case = portal.open(account="A-1", amount="300 EUR")
    ann = sign_in("ann@example.org", portal)
    place = f"/requests/{case.reference}/what-if"
    page = ann.answer(place, amount="80").content.decode()
    with sqlite3.connect(portal.folder / "bank.sqlite3") as bank:
        bank.execute("update account set balance_minor = 5000 where number = 'A-1'")
    bank.close()
    stopped = ann.answer(place, amount="80", do="do", stood_on=_seal(page))
    assert stopped.status_code == 409
    assert "has changed meanwhile" in stopped.content.decode()
    assert "Not enough" in _text(stopped.content.decode()), "what would happen now"
    assert portal.bank("select minor from payment") == []


def test_a_visitor_and_a_stranger_have_nothing_to_try(portal: House) -> None:
    open_club(portal)
    visitor = Visitor()
    draft = visitor.begin("join").split("/questions")[0]
    assert visitor.get(f"{draft}/what-if").status_code == 404
    case = portal.open(account="A-1", amount="80 EUR")
    assert visitor.get(f"/requests/{case.reference}/what-if").status_code == 404


def _draft_with_account(ann: Visitor) -> str:
    ann.follow(ann.answer(ann.begin("payout"), account="A-1"))
    return f"/drafts/{Draft.objects.get().key}/what-if"


def _seal(page: str) -> str:
    found = re.search(r'name="stood_on" value="(\w+)"', page)
    assert found
    return found[1]


def _text(page: str) -> str:
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", page))
