"""Whatever goes wrong is a problem detail in the caller's words."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backline.people import tokens
from backline.people.actors import SYSTEM
from backline.web.api import cases, slowing
from tests.rooms.api_house import Caller, api, customer, house, program
from tests.rooms.cases_house import House

__all__ = ["api", "house"]
pytestmark = pytest.mark.django_db
JSON = "application/problem+json"


def test_a_caller_without_token_is_told_how_to_bring_one(api: House) -> None:
    answer = Caller().call("GET", "/cases")
    assert (answer.status_code, answer["Content-Type"]) == (401, JSON)
    assert answer["WWW-Authenticate"].startswith("Bearer")
    assert answer.json()["type"] == "/problems/not-signed-in"


def test_an_expired_or_revoked_token_is_none_even_beside_a_session(api: House) -> None:
    issued = tokens.issue(by=SYSTEM, name="Old", scopes=["cases:read"], now=api.now, expires_at=api.now + timedelta(1))
    ann = customer(api)
    headers = {"Authorization": f"Bearer {issued.secret}"}
    assert ann.call("GET", "/cases", **headers).status_code == 200
    tokens.revoke(by=SYSTEM, token=issued.token, now=api.now)
    assert ann.call("GET", "/cases", **headers).status_code == 401


def test_a_token_does_what_its_scopes_say(api: House) -> None:
    reader = program(api, "cases:read")
    assert reader.call("GET", "/cases").status_code == 200
    told = reader.post("/cases", {"type": "payout"}, 403)
    assert (told["type"], told["scope"]) == ("/problems/missing-scope", "cases:write")


def test_a_change_by_a_session_needs_the_token_against_forgery(api: House) -> None:
    ann = customer(api)
    del ann.headers["X-CSRFToken"]
    assert ann.post("/cases", {"type": "payout"}, 403)["type"] == "/problems/stale-form"
    assert ann.call("GET", "/cases").status_code == 200


@pytest.mark.parametrize(
    ("method", "address", "status"),
    [("GET", "/nothing", 404), ("POST", "/nothing", 404), ("GET", "", 404), ("PATCH", "/cases", 405)],
)
def test_an_address_that_is_not_there_and_a_method_that_is_not_understood(
    api: House, method: str, address: str, status: int
) -> None:
    answer = program(api).call(method, address, {})
    assert (answer.status_code, answer["Content-Type"]) == (status, JSON)
    assert answer.json()["instance"] == f"/api{address}"


def test_what_is_no_json_and_what_is_misshapen_is_told_at_its_place(api: House) -> None:
    caller = program(api)
    answer = caller.client.post("/api/cases", b"{", content_type="application/json", headers=caller.headers)
    assert (answer.status_code, answer.json()["type"]) == (400, "/problems/bad-request")
    told = caller.post("/cases", {"facts": [], "colour": 1}, 422)
    assert {error["pointer"] for error in told["errors"]} == {"#/type", "#/facts", "#/colour"}
    assert caller.call("GET", "/cases?limit=0").json()["errors"] == [
        {"pointer": "limit", "detail": "This number is too small."}
    ]


def test_words_are_in_the_callers_language(api: House) -> None:
    told = program(api).call("GET", "/nothing", Accept_Language="de").json()
    assert told["title"] == "Hier ist nichts"


def test_what_breaks_has_a_number_and_no_trace(api: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def break_(*_args: object, **_more: object) -> None:
        raise RuntimeError("secret words")

    monkeypatch.setattr(cases, "cases_within_reach", break_)
    answer = program(api).call("GET", "/cases")
    assert (answer.status_code, answer["Content-Type"]) == (500, JSON)
    assert answer.json()["number"]
    assert "secret" not in answer.content.decode()


def test_who_asks_too_often_waits(api: House, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(slowing, "A_MINUTE", {"token": 2, "staff": 2, "party": 2, "stranger": 1})
    caller = program(api)
    assert [caller.call("GET", "/cases").status_code for _ in range(3)] == [200, 200, 429]
    slow = caller.call("GET", "/cases")
    assert int(slow["Retry-After"]) > 0
    guesser = Caller(headers={"Authorization": "Bearer bl_00000000_guess"})
    assert [guesser.call("GET", "/cases").status_code for _ in range(2)] == [401, 429]
    api.pass_time(minutes=1)
    assert caller.call("GET", "/cases").status_code == 200


@pytest.mark.parametrize("text", ["\x00", "a\ud800b"])
def test_a_text_that_no_table_can_keep_is_a_request_that_cant_be_read(api: House, text: str) -> None:
    told = program(api).post("/parties", {"name": text}, 400)
    assert told["type"] == "/problems/bad-request"
    assert program(api).post("/parties", {"name": "😀"}, 201)["name"] == "😀"
    assert program(api).call("GET", "/cases?q=%00").status_code == 400
