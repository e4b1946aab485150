"""Every operation of the API, as its own description lists it: strangers get nowhere, and nothing breaks it."""

from __future__ import annotations

import json
import string
from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from backline.cases.models import Case, Effect, Want
from backline.documents.storing import store
from backline.people import mandates
from backline.people.actors import of_party
from backline.people.parties import create_party
from backline.web.api import slowing
from backline.web.api.assembling import api as the_api
from backline.web.api.problems import KINDS, MEDIA_TYPE
from tests.rooms.api_house import Caller, api, colleague, customer, house, program
from tests.rooms.cases_house import House

__all__ = ["api", "house"]
pytestmark = pytest.mark.django_db
OPEN_TO_ALL = {
    *("services.list", "services.show", "services.schema", "services.suppose", "parties.me", "parties.add"),
    *("cases.list", "tasks.list", "effects.list", "effects.exceptions", "contacts.list", "mandates.list", "looks.list"),
    *("staffing.staff", "staffing.teams", "subscriptions.list", "capabilities.show"),
}
"""What anybody signed in (or any colleague) may ask; what they get is their own, or nothing"""


def operations() -> list[tuple[str, str, dict[str, Any]]]:
    """Method, path, description."""
    paths = the_api.get_openapi_schema()["paths"]
    return [(method.upper(), path, told) for path, ways in paths.items() for method, told in ways.items()]


def named(operation: tuple[str, str, dict[str, Any]]) -> str:
    name: str = operation[2]["operationId"]
    return name


@pytest.fixture
def somebodys(api: House) -> dict[str, str]:
    """What there is of Ann, by the names of parameters: her case, its task, its effect, its document, her mandate."""
    case = api.open(account="A-1", amount="300 EUR")
    paid = api.open(account="A-1", amount="80 EUR")
    paper = store(content=b"hello", name="bill.txt", by=api.ann.id, now=api.now)
    bob = create_party(name="Bob", now=api.now)
    until = api.now + timedelta(days=9)
    mandate = mandates.grant(
        by=of_party(api.customer), giver=api.customer, holder=bob, services=["payout"], now=api.now, ends_at=until
    )
    return {
        "reference": case.reference,
        "task": str(Want.objects.get(case=case, kind="work").pk),
        "effect": str(Effect.objects.filter(case=paid).values_list("pk", flat=True)[0]),
        "document": str(paper.pk),
        "party": str(api.customer.pk),
        "mandate": str(mandate.pk),
        "contact": "1",
    }


def address(path: str, there: dict[str, str]) -> str:
    """The path with what is there of Ann in its holes."""
    kinds = {"tasks": "task", "effects": "effect", "documents": "document", "parties": "party"}
    kinds |= {"mandates": "mandate", "contacts": "contact"}
    filled, before = [], ""
    for part in path.removeprefix("/api").split("/"):
        hole = part.strip("{}")
        filler = {"reference": there["reference"], "number": there.get(kinds.get(before, ""), "1"), "key": "payout"}
        more = {"fact": "amount", "item": "bills/1", "page": "1", "kind": "email", "value": "ann@example.org"}
        more |= {"name": "customer"}
        filled.append({**filler, **more}[hole] if part.startswith("{") else part)
        before = part
    return "/".join(filled)


def sent(told: dict[str, Any]) -> dict[str, Any] | None:
    """A body that has the shape that is asked for."""
    content = told.get("requestBody", {}).get("content", {})
    schema = content.get("application/json", {}).get("schema")
    return None if schema is None else filled(schema)


def filled(schema: dict[str, Any]) -> dict[str, Any]:
    """The least that this schema takes."""
    components = the_api.get_openapi_schema()["components"]["schemas"]
    schema = components[schema["$ref"].rpartition("/")[2]] if "$ref" in schema else schema
    least = {"string": "x", "integer": 1, "boolean": True, "array": ["payout"], "object": {}}
    told = {}
    for name in schema.get("required", ()):
        kind = schema["properties"][name]
        told[name] = kind["enum"][0] if "enum" in kind else least.get(kind.get("type", "string"), "x")
    return told


def test_nobody_calls_without_a_token(api: House, somebodys: dict[str, str]) -> None:
    for method, path, told in operations():
        answer = Caller().call(method, address(path, somebodys), sent(told))
        assert (told["operationId"], answer.status_code) == (told["operationId"], 401)
        assert is_problem(answer)


def test_a_token_without_the_scope_is_refused(api: House, somebodys: dict[str, str]) -> None:
    writer, reader = program(api, "types:write"), program(api, "types:write", "types:read", "cases:read")
    for method, path, told in operations():
        answers = [writer.call(method, address(path, somebodys), sent(told))]
        if told["x-scope"].endswith("people:read") or told["x-scope"].endswith(":write"):
            answers.append(reader.call(method, address(path, somebodys), sent(told)))
        for answer in answers:
            assert (told["operationId"], answer.status_code) == (told["operationId"], 403)
            assert answer.json()["type"] == "/problems/missing-scope"


