"""What no model foresaw, work done by hand, events from outside, closing, and effects that a person settles."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backline.cases.adding import add_document, add_note, add_participant, add_task, ask_colleague, reply
from backline.cases.asserting import assert_facts
from backline.cases.closing import close_case, reopen_case
from backline.cases.effects.settling_effects import Way, settle_effect
from backline.cases.fittings import fit, fittings
from backline.cases.models import Case, CaseLink, Closure, Effect, Want
from backline.cases.openings.arriving import take_event
from backline.cases.openings.opening_others import open_other
from backline.cases.reach import load_case
from backline.cases.refusals import FactsRefused, NotAllowed, NotOpen
from backline.cases.showing.viewing import view_case
from backline.cases.storage.verifying import verify
from backline.connectors import calling
from backline.connectors.contract import Refused
from backline.documents.storing import store
from backline.people.parties import create_party
from tests.rooms.cases_house import House

pytestmark = pytest.mark.django_db
PARCEL = """
case: parcel
title: Send a parcel
for: customer
owner: desk
roles: {customer: {label: You}}
facts:
  number: {label: Its number, type: text, ask: customer}
  arrived: {label: Did it arrive?, type: yes/no, event: {from: post.arrived, match: number, within: 30 days}, lapse: no}
actions:
  pack: {label: Pack it, work: desk, when: known(number)}
outcomes:
  there: {label: There, when: arrived and done(pack)}
  otherwise: {label: Lost}
