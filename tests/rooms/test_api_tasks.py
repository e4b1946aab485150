"""Tasks over the API: found, taken, answered, handed over, added."""

from __future__ import annotations

import pytest

from backline.cases.models import Want
from tests.rooms.api_house import api, colleague, customer, house
from tests.rooms.cases_house import House
from tests.rooms.test_api_cases import opened

__all__ = ["api", "house"]
pytestmark = pytest.mark.django_db
DOUBTFUL = {"account": "A-1", "amount": "300 EUR"}


def test_a_worker_finds_takes_and_answers_the_one_question_that_needs_them(api: House) -> None:
    reference, worker = opened(customer(api), DOUBTFUL), colleague(api)
    (task,) = worker.get("/tasks")["items"]
    assert (task["case"], task["kind"], task["fact"]) == (reference, "work", "plausible")
    assert worker.call("PUT", f"/tasks/{task['id']}/holder").status_code == 200
    assert worker.get(f"/tasks/{task['id']}")["mine"] is True
    late = colleague(api, "Colleague").call("PUT", f"/tasks/{task['id']}/holder")
    assert (late.status_code, late.json()["type"]) == (409, "/problems/taken")
    told = worker.post(f"/tasks/{task['id']}/answer", {"value": True})
    assert (told["standing"], told["case"]["outcome"]) == ("counted", "paid")
    assert worker.get("/tasks")["items"] == []


def test_a_customer_answers_what_they_are_asked(api: House) -> None:
    ann = customer(api)
    reference = opened(ann, {"account": "A-1"})
    (question,) = ann.get(f"/cases/{reference}/wants")
    assert (question["fact"], question["mine"]) == ("amount", True)
    wrong = ann.post(f"/tasks/{question['id']}/answer", {"value": "much"}, 422)
    assert wrong["errors"][0]["pointer"] == "#/value"
    assert ann.post(f"/tasks/{question['id']}/answer", {"value": 80})["case"]["outcome"] == "paid"


def test_a_customer_can_neither_list_nor_take_tasks_nor_see_what_is_hidden(api: House) -> None:
    ann = customer(api)
    opened(ann, DOUBTFUL)
    task = Want.objects.get(kind="work")
    assert ann.call("GET", "/tasks").status_code == 403
    assert ann.call("PUT", f"/tasks/{task.pk}/holder").status_code == 403
    assert ann.call("GET", f"/tasks/{task.pk}").status_code == 404
    assert ann.call("POST", f"/tasks/{task.pk}/answer", {"value": True}).status_code == 403


def test_an_outsider_finds_no_task(api: House) -> None:
    opened(customer(api), DOUBTFUL)
    task, outsider = Want.objects.get(kind="work"), colleague(api, "Outsider", teams=("other",))
    assert outsider.get("/tasks")["items"] == []
    for method, address in (("GET", ""), ("PUT", "/holder"), ("DELETE", "/holder"), ("POST", "/answer")):
        assert outsider.call(method, f"/tasks/{task.pk}{address}", {}).status_code == 404


def test_a_task_is_handed_over_with_what_the_next_one_has_to_know(api: House) -> None:
    opened(customer(api), DOUBTFUL)
    task, worker = Want.objects.get(kind="work"), colleague(api)
    colleague(api, "Outsider", teams=("other",))
    told = worker.post(f"/tasks/{task.pk}/handover", {"context": "Look at the account.", "to_team": "other"})
    assert told["team"] == "other"
    nowhere = {"context": "x", "to_team": "nowhere", "to_actor": "staff:99"}
    wrong = worker.post(f"/tasks/{task.pk}/handover", nowhere, 422)
    assert {error["pointer"] for error in wrong["errors"]} == {"#/to_team", "#/to_actor"}
    assert worker.post(f"/tasks/{task.pk}/handover", {"context": " ", "to_team": "desk"}, 409)["detail"]


def test_what_no_model_foresaw_is_added_and_answered(api: House) -> None:
    ann, worker = customer(api), colleague(api)
    reference = opened(ann, DOUBTFUL)
    free = worker.post(f"/cases/{reference}/tasks", {"title": "Call the bank"}, 201)
    assert worker.post(f"/tasks/{free['id']}/answer", {"text": "They say yes."})["standing"] == "counted"
    assert worker.post(f"/tasks/{free['id']}/answer", {"text": "Again."}, 409)["type"] == "/problems/not-open"
    asked = worker.post(f"/cases/{reference}/questions", {"question": "Which branch?"}, 201)
    assert ann.post(f"/tasks/{asked['id']}/answer", {"text": "The one in town."})["standing"] == "counted"
    inside = worker.post(f"/cases/{reference}/colleague-questions", {"question": "Known?", "team": "desk"}, 201)
    assert inside["kind"] == "colleague"
    assert worker.post(f"/cases/{reference}/tasks", {"title": ""}, 422)["errors"][0]["pointer"] == "#/title"
