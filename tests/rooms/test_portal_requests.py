"""The page of a request: what it says, to whom, and what can be done on it."""

from __future__ import annotations

import re
from typing import Any

import pytest

from backline.cases.models import Case, Want
from backline.people.mandates import grant
from backline.people.models import Look
from backline.web.portal import asked, requests
from tests.rooms.cases_house import House
from tests.rooms.portal_house import Visitor, open_club, party, portal, sign_in

__all__ = ["portal"]
pytestmark = pytest.mark.django_db


def test_the_page_says_who_has_to_act_and_by_when(portal: House) -> None:
    case = portal.open(account="A-1", amount="300 EUR")
    page = sign_in("ann@example.org", portal).read(f"/requests/{case.reference}")
    assert "We are looking at it" in page
    assert "A colleague of ours" in page
    assert "The money is on its way By Wednesday 25 November" in page


def test_what_is_hidden_from_the_customer_stands_nowhere_on_the_page(portal: House) -> None:
    case = portal.open(account="A-1", amount="300 EUR")
    assert "plausible" not in sign_in("ann@example.org", portal).read(f"/requests/{case.reference}").lower()


def test_a_foreign_request_is_not_there(portal: House) -> None:
    case = portal.open(account="A-1", amount="80 EUR")
    party("Eve", "eve@example.org", portal)
    for stranger in (sign_in("eve@example.org", portal), Visitor()):
        for address in ("", "/questions/amount", "/documents/1"):
            assert stranger.get(f"/requests/{case.reference}{address}").status_code == 404


def test_a_question_of_a_request_is_answered_on_its_page(portal: House) -> None:
    case = portal.open(account="A-1")
    ann = sign_in("ann@example.org", portal)
    page = f"/requests/{case.reference}"
    assert "We need something from you" in ann.read(page)
    ann.answer(f"{page}/questions/amount", amount="80")
    assert "is on its way, as P-1" in ann.read(page)


def test_an_answer_sent_twice_counts_once(portal: House) -> None:
    case = portal.open(account="A-1")
    ann = sign_in("ann@example.org", portal)
    address = f"/requests/{case.reference}/questions/amount"
    token = re.search(r'name="token" value="([^"]+)"', ann.get(address).content.decode())
    assert token is not None
    for amount in ("80", "90"):
        ann.post(address, {"amount": amount, "token": token[1]})
    assert portal.bank("select minor from payment") == [8000]


def test_a_correction_after_payment_amends_the_payment_once(portal: House) -> None:
    case = portal.open(account="A-1", amount="80 EUR")
    ann = sign_in("ann@example.org", portal)
    ann.answer(f"/requests/{case.reference}/questions/amount", amount="60")
    assert portal.bank("select minor from payment") == [6000]
    assert "Corrected: How much?" in ann.read(f"/requests/{case.reference}")


def test_a_customer_withdraws_while_it_is_offered(portal: House) -> None:
    case = portal.open(account="A-1", amount="300 EUR")
    ann = sign_in("ann@example.org", portal)
    assert "I don&#x27;t need it any more" in ann.get(f"/requests/{case.reference}").content.decode()
    ann.answer(f"/requests/{case.reference}/questions/dropped", dropped="yes")
    assert "You dropped it" in ann.read(f"/requests/{case.reference}")


def test_a_fact_of_the_back_office_can_be_neither_seen_nor_said(portal: House) -> None:
    case = portal.open(account="A-1", amount="300 EUR")
    ann = sign_in("ann@example.org", portal)
    for fact in ("plausible", "balance", "nothing"):
        assert ann.get(f"/requests/{case.reference}/questions/{fact}").status_code == 404
        assert ann.post(f"/requests/{case.reference}/questions/{fact}", {fact: "yes"}).status_code == 404