"""


def test_a_worker_adds_a_task_that_no_model_foresaw(house: House) -> None:
    case, worker = house.open(account="A-1", amount="300 EUR"), house.actor("worker")
    want = add_task(case=case, by=worker, title="Call the bank", team="desk", now=house.now)
    assert Want.objects.get(pk=want.pk).kind == "free"
    done = reply(want=want, by=house.actor("colleague"), text="They say yes.", now=house.now, channel="workbench")
    assert (done.closed, done.closed_by) == ("answered", "staff:2")
    with pytest.raises(NotOpen):
        reply(want=want, by=worker, text="Again.", now=house.now, channel="workbench")
    assert verify().broken == ()


def test_a_colleague_who_is_asked_reaches_the_case_and_answers_without_owning_it(house: House) -> None:
    case, outsider = house.open(account="A-1", amount="300 EUR"), house.actor("outsider")
    want = ask_colleague(
        case=case, by=house.actor("worker"), question="Do you know them?", colleague=outsider.id, now=house.now
    )
    assert load_case(case.reference, outsider) == case
    assert reply(want=want, by=outsider, text="Yes.", now=house.now, channel="workbench").answer == {"text": "Yes."}
    with pytest.raises(NotAllowed):
        add_note(case=case, by=house.actor("worker", teams=("other",)), text="Hello", now=house.now)


def test_a_document_and_a_participant_are_added(house: House) -> None:
    case, worker = house.open(account="A-1", amount="300 EUR"), house.actor("worker")
    paper = store(content=b"hello", name="letter.txt", by=worker.id, now=house.now)
    case = add_document(case=case, by=worker, document=paper, note="came by post", now=house.now, channel="paper")
    bob = create_party(name="Bob", now=house.now)
    case = add_participant(case=case, by=worker, party=bob, role="partner", now=house.now)
    view = view_case(case=case, by=house.ann, purpose="own", language="en", now=house.now)
    assert [document.name for document in view.documents] == ["letter.txt"]
    assert [(party.role, party.name) for party in view.parties] == [("customer", "Ann"), ("partner", "Bob")]
    assert verify().broken == ()


def test_an_empty_note_is_refused_in_words(house: House) -> None:
    with pytest.raises(FactsRefused) as refused:
        add_note(case=house.open(), by=house.actor("worker"), text="  ", now=house.now)
    assert refused.value.messages == {"text": "Please write something."}


def test_an_action_that_people_do_is_a_task_and_done_when_they_say_so(house: House) -> None:
    house.publish(PARCEL)
    case = house.open("parcel", number="77")
    want = case.wants.get(kind="free")
    assert (want.title, want.team) == ("Pack it", "desk")
    reply(want=want, by=house.actor("worker"), text="In box 3.", now=house.now, channel="workbench")
    effect = Effect.objects.get()
    assert (effect.state, effect.proof["evidence"]) == ("done", "In box 3.")


def test_an_event_finds_the_case_that_waits_for_it(house: House) -> None:
    house.publish(PARCEL)
    case = house.open("parcel", number="77")
    other = house.open("parcel", number="78")
    reply(want=case.wants.get(kind="free"), by=house.actor("worker"), text="Ok.", now=house.now, channel="workbench")
    reply(want=other.wants.get(kind="free"), by=house.actor("worker"), text="Ok.", now=house.now, channel="workbench")
    told = take_event(event="post.arrived", match="77", value="yes", now=house.now)
    assert [(one.reference, one.outcome) for one in told] == [(case.reference, "there")]
    assert Case.objects.get(pk=other.pk).state == "open"


def test_a_case_sent_by_mistake_is_closed_with_a_reason_and_opened_again(house: House) -> None:
    case, worker = house.open(account="A-1", amount="300 EUR"), house.actor("worker")
    with pytest.raises(FactsRefused):
        close_case(case=case, by=worker, reason=" ", now=house.now)
    case = close_case(case=case, by=worker, reason="sent twice", now=house.now)
    assert (case.state, case.outcome, case.wants.filter(closed_at=None).count()) == ("ended", "", 0)
    assert Closure.objects.get().by == worker.id
    case = reopen_case(case=case, by=worker, reason="it was not", now=house.now)
    assert (case.state, case.wants.filter(closed_at=None).count()) == ("open", 1)
    assert Closure.objects.get().reason == "it was not"
    assert verify().broken == ()


def test_a_correction_opens_a_case_again_as_a_row_that_says_who(house: House) -> None:
    case = house.open(account="A-1", amount="2000 EUR")
    worker = house.actor("worker")
    case = assert_facts(case=case, by=worker, channel="workbench", facts={"plausible": "no"}, now=house.now)
    assert (case.state, case.outcome) == ("ended", "declined")
    case = assert_facts(
        case=case, by=worker, channel="workbench", facts={"plausible": "yes"}, correct=True, now=house.now
    )
    assert case.state == "open"
    assert Closure.objects.get().reopened_by == worker.id


def test_the_customer_takes_their_request_back(house: House) -> None:
    case = house.open(account="A-1", amount="300 EUR")
    case = assert_facts(case=case, by=house.ann, channel="portal", facts={"dropped": "yes"}, now=house.now)
    assert (case.state, case.outcome) == ("ended", "dropped")


def test_what_a_system_refuses_without_a_word_in_the_type_is_an_exception_for_the_owner(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "write", lambda *args, **more: Refused(code="odd", message="Not on Mondays."))
    case, worker = house.open(account="A-1", amount="80 EUR"), house.actor("worker")
    want = case.wants.get(closed_at=None)
    assert (want.kind, want.team, want.fact) == ("exception", "desk", "pay")
    effect = Effect.objects.get()
    with pytest.raises(FactsRefused):
        settle_effect(effect=effect, by=worker, way=Way(how="by hand"), now=house.now)
    way = Way(how="by hand", evidence="Slip 4711", gives={"payment": "P-4711"})
    case = settle_effect(effect=effect, by=worker, way=way, now=house.now)
    effect.refresh_from_db()
    assert (effect.state, effect.proof["evidence"], case.state) == ("done", "Slip 4711", "ended")


def test_an_action_opens_another_case_that_is_linked(house: House) -> None:
    house.publish(
        PARCEL.replace("case: parcel", "case: gift").replace("work: desk", "open: payout, with: {account: number}")
    )
    fit(replace(fittings(), performers={**fittings().performers, "open": open_other}))
    case = house.open("gift", number="A-1")
    house.work()
    link = CaseLink.objects.get()
    assert (link.case, link.other.type_key, link.other.wants.get(kind="ask").fact) == (case, "payout", "amount")
