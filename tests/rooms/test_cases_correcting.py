"""A case that ended, and what is found out afterwards: amended, undone in reverse, ended otherwise, and told."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backline.cases.asserting import assert_facts
from backline.cases.models import Case, Closure, Effect
from backline.cases.showing.viewing import view_case
from backline.cases.storage.verifying import verify
from tests.rooms.cases_house import House

pytestmark = pytest.mark.django_db(transaction=True)
GRANT = """
case: grant
title: Get a grant
for: customer
owner: desk
roles: {customer: {label: You}}
facts:
  account: {label: Which account?, type: text, ask: customer}
  amount: {label: How much?, type: money, ask: customer}
  genuine: {label: Is the evidence genuine?, type: yes/no, work: {team: desk, shows: [account]}}
  thanks: {label: Would you say how it was?, type: text, offer: {to: customer}, else: "''"}
actions:
  pay:
    label: Pay it out
    call: bank.pay
    with: {number: account, amount: amount}
    gives: {payment: text}
    amend: bank.amend
    undo: bank.reverse
  bonus:
    label: Pay the bonus
    call: bank.pay
    with: {number: account, amount: 5 EUR}
    gives: {payment: text}
    undo: bank.reverse
outcomes:
  declined: {label: Declined, when: not genuine, do: [message: declined]}
  paid: {label: Paid, when: amount > 0 EUR, do: [pay, bonus, message: paid]}
  otherwise: {label: Nothing}
"""
TEXTS = {"paid": "Subject: Paid\n\nIt comes.\n", "declined": "Subject: Declined\n\nNo.\n"}


def later(house: House) -> datetime:
    house.now += timedelta(minutes=5)
    return house.now


def paid(house: House) -> Case:
    """A grant of 300 euros and its bonus, paid."""
    house.publish(GRANT, **TEXTS)
    case = house.open("grant", account="A-1", amount="300 EUR")
    case = assert_facts(
        case=case, by=house.actor("worker"), channel="workbench", facts={"genuine": "yes"}, now=later(house)
    )
    assert (case.state, case.outcome, house.bank("select minor from payment")) == ("ended", "paid", [30000, 500])
    return case


def corrected(house: House, case: Case, who: str, **facts: str) -> Case:
    by = house.ann if who == "customer" else house.actor(who)
    return assert_facts(
        case=case, by=by, channel="portal", facts=facts, correct=True, reason="It never was so.", now=later(house)
    )


def test_what_is_corrected_after_the_end_is_amended_then_reversed_and_each_step_is_told(house: House) -> None:
    case = corrected(house, paid(house), "customer", amount="120 EUR")
    assert (case.state, case.outcome, house.bank("select minor from payment")) == ("ended", "paid", [12000, 500])
    case = corrected(house, case, "worker", genuine="no")
    assert (case.state, case.outcome, house.bank("select minor from payment")) == ("ended", "declined", [0, 0])
    assert house.bank("select balance_minor from account where number = 'A-1'") == [100000]
    made = Effect.objects.order_by("started_at", "pk").values_list("action", "kind", "generation", "state")
    assert list(made)[3:] == [
        ("pay", "amend", 2, "done"),
        ("bonus", "undo", 2, "done"),
        ("pay", "undo", 3, "done"),
        ("message_declined", "do", 1, "done"),
    ]
    view = view_case(case=case, by=house.actor("worker"), purpose="work", language="en", now=house.now)
    told = [entry.words for entry in view.timeline]
    assert [words for words in told if words.startswith(("Ended", "Opened again"))] == [
        "Ended: Paid", "Opened again", "Ended: Paid", "Opened again", "Ended: Declined",
    ]  # fmt: skip
    reopened = [entry.detail for entry in view.timeline if entry.kind == "reopened"]
    assert reopened == ["It never was so."] * 2
    assert verify().broken == ()


def test_each_reopening_is_a_row_with_who_and_why(house: House) -> None:
    corrected(house, corrected(house, paid(house), "customer", amount="120 EUR"), "worker", genuine="no")
    rows = Closure.objects.order_by("pk").values_list("outcome", "reopened_by", "reason")
    assert list(rows) == [
        ("paid", house.ann.id, "It never was so."),
        ("paid", "staff:1", "It never was so."),
        ("declined", "", ""),
    ]


def test_without_a_reason_the_timeline_names_what_was_corrected(house: House) -> None:
    facts = {"amount": "120 EUR"}
    case = assert_facts(case=paid(house), by=house.ann, channel="portal", facts=facts, correct=True, now=later(house))
    for by, told in ((house.actor("worker"), "How much?"), (house.ann, "")):
        view = view_case(case=case, by=by, purpose="own", language="en", now=house.now)
        assert [entry.detail for entry in view.timeline if entry.kind == "reopened"] == [told]


def test_what_is_offered_after_the_end_is_kept_and_opens_nothing(house: House) -> None:
    case = paid(house)
    case = assert_facts(case=case, by=house.ann, channel="portal", facts={"thanks": "It was good"}, now=later(house))
    assert (case.state, Closure.objects.get().reopened_at) == ("ended", None)
    assert "It was good" in [a["value"] for a in case.snapshot["assertions"]]
