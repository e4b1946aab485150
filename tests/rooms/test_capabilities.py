"""The capability map: what hangs on what; and a system that is down: promises at risk, customers told."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

import pytest
from django.core import mail
from django.test import Client

from backline.cases.fittings import fit, fittings
from backline.cases.models import Case, PromiseRow
from backline.cases.resting import behind_promise
from backline.cases.showing.viewing import view_case
from backline.cases.storage.verifying import verify
from backline.catalogue import versions
from backline.channels import outage_notices, outages
from backline.channels.models import Message, Outage
from backline.connectors import calling
from backline.connectors.contract import Again
from backline.insight.capabilities import capability_map
from backline.people.actors import SYSTEM
from backline.people.refusals import Refusal
from backline.project.commands.map import as_data
from backline.web.portal import visiting
from backline.web.workbench import map_drawing
from tests.rooms.cases_house import House
from tests.rooms.workbench_house import sign_in, workbench

__all__ = ["workbench"]
pytestmark = pytest.mark.django_db
PLAIN = """
case: question
title: Ask us something
for: customer
owner: desk
roles: {customer: {label: You}}
promises: {answer: {label: An answer, of: answered, within: 1 business day}}
facts:
  what: {label: What?, type: text, ask: customer}
  answered: {label: The answer, type: text, work: {team: backoffice, shows: [what]}}
outcomes:
  answered: {label: Answered, when: answered != ""}
  otherwise: {label: Nothing}
"""


@pytest.fixture
def down(house: House) -> House:
    """A house that asks what is down when it promises."""
    fit(replace(fittings(), held=outages.held))
    return house


def declare(house: House, **more: str) -> Outage:
    return outages.declare(by=SYSTEM, system="bank", until=house.now + timedelta(hours=2), now=house.now, **more)


def test_the_map_says_who_needs_which_operation_of_which_system(house: House) -> None:
    house.publish(PLAIN)
    found = capability_map(language="en")
    payout, question = (next(one for one in found.types if one.key == key) for key in ("payout", "question"))
    assert payout.operations == ("bank.amend", "bank.balance", "bank.pay", "bank.reverse")
    assert (question.systems, question.teams) == ((), ("desk", "backoffice"))
    bank = found.systems[0]
    pay = next(one for one in bank.operations if one.name == "bank.pay")
    assert (pay.writes, pay.takes, pay.gives) == (True, ("number: text", "amount: money"), ("payment: text",))
    assert [(use.type, use.how, use.label) for use in pay.used] == [("payout", "done", "Pay it out")]


def test_a_promise_rests_on_what_its_action_and_the_choice_of_its_outcome_need(house: House) -> None:
    program = versions.load_current("payout").program
    assert behind_promise(program, "money") == {"bank.pay", "bank.balance"}


def test_the_command_prints_the_same_as_the_api(house: House) -> None:
    told = as_data("bank")
    assert told["types"][0]["promises"][0]["systems"] == ("bank",)
    with pytest.raises(Exception, match="There is no system"):
        as_data("nobody")


def test_the_drawing_has_a_box_for_each_and_a_red_line_to_what_is_down(house: House) -> None:
    house.publish(PLAIN)
    drawn = map_drawing.draw(capability_map(), down=frozenset({"bank"}))
    assert {box.id for box in drawn.boxes} >= {"type-payout", "type-question", "system-bank", "team-desk"}
    assert [line.tone for line in drawn.lines].count("bad") == 1
    tops = sorted((box.x, box.y, box.height) for box in drawn.boxes)
    for (x, y, height), (x2, y2, _) in pairwise(tops):
        assert x != x2 or y + height < y2, "boxes do not lie over one another"


def test_what_is_down_names_the_promises_at_risk(down: House, monkeypatch: pytest.MonkeyPatch) -> None:
    waiting = open_while_busy(down, monkeypatch)
    down.open(account="A-1", amount="80 EUR")
    declare(down)
    assert [(one.case.reference, one.promise.name) for one in outages.concerned("bank")] == [
        (waiting.reference, "money")
    ]


def test_customers_concerned_are_told_once_in_their_language(down: House, monkeypatch: pytest.MonkeyPatch) -> None:
    down.customer.language = "de"
    down.customer.save()
    case = open_while_busy(down, monkeypatch)
    outage = declare(down, why="New disks", say="Wir bitten um Geduld.")
    for _ in range(2):
        outage_notices.tell(str(outage.pk), down.now)
    message = Message.objects.get(key__startswith="outage/")
    assert (message.case, message.language, message.to) == (case, "de", "ann@example.org")
    assert "Wir bitten um Geduld." in message.text
    assert "New disks" not in message.text
    assert "dauert länger" in message.subject
    assert len(mail.outbox) == 1


def test_who_is_back_in_time_tells_nobody(down: House, monkeypatch: pytest.MonkeyPatch) -> None:
    open_while_busy(down, monkeypatch)
    outage = declare(down)
    outages.end(by=SYSTEM, outage=outage, now=down.now)
    outage_notices.tell(str(outage.pk), down.now)
    assert not Message.objects.exists()
    assert outages.running(down.now) == {}


def test_a_case_opened_meanwhile_is_promised_from_when_the_system_is_back(down: House) -> None:
    outage = declare(down)
    case = down.open(account="A-1", amount="300 EUR")
    promise = PromiseRow.objects.get(case=case)
    assert promise.starts_at == outage.until
    assert any("begins at" in entry for entry in told(case, down))
    assert verify().broken == ()


def test_the_service_page_says_so_before_anybody_starts(down: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(visiting, "now", lambda: down.now)
    page = Client().get("/services/payout").content.decode()
    assert "The money is on its way" in page
    declare(down)
    page = Client().get("/services/payout").content.decode()
    assert "out of order" in page
    assert "What we promise" not in page


def test_only_those_whose_duty_it_is_say_so(house: House) -> None:
    for wrong in ({"by": house.actor("worker")}, {"system": "nobody"}, {"until": house.now}):
        known = {"by": SYSTEM, "system": "bank", "until": house.now + timedelta(hours=1), "now": house.now}
        with pytest.raises(Refusal):
            outages.declare(**{**known, **wrong})  # type: ignore[arg-type]


def test_the_page_draws_notes_and_takes_back(workbench: House, monkeypatch: pytest.MonkeyPatch) -> None:
    case = open_while_busy(workbench, monkeypatch)
    administrator = sign_in("administrator", workbench)
    said = administrator.read("/work/map")
    assert "The bank" in said
    assert 'href="?system=bank">The bank</a>' in administrator.get("/work/map").content.decode()
    assert "Who needs it" in administrator.read("/work/map?system=bank")
    wrong = administrator.post("/work/map/bank/outage", {"until": "soon"})
    assert "Please say until when" in wrong.content.decode()
    administrator.post("/work/map/bank/outage", {"until": "14:00", "why": "New disks"})
    said = administrator.read("/work/map")
    assert "The bank is down" in said
    assert case.reference in said
    administrator.post(f"/work/map/outages/{Outage.objects.get().pk}/end")
    assert "is down" not in administrator.read("/work/map")
    assert sign_in("novice", workbench).get("/work/map").status_code == 404


def open_while_busy(house: House, monkeypatch: pytest.MonkeyPatch) -> Case:
    with monkeypatch.context() as patched:
        patched.setattr(calling, "write", lambda *args, **more: Again(after_s=3600, reason="busy"))
        return house.open(account="A-1", amount="80 EUR")


def told(case: Case, house: House) -> list[str]:
    view = view_case(case=case, by=house.ann, purpose="", language="en", now=house.now)
    return [entry.words for entry in view.timeline]