@pytest.mark.parametrize("who", ["a customer", "a colleague"])
def test_an_outsider_reaches_nothing_of_anns(api: House, somebodys: dict[str, str], who: str) -> None:
    eve, other = customer(api, "eve@example.org"), colleague(api, "Outsider", teams=("other",))
    for operation in operations():
        method, path, told = operation
        answer = (eve if who == "a customer" else other).call(method, address(path, somebodys), sent(told))
        if answer.status_code not in (403, 404, 422):
            assert named(operation) in OPEN_TO_ALL
        words = answer.content.decode()
        assert "Ann" not in words
        assert is_problem(answer) or somebodys["reference"] not in words


def is_problem(answer: HttpResponse) -> bool:
    return answer["Content-Type"] == MEDIA_TYPE


def test_every_operation_is_described_and_named_once() -> None:
    names = [named(operation) for operation in operations()]
    assert len(names) == len(set(names))
    assert all(told.get("description") and told["summary"] for _method, _path, told in operations())
    assert json.dumps(the_api.get_openapi_schema())


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
WORDS = st.text(string.printable + "äß€\x00\ud800", max_size=30)
NAMES = st.sampled_from(["account", "amount", "plausible", "dropped", "balance", "payment"]) | WORDS
FACTS = st.dictionaries(NAMES, JSON | st.sampled_from(["80 EUR", {"amount": "80", "currency": "EUR"}]), max_size=4)


@pytest.fixture
def tireless(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nobody is slowed down."""
    monkeypatch.setattr(slowing, "A_MINUTE", dict.fromkeys(slowing.A_MINUTE, 10**9))


def fuzzed(examples: int) -> Any:
    """Bounded in count; the fixtures serve all examples."""
    return settings(
        max_examples=examples, deadline=None, database=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
    )


def check(answer: HttpResponse) -> None:
    """Whatever was sent, the answer is a result or a problem of a kind that is documented."""
    assert answer.status_code < 500, answer.content
    if answer.status_code >= 400:
        assert answer["Content-Type"] == MEDIA_TYPE
        assert answer.json()["type"].removeprefix("/problems/") in KINDS


@fuzzed(60)
@given(
    facts=FACTS,
    parties=st.dictionaries(WORDS, st.integers(), max_size=2),
    more=st.dictionaries(WORDS, JSON, max_size=1),
)
def test_no_body_breaks_opening(tireless: None, api: House, facts: Any, parties: Any, more: Any) -> None:
    check(program(api).call("POST", "/cases", {"type": "payout", "facts": facts, "parties": parties, **more}))


@fuzzed(60)
@given(facts=FACTS, correct=st.booleans(), tag=WORDS.filter(lambda text: text.isascii() and text.isprintable()))
def test_no_facts_break_a_case(tireless: None, api: House, facts: Any, correct: bool, tag: str) -> None:
    case = Case.objects.first() or api.open(account="A-1", amount="300 EUR")
    caller = customer(api)
    body = {"facts": facts, "correct": correct}
    check(caller.call("POST", f"/cases/{case.reference}/facts", body, If_Match=tag))
    check(caller.call("POST", f"/cases/{case.reference}/suppositions", {"facts": facts}))


@fuzzed(40)
@given(body=st.dictionaries(st.sampled_from(["value", "text", "choose", "reason"]), JSON, max_size=4), kind=JSON)
def test_no_answer_breaks_a_task(tireless: None, api: House, body: Any, kind: Any) -> None:
    case = Case.objects.first() or api.open(account="A-1", amount="300 EUR")
    task = Want.objects.filter(case=case).first()
    assert task is not None
    check(program(api).call("POST", f"/tasks/{task.pk}/answer", body))
    check(program(api).call("POST", "/events", {"event": kind, "match": kind, "value": kind}))


@fuzzed(60)
@given(q=WORDS, cursor=WORDS, limit=WORDS, reference=WORDS)
def test_no_query_breaks_a_list(tireless: None, api: House, q: str, cursor: str, limit: str, reference: str) -> None:
    caller = program(api)
    asked = {"q": q, "cursor": cursor, "limit": limit}
    query = {name: value.encode("utf-8", "replace") for name, value in asked.items()}
    for path in ("/api/cases", "/api/tasks", "/api/effects", "/api/contacts", "/api/services", "/api/parties"):
        check(caller.client.get(path, {**query, "value": query["q"]}, headers=caller.headers))
    check(caller.client.get("/api/cases/" + reference.encode("utf-8", "replace").hex(), headers=caller.headers))