def test_a_message_reaches_the_team_and_stands_on_the_page_once(portal: House) -> None:
    case = portal.open(account="A-1", amount="300 EUR")
    ann = sign_in("ann@example.org", portal)
    told = {"text": "Is it under way?", "token": "form-1"}
    for _ in range(2):
        ann.post(f"/requests/{case.reference}/messages", told)
    assert ann.read(f"/requests/{case.reference}").count("Is it under way?") == 1
    assert Want.objects.filter(case=case, kind="free", team="desk").count() == 1


def test_somebody_who_acts_for_the_customer_sees_the_request_and_leaves_a_look(portal: House) -> None:
    case = portal.open(account="A-1", amount="300 EUR")
    ben = party("Ben", "ben@example.org", portal)
    grant(by=portal.ann, giver=portal.customer, holder=ben, services=["payout"], now=portal.now)
    assert "Get money from your account" in sign_in("ben@example.org", portal).read(f"/requests/{case.reference}")
    look = Look.objects.get(party=portal.customer)
    assert (look.by_name, look.case) == ("Ben", case.reference)
    assert "Ben" in sign_in("ann@example.org", portal).read("/looks")


def test_an_unproven_visitor_sees_what_came_of_it_and_nothing_that_was_mailed(portal: House) -> None:
    open_club(portal)
    visitor = Visitor()
    colour = visitor.follow(visitor.answer(visitor.begin("join"), name="Nora", email="nora@example.org"))
    page = visitor.read(visitor.follow(visitor.post(visitor.follow(visitor.answer(colour, colour="red")))))
    assert "Welcome to the club" in page
    assert "N-1" in page
    assert Visitor().get(f"/requests/{Case.objects.get().reference}").status_code == 404


def test_the_list_says_how_each_request_stands(portal: House) -> None:
    portal.open(account="A-1", amount="80 EUR")
    portal.open(account="A-2")
    page = sign_in("ann@example.org", portal).read("/requests")
    assert "is on its way, as P-1" in page
    assert "Your turn" in page


def test_a_message_that_comes_a_second_time_while_the_first_is_taken_is_not_told_twice(
    portal: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = portal.open(account="A-1", amount="300 EUR")
    ann = sign_in("ann@example.org", portal)
    address, told = f"/requests/{case.reference}/messages", {"text": "Only once", "token": "t-1"}
    taken = []

    def slowly(**said: Any) -> None:
        taken.append(said["text"])
        if len(taken) == 1:
            ann.post(address, told)

    monkeypatch.setattr(requests, "write_to_us", slowly)
    ann.post(address, told)
    assert taken == ["Only once"]


def test_a_message_that_was_refused_may_be_sent_again_from_the_same_form(portal: House) -> None:
    case = portal.open(account="A-1", amount="300 EUR")
    ann = sign_in("ann@example.org", portal)
    for text in ("", "Now with words"):
        ann.post(f"/requests/{case.reference}/messages", {"text": text, "token": "t-2"})
    assert "Now with words" in ann.read(f"/requests/{case.reference}")


def test_an_answer_that_comes_a_second_time_while_the_first_is_taken_counts_once(
    portal: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = portal.open(account="A-1")
    ann = sign_in("ann@example.org", portal)
    address, taken = f"/requests/{case.reference}/questions/amount", []

    def slowly(**said: Any) -> None:
        taken.append(said["value"])
        if len(taken) == 1:
            ann.post(address, {"amount": "90", "token": "t-3"})

    monkeypatch.setattr(asked, "answer_want", slowly)
    ann.post(address, {"amount": "80", "token": "t-3"})
    assert len(taken) == 1


def test_an_answer_that_was_refused_may_be_sent_again_from_the_same_form(portal: House) -> None:
    case = portal.open(account="A-1")
    ann = sign_in("ann@example.org", portal)
    for amount in ("many", "80"):
        ann.post(f"/requests/{case.reference}/questions/amount", {"amount": amount, "token": "t-4"})
    assert portal.bank("select minor from payment") == [8000]
