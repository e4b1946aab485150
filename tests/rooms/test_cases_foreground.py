"""Whom an effect keeps waiting: the customer only for what makes the outcome true, nobody for the rest."""

from __future__ import annotations

import json
from dataclasses import replace

import pytest

from backline.cases.fittings import fit, fittings
from backline.cases.models import Case, Effect
from backline.cases.openings.opening import open_case
from backline.jobs.models import Job
from backline.project.command import main
from tests.rooms.cases_house import PAID, PAYOUT, House

pytestmark = pytest.mark.django_db(transaction=True)
LATE = PAYOUT.replace("case: payout", "case: late").replace(
    "outcomes:\n", "  tell:\n    when: done(pay)\n    message: told\n\noutcomes:\n", 1
)
RESERVING = """
case: reserving
title: Reserve first
for: customer
owner: desk
roles: {customer: {label: You}}
facts:
  account: {label: Account, type: text, ask: customer}
actions:
  reserve:
    label: Reserve
    when: known(account)
    call: bank.pay
    with: {number: account, amount: 5 EUR}
    gives: {payment: text}
  note: {label: Note, when: known(account), message: told}
outcomes:
  reserved: {label: Reserved, when: payment != ''}
  otherwise: {label: Nothing}
"""


def states(case: Case) -> dict[str, str]:
    """How each effect of the case stands, by action."""
    return dict(Effect.objects.filter(case=case).values_list("action", "state"))


def test_what_no_outcome_needs_goes_to_its_job_at_once_and_keeps_nobody(house: House) -> None:
    house.publish(LATE, paid=PAID, told=PAID)
    case = house.open("late", account="A-1", amount="80 EUR")
    assert states(case) == {"pay": "done", "message_paid": "done", "tell": "planned"}
    assert house.bank("select minor from payment") == [8000]
    job = Job.objects.get(kind="effect")
    assert (job.ref, job.due_at <= house.now.replace(second=5)) == (Effect.objects.get(action="tell").key, True)
    house.pass_time(seconds=1)
    assert states(case)["tell"] == "done"
    assert Case.objects.get().state == "ended"


def test_before_a_page_the_message_about_it_is_left_to_the_loop(house: House) -> None:
    fit(replace(fittings(), loop=True))
    case = house.open(account="A-1", amount="80 EUR")
    assert states(case) == {"pay": "done", "message_paid": "planned"}
    assert (case.outcome, house.sent) == ("paid", [])
    house.pass_time(seconds=5)
    assert [key.split("/")[1] for key in house.sent] == ["message_paid"]
    assert Case.objects.get().state == "ended"


def test_where_nobody_stands_before_a_page_the_door_writes_too(house: House) -> None:
    fit(replace(fittings(), loop=True))
    facts = {"account": "A-1", "amount": "80 EUR"}
    case = open_case(type_key="payout", by=house.ann, channel="api", facts=facts, now=house.now)
    assert (case.state, states(case)) == ("ended", {"pay": "done", "message_paid": "done"})


def test_what_the_choice_of_an_outcome_rests_on_is_made_while_the_customer_waits(house: House) -> None:
    house.publish(RESERVING, told="Subject: Noted\n\nYes.\n")
    case = house.open("reserving", account="A-1")
    assert states(case) == {"reserve": "done", "note": "planned"}
    assert case.outcome == "reserved"


def test_the_command_line_has_no_loop_and_makes_the_rest_itself(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    house.publish(LATE, paid=PAID, told=PAID)
    words = ["case", "open", "late", "--party", "bob@example.org", "--set", "account=A-1", "--set", "amount=80"]
    assert main([*words, "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert {effect["action"]: effect["state"] for effect in told["effects"]}["tell"] == "done"
    assert told["state"] == "ended"
