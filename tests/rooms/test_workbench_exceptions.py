"""What could not be done in a system: the list, the page with all that is needed, and the ways out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from backline.cases.fittings import SettlingRules, fit, fittings
from backline.cases.models import Case, Effect, Settlement
from backline.cases.storage.verifying import verify
from backline.connectors import calling
from backline.connectors.contract import Again, Refused
from tests.rooms.cases_house import House
from tests.rooms.workbench_house import Desk, sign_in, workbench

__all__ = ["workbench"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def refused(workbench: House, monkeypatch: pytest.MonkeyPatch) -> Effect:
    with monkeypatch.context() as patched:
        patched.setattr(calling, "write", lambda *args, **more: Refused(code="odd", message="Not on Mondays."))
        workbench.open(account="A-1", amount="80 EUR")
    return Effect.objects.get()


@pytest.fixture
def worker(workbench: House) -> Desk:
    return sign_in("worker", workbench)


def page(effect: Effect) -> str:
    return f"/work/exceptions/{effect.pk}"


def test_the_list_names_it_under_its_system_and_nobody_elses_team_sees_it(
    refused: Effect, worker: Desk, workbench: House
) -> None:
    said = worker.read("/work/exceptions")
    for told in ("The bank", "Pay it out", "Not on Mondays.", refused.case.reference):
        assert told in said
    outsider = sign_in("outsider", workbench)
    assert "Pay it out" not in outsider.read("/work/exceptions")
    assert outsider.get(page(refused)).status_code == 404


def test_nothing_wrong_is_said_so(worker: Desk) -> None:
    assert "Nothing went wrong" in worker.read("/work/exceptions")


def test_the_page_tells_what_was_asked_from_which_facts_and_what_follows(refused: Effect, worker: Desk) -> None:
    said = worker.read(page(refused))
    for told in ("Not on Mondays.", "€80.00", "How much?", "Mend", "bank.pay", "Try again", "will not be kept"):
        assert told in said, told


def test_what_no_fact_stands_behind_is_hidden_while_its_connector_can_not_be_read(
    refused: Effect, worker: Desk, organisation_folder: Path
) -> None:
    refused.payload = {**refused.payload, "memo": "told in confidence"}
    refused.save(update_fields=["payload"])
    assert "told in confidence" in worker.read(page(refused))
    (organisation_folder / "connectors" / "bank.yaml").write_text("system: [", encoding="utf-8")
    said = worker.read(page(refused))
    assert "told in confidence" not in said
    assert "€80.00" in said


def test_the_task_list_leads_to_it(refused: Effect, worker: Desk) -> None:
    want = refused.case.wants.get(kind="exception", closed_at=None)
    assert worker.get(f"/work/tasks/{want.pk}").headers["Location"] == page(refused)


def test_it_is_tried_again_with_the_same_key(refused: Effect, worker: Desk, workbench: House) -> None:
    worker.post(page(refused), {"how": "retry"})
    assert workbench.bank("select key from payment") == [refused.key]
    assert Case.objects.get().state == "ended"


def test_what_failed_for_too_long_is_tried_again_with_new_patience(
    workbench: House, worker: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patched:
        patched.setattr(calling, "write", lambda *args, **more: Again(after_s=1, reason="busy"))
        workbench.open(account="A-1", amount="80 EUR")
        for _ in range(70):
            workbench.pass_time(hours=1)
        effect = Effect.objects.get()
        assert effect.state == "failed"
        worker.post(page(effect), {"how": "retry"})
        effect.refresh_from_db()
        assert effect.state == "planned"
    workbench.pass_time(hours=1, minutes=1)
    assert Case.objects.get().state == "ended"
    assert verify().broken == ()


def test_done_by_hand_needs_evidence_and_a_document_will_do(refused: Effect, worker: Desk) -> None:
    wrong = worker.post(page(refused), {"how": "by hand"})
    assert wrong.status_code == 422
    assert "by what this can be seen" in wrong.content.decode()
    slip = SimpleUploadedFile("slip.txt", b"Paid at the counter, slip 4711", content_type="text/plain")
    worker.post(page(refused), {"how": "by hand", "file": slip, "gives-payment": "P-4711"})
    refused.refresh_from_db()
    assert (refused.state, refused.proof["document"] is not None) == ("done", True)
    assert Case.objects.get().outcome == "paid"
    assert "The document" in worker.read(page(refused))


def test_the_wrong_fact_is_mended_at_its_source_and_the_rest_follows(
    refused: Effect, worker: Desk, workbench: House
) -> None:
    address = f"/work/cases/{refused.case.reference}/facts/amount"
    assert worker.post(address, {"amount": "70", "correct": "yes", "_correct": "yes"}).status_code in (302, 303)
    workbench.pass_time(seconds=5)
    assert workbench.bank("select minor from payment") == [7000]


def test_giving_up_says_what_becomes_of_the_promise(refused: Effect, worker: Desk) -> None:
    assert worker.post(page(refused), {"how": "give up"}).status_code == 422
    worker.post(page(refused), {"how": "give up", "reason": "The account is frozen"})
    refused.refresh_from_db()
    assert (refused.state, Case.objects.get().outcome) == ("given up", "paid")


def test_taking_back_ends_the_case_as_its_last_outcome(refused: Effect, worker: Desk) -> None:
    worker.post(page(refused), {"how": "take back", "reason": "It can't be paid"})
    case = Case.objects.get()
    assert (case.state, case.outcome) == ("ended", "otherwise")


def test_two_have_to_agree_where_the_house_wants_it(refused: Effect, worker: Desk, workbench: House) -> None:
    fit(replace(fittings(), settling=SettlingRules(second=frozenset({"give up"}))))
    worker.post(page(refused), {"how": "give up", "reason": "Frozen"})
    assert Effect.objects.get().state == "refused"
    assert "has to confirm what you proposed" in worker.read(page(refused))
    own = worker.post(f"{page(refused)}/decision", {"decision": "confirm"})
    assert own.status_code == 422
    colleague = sign_in("colleague", workbench)
    colleague.post(f"{page(refused)}/decision", {"decision": "confirm"})
    assert (Effect.objects.get(action="pay").state, Settlement.objects.get().state) == ("given up", "confirmed")
    assert verify().broken == ()


def test_a_proposal_that_is_declined_leaves_it_open(refused: Effect, worker: Desk, workbench: House) -> None:
    fit(replace(fittings(), settling=SettlingRules(second=frozenset({"give up"}))))
    worker.post(page(refused), {"how": "give up", "reason": "Frozen"})
    sign_in("colleague", workbench).post(f"{page(refused)}/decision", {"decision": "decline", "reason": "Ask first"})
    assert (Effect.objects.get().state, Settlement.objects.get().state) == ("refused", "declined")


def test_what_is_for_the_leader_is_not_for_the_worker(refused: Effect, worker: Desk, workbench: House) -> None:
    fit(replace(fittings(), settling=SettlingRules(leader=frozenset({"give up"}))))
    answer = worker.post(page(refused), {"how": "give up", "reason": "Frozen"})
    assert "The leader of the team decides this" in answer.content.decode()
    sign_in("leader", workbench).post(page(refused), {"how": "give up", "reason": "Frozen"})
    assert Effect.objects.get(action="pay").state == "given up"
