"""The work list and the page of one task: what there is to do, answering it, and what happens in between."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backline.cases.models import Case, Want
from tests.rooms.cases_house import House
from tests.rooms.workbench_house import sign_in, task, words, workbench

__all__ = ["workbench"]
pytestmark = pytest.mark.django_db


def test_the_list_tells_the_question_who_waits_and_what_hangs_on_it(workbench: House) -> None:
    case = workbench.open(account="A-1", amount="200")
    said = sign_in("worker", workbench).read("/work/")
    for told in ("Is that plausible?", case.reference, workbench.customer.name, "The money is on its way"):
        assert told in said


def test_what_is_late_stands_before_what_is_due_later(workbench: House) -> None:
    late = workbench.open(account="A-1", amount="200")
    workbench.pass_time(days=4)
    fresh = workbench.open(account="A-2", amount="210")
    said = sign_in("worker", workbench).read("/work/")
    assert said.index(late.reference) < said.index(fresh.reference)


def test_another_team_sees_nothing_of_it(workbench: House) -> None:
    case = workbench.open(account="A-1", amount="200")
    outsider = sign_in("outsider", workbench)
    assert case.reference not in outsider.read("/work/")
    for address in (f"/work/cases/{case.reference}", f"/work/tasks/{task(case).pk}"):
        assert outsider.get(address).status_code == 404


def test_a_customer_finds_no_workbench(workbench: House) -> None:
    from tests.rooms.portal_house import sign_in as customer

    assert customer("ann@example.org", workbench).get("/work/").status_code == 404


def test_an_answer_lets_the_case_go_on_and_the_next_task_follows(workbench: House) -> None:
    first = workbench.open(account="A-1", amount="200")
    second = workbench.open(account="A-2", amount="201")
    asked = task(first)
    response = sign_in("worker", workbench).post(f"/work/tasks/{asked.pk}", {"plausible": "yes"})
    assert response["Location"] == f"/work/tasks/{task(second).pk}"
    workbench.work()
    assert Case.objects.get(pk=first.pk).outcome == "paid"


def test_without_an_answer_the_task_says_what_is_missing(workbench: House) -> None:
    asked = task(workbench.open(account="A-1", amount="200"))
    response = sign_in("worker", workbench).post(f"/work/tasks/{asked.pk}", {})
    assert response.status_code == 422
    assert "Choose an answer" in response.content.decode()
    assert Want.objects.get(pk=asked.pk).closed_at is None


def test_who_lacks_the_skill_reads_why_and_finds_no_form(workbench: House) -> None:
    asked = task(workbench.open(account="A-1", amount="200"))
    novice = sign_in("novice", workbench)
    page = novice.get(f"/work/tasks/{asked.pk}").content.decode()
    assert "judging" in words(page)
    assert "data-task" not in page
    assert novice.post(f"/work/tasks/{asked.pk}", {"plausible": "yes"}).status_code == 422


def test_four_eyes_are_told_in_words(workbench: House) -> None:
    case = workbench.open(account="A-1", amount="600")
    worker = sign_in("worker", workbench)
    worker.post(f"/work/tasks/{task(case).pk}", {"plausible": "yes"})
    second = task(case, "confirmed")
    assert "you decided what it rests on" in worker.read(f"/work/tasks/{second.pk}")
    assert sign_in("colleague", workbench).post(f"/work/tasks/{second.pk}", {"confirmed": "yes"}).status_code == 302


def test_an_answered_task_shows_what_happened_and_takes_a_second_opinion(workbench: House) -> None:
    case = workbench.open(account="A-1", amount="200")
    asked = task(case)
    sign_in("worker", workbench).post(f"/work/tasks/{asked.pk}", {"plausible": "no", "_reason": "Too round"})
    colleague = sign_in("colleague", workbench)
    said = colleague.read(f"/work/tasks/{asked.pk}")
    for told in ("Answered", "Worker", "No", "Too round", "Second opinion"):
        assert told in said
    colleague.post(f"/work/tasks/{asked.pk}", {"plausible": "yes"})
    assert Case.objects.get(pk=case.pk).outcome == "declined"
    assert "Second opinion on Is that plausible?: Yes" in colleague.read(f"/work/cases/{case.reference}")


def test_a_task_is_taken_by_one_and_the_other_reads_who_has_it(workbench: House) -> None:
    case = workbench.open(account="A-1", amount="200")
    asked, worker, colleague = task(case), sign_in("worker", workbench), sign_in("colleague", workbench)
    worker.post(f"/work/tasks/{asked.pk}/taking")
    assert Want.objects.get(pk=asked.pk).taken_by == worker.name
    assert "A colleague has this task in hand" in colleague.read(f"/work/tasks/{asked.pk}")
    assert case.reference in worker.read("/work/?view=mine")
    worker.post(f"/work/tasks/{asked.pk}/release")
    assert "A colleague has this task" not in colleague.read(f"/work/tasks/{asked.pk}")


def test_a_task_is_handed_over_with_what_the_next_one_has_to_know(workbench: House) -> None:
    case = workbench.open(account="A-1", amount="200")
    asked, worker, colleague = task(case), sign_in("worker", workbench), sign_in("colleague", workbench)
    address = f"/work/tasks/{asked.pk}/handover"
    refused = worker.post(address, {"whom": colleague.name, "context": ""})
    assert refused.status_code == 422
    assert "what the next one has to know" in refused.content.decode()
    worker.post(address, {"whom": colleague.name, "context": "She called twice."})
    assert Want.objects.get(pk=asked.pk).taken_by == colleague.name
    assert "She called twice." in colleague.read(f"/work/tasks/{asked.pk}")
    assert "1 hand-off" in colleague.read(f"/work/cases/{case.reference}")


def test_a_leader_sees_who_has_how_much_and_what_will_be_late(workbench: House) -> None:
    asked = task(workbench.open(account="A-1", amount="200"))
    worker = sign_in("worker", workbench)
    worker.post(f"/work/tasks/{asked.pk}/taking")
    workbench.now += timedelta(days=4)
    said = sign_in("leader", workbench).read("/work/")
    assert "Worker 1" in said
    assert "Late 1" in said
    assert "Your team" not in worker.read("/work/")
