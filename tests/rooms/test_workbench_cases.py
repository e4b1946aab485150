"""The case page and its doors: all of one case, and what a colleague can do about it."""

from __future__ import annotations

import pytest

from backline.cases.models import Case, Effect, Want
from backline.people.models import Look
from tests.rooms.cases_house import House
from tests.rooms.workbench_house import Desk, sign_in, task, words, workbench

__all__ = ["workbench"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def case(workbench: House) -> Case:
    return workbench.open(account="A-1", amount="200")


@pytest.fixture
def worker(workbench: House) -> Desk:
    return sign_in("worker", workbench)


def test_the_page_tells_facts_their_source_and_who_is_waited_for(case: Case, worker: Desk) -> None:
    said = worker.read(f"/work/cases/{case.reference}")
    for told in (
        "How much?",
        "€200.00",
        "said by",
        "Is that plausible?",
        "The money is on its way",
        "Request received",
    ):
        assert told in said


def test_the_look_is_noted_with_its_purpose(case: Case, worker: Desk, workbench: House) -> None:
    worker.read(f"/work/cases/{case.reference}")
    look = Look.objects.get(party=workbench.customer, by=worker.name)
    assert (look.case, look.purpose) == (case.reference, "Working on the request")


def test_why_is_told_as_a_tree_of_reasons(case: Case, worker: Desk) -> None:
    said = worker.read(f"/work/cases/{case.reference}/facts/outcome/why")
    assert "Outcome" in said
    assert "Is that plausible?" in said


def test_a_note_is_kept_for_colleagues_and_an_empty_one_refused(case: Case, worker: Desk, workbench: House) -> None:
    address = f"/work/cases/{case.reference}/notes"
    refused = worker.post(address, {"text": " "})
    assert refused.status_code == 422
    assert "Please write something" in refused.content.decode()
    worker.post(address, {"text": "She sounded worried."})
    assert "She sounded worried." in worker.read(f"/work/cases/{case.reference}")


def test_a_refused_form_keeps_what_was_typed(case: Case, worker: Desk) -> None:
    refused = worker.post(f"/work/cases/{case.reference}/tasks", {"title": "", "detail": "by Friday, please"})
    assert refused.status_code == 422
    assert "by Friday, please" in refused.content.decode()


def test_a_task_that_no_model_foresaw_is_added_and_done(case: Case, worker: Desk) -> None:
    worker.post(f"/work/cases/{case.reference}/tasks", {"title": "Call the branch", "team": "desk"})
    want = Want.objects.get(case=case, kind="free")
    assert "Call the branch" in worker.read(f"/work/tasks/{want.pk}")
    worker.post(f"/work/tasks/{want.pk}", {"_text": "They knew nothing."})
    assert "They knew nothing." in worker.read(f"/work/cases/{case.reference}")


def test_a_colleague_is_asked_and_the_task_stays(case: Case, worker: Desk, workbench: House) -> None:
    colleague = sign_in("colleague", workbench)
    told = {"question": "Have you seen this before?", "whom": colleague.name}
    worker.post(f"/work/cases/{case.reference}/colleagues", told)
    assert "Have you seen this before?" in colleague.read("/work/")
    assert task(case).team == "desk"


def test_the_customer_is_asked_in_the_colleagues_own_words(case: Case, worker: Desk) -> None:
    worker.post(f"/work/cases/{case.reference}/questions", {"question": "Which branch?", "role": "customer"})
    assert Want.objects.get(case=case, kind="question").title == "Which branch?"
    assert "Which branch?" in worker.read(f"/work/cases/{case.reference}")


def test_a_participant_is_found_by_address_or_noted_by_name(case: Case, worker: Desk) -> None:
    address = f"/work/cases/{case.reference}/participants"
    refused = worker.post(address, {"known_by": "new@example.org", "role": "partner"})
    assert refused.status_code == 422
    worker.post(address, {"known_by": "new@example.org", "name": "Nora New", "role": "partner"})
    assert "Nora New" in worker.read(f"/work/cases/{case.reference}")


def test_what_a_customer_says_on_the_phone_changes_the_fact(case: Case, worker: Desk) -> None:
    address = f"/work/cases/{case.reference}/facts/amount"
    assert "€200.00" in worker.read(address)
    seen = {"_version": str(case.version), "_why": "changed", "_channel": "phone"}
    assert worker.post(address, {**seen, "amount": "-3"}).status_code == 422
    assert worker.post(address, {**seen, "amount": "220"}).status_code == 302
    assert "€220.00" in worker.read(f"/work/cases/{case.reference}")


def test_who_changes_what_another_changed_meanwhile_sees_that_first_and_keeps_the_text(
    case: Case, worker: Desk, workbench: House
) -> None:
    address, seen = f"/work/cases/{case.reference}/facts/amount", str(case.version)
    sign_in("colleague", workbench).post(address, {"_version": seen, "amount": "220", "_why": "changed"})
    met = worker.post(address, {"_version": seen, "amount": "230", "_why": "changed"})
    assert met.status_code == 409
    said = words(met.content.decode())
    assert "Colleague changed this since you opened it" in said
    assert 'value="230"' in met.content.decode()
    now = str(Case.objects.get(pk=case.pk).version)
    assert worker.post(address, {"_version": now, "amount": "230", "_why": "changed"}).status_code == 302


def test_the_page_says_who_else_has_it_open_and_that_it_changed(case: Case, worker: Desk, workbench: House) -> None:
    worker.read(f"/work/cases/{case.reference}")
    colleague = sign_in("colleague", workbench)
    assert "Worker has it open, too" in colleague.read(f"/work/cases/{case.reference}")
    said = colleague.read(f"/work/cases/{case.reference}/presence?version={case.version - 1}")
    assert "This case has changed" in said


def test_what_failed_in_a_system_is_settled_by_hand_with_evidence(worker: Desk, workbench: House) -> None:
    case = workbench.open(account="A-9", amount="50")
    workbench.work()
    effect = Effect.objects.get(case=case, state="refused")
    address = f"/work/cases/{case.reference}/effects/{effect.pk}"
    assert worker.post(address, {"how": "by hand", "said": ""}).status_code == 422
    assert worker.post(address, {"how": "by hand", "said": "Paid at the counter, slip 12"}).status_code == 302
    assert "Paid at the counter, slip 12" in worker.read(f"/work/cases/{case.reference}")


def test_a_case_is_closed_with_a_reason_and_opened_again(case: Case, worker: Desk) -> None:
    address = f"/work/cases/{case.reference}"
    assert worker.post(f"{address}/closure", {"reason": ""}).status_code == 422
    worker.post(f"{address}/closure", {"reason": "Sent twice"})
    assert Case.objects.get(pk=case.pk).state == "ended"
    worker.post(f"{address}/reopening", {"reason": "It was not"})
    assert Case.objects.get(pk=case.pk).state == "open"


def test_the_call_script_asks_all_that_is_open_and_takes_the_answers(worker: Desk, workbench: House) -> None:
    case = workbench.open()
    address = f"/work/cases/{case.reference}/call"
    said = worker.read(address)
    assert "Which account?" in said
    assert worker.post(address, {"account": "", "_channel": "phone"}).status_code == 422
    worker.post(address, {"account": "A-1", "amount": "20", "_channel": "phone"})
    workbench.work()
    assert Case.objects.get(pk=case.pk).outcome == "paid"


def test_a_fact_may_be_named_as_a_word_of_our_own_forms(worker: Desk, workbench: House) -> None:
    workbench.publish(
        """
case: named
title: Named
for: customer
owner: desk
roles:
  customer: {label: You}
facts:
  reason: {label: What for?, type: choice, choices: {one: One, two: Two}, ask: customer}
outcomes:
  otherwise: {label: Done, say: Done.}
"""
    )
    case = workbench.open("named", reason="one")
    told = {"reason": "two", "_reason": "She said so", "_version": str(case.version), "_why": "wrong"}
    assert worker.post(f"/work/cases/{case.reference}/facts/reason", told).status_code == 302
    said = worker.read(f"/work/cases/{case.reference}")
    assert "Two" in said
    assert "She said so" in said
