"""Around a case, over the API: documents, messages, notes, effects, events, parties, mandates, looks, contacts."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from backline.cases.models import Case, Effect
from backline.connectors import calling
from backline.connectors.contract import Refused
from backline.documents.storing import store
from backline.people import accounts
from backline.people.models import Account, Look
from backline.people.parties import as_row, claim_identifier, create_party, verify_identifier
from tests.rooms.api_house import Caller, api, colleague, customer, house, program
from tests.rooms.cases_house import House
from tests.rooms.test_api_cases import opened
from tests.rooms.test_cases_working import PARCEL

__all__ = ["api", "house"]
pytestmark = pytest.mark.django_db
DOUBTFUL = {"account": "A-1", "amount": "300 EUR"}
CLAIM = """
case: claim
title: Claim a bill
for: customer
owner: desk
roles: {customer: {label: You}}
facts:
  bill: {label: The bill, type: document, kinds: [bill], ask: customer}
  payee: {label: Who is paid?, type: person, ask: customer}
  bills:
    label: More bills
    type: list
    ask: customer
    facts: {total: {label: How much?, type: money, ask: customer}}
  enough: {label: Is it enough?, type: yes/no, is: known(bill) and sum(bills.total) >= 10 EUR}
outcomes:
  taken: {label: Taken, when: enough}
  otherwise: {label: Not taken}
"""


def upload(caller: Caller, address: str, name: str = "bill.txt", content: bytes = b"hello", **more: Any) -> Any:
    file = SimpleUploadedFile(name, content)
    return caller.client.post(f"/api{address}", {"file": file, **more}, headers=caller.headers)


def test_a_document_is_uploaded_and_said_as_a_fact(api: House) -> None:
    api.publish(CLAIM)
    ann = customer(api)
    paper = upload(ann, "/documents").json()
    assert (paper["name"], paper["media_type"]) == ("bill.txt", "text/plain")
    told = ann.post("/cases", {"type": "claim", "facts": {"bill": paper["id"]}}, 201)
    assert told["facts"]["bill"]["value"]["members"]["name"] == "bill.txt"
    (listed,) = ann.get(f"/cases/{told['case']}/documents")
    got = ann.call("GET", f"/cases/{told['case']}/documents/{listed['id']}")
    assert (got.content, got["X-Content-Type-Options"]) == (b"hello", "nosniff")
    assert got["Content-Disposition"].startswith("attachment")


def test_nobody_comes_by_a_document_or_a_person_by_guessing_a_number(api: House) -> None:
    api.publish(CLAIM)
    eve = customer(api, "eve@example.org")
    paper = store(content=b"secret", name="secret.txt", by=api.ann.id, now=api.now)
    wrong = eve.post("/cases", {"type": "claim", "facts": {"bill": paper.pk, "payee": api.customer.pk}}, 422)
    assert [error["pointer"] for error in wrong["errors"]] == ["#/facts/bill", "#/facts/payee"]
    assert not Case.objects.exists()


def test_a_file_that_cant_be_taken_is_refused_in_words(api: House) -> None:
    ann = customer(api)
    assert upload(ann, "/documents", content=b"").json()["detail"] == "The file is empty."
    assert ann.call("POST", "/documents").status_code in (400, 422)


def test_items_are_added_closed_and_removed(api: House) -> None:
    api.publish(CLAIM)
    ann = customer(api)
    reference = opened(ann, {"bill": upload(ann, "/documents").json()["id"]}, type="claim")
    answer = ann.call("POST", f"/cases/{reference}/items", {"list": "bills", "facts": {"total": 12.5}})
    item = answer["Location"].partition("/items/")[2]
    assert answer.json()["facts"][f"{item}/total"]["value"] == {"amount": "12.50", "currency": "EUR"}
    wrong = ann.post(f"/cases/{reference}/items", {"list": "bills", "facts": {"total": "much"}}, 422)
    assert wrong["errors"][0]["pointer"] == "#/facts/total"
    assert ann.call("DELETE", f"/cases/{reference}/items/{item}").status_code == 200
    again = ann.call("POST", f"/cases/{reference}/items", {"list": "bills", "facts": {"total": 99}})
    assert again.status_code == 201
    assert ann.post(f"/cases/{reference}/lists", {"list": "bills"})["outcome"] == "taken"


def test_a_customer_writes_and_somebody_has_to_answer(api: House) -> None:
    ann, worker = customer(api), colleague(api)
    reference = opened(ann, DOUBTFUL)
    (message,) = ann.post(f"/cases/{reference}/messages", {"text": "When?"}, 201)
    assert (message["incoming"], message["text"]) == (True, "When?")
    assert [one["text"] for one in worker.get(f"/cases/{reference}/messages")] == ["When?"]
    assert {task["kind"] for task in worker.get("/tasks")["items"]} == {"work", "free"}
    assert ann.post(f"/cases/{reference}/messages", {"text": " "}, 422)["errors"][0]["pointer"] == "#/text"


def test_notes_are_for_colleagues(api: House) -> None:
    ann, worker = customer(api), colleague(api)
    reference = opened(ann, DOUBTFUL)
    assert worker.post(f"/cases/{reference}/notes", {"text": "Be kind."}, 201)[0]["who"] == "Worker"
    assert ann.call("GET", f"/cases/{reference}/notes").status_code == 403
    assert "Be kind" not in str(ann.get(f"/cases/{reference}/timeline"))
    assert "Be kind" in str(worker.get(f"/cases/{reference}/timeline"))


def test_somebody_takes_part_by_a_program(api: House) -> None:
    reference, shop = opened(customer(api), DOUBTFUL), program(api)
    bob = shop.post("/parties", {"name": "Bob", "verified": {"email": "bob@example.org"}}, 201)
    told = shop.post(f"/cases/{reference}/participants", {"party": bob["id"], "role": "partner"}, 201)
    assert sorted((one["role"], one["name"]) for one in told) == [("customer", "Ann"), ("partner", "Bob")]
    assert customer(api, "bob@example.org").get("/cases")["items"][0]["case"] == reference


def test_a_colleague_adds_somebody_by_an_address_and_by_a_number_only_within_reach(api: House) -> None:
    reference, worker = opened(customer(api), DOUBTFUL), colleague(api)
    bob = create_party(name="Bob", verified={"email": "bob@example.org"}, now=api.now)
    address = f"/cases/{reference}/participants"
    assert worker.post(address, {"party": bob.pk, "role": "partner"}, 404)["type"] == "/problems/not-found"
    wrong = worker.post(address, {"identifier": "nobody@example.org", "role": "partner"}, 422)
    assert wrong["errors"][0]["pointer"] == "#/identifier"
    told = worker.post(address, {"identifier": "bob@example.org", "role": "partner"}, 201)
    assert {one["name"] for one in told} == {"Ann", "Bob"}


def test_an_effect_that_failed_is_found_and_settled_by_hand(api: House, monkeypatch: pytest.MonkeyPatch) -> None:
    refused = Refused(code="odd", message="The bank says no.")
    monkeypatch.setattr(calling, "write", lambda *_args, **_more: refused)
    reference, worker = opened(customer(api)), colleague(api)
    (effect,) = worker.get("/effects?state=refused")["items"]
    assert (effect["case"], effect["action"]) == (reference, "pay")
    assert [task["kind"] for task in worker.get("/exceptions")["items"]] == ["exception"]
    settlement = {"how": "by hand", "evidence": "slip 7", "gives": {"payment": "P-77", "colour": "red"}}
    wrong = worker.post(f"/effects/{effect['id']}/settlement", settlement, 422)
    assert [error["pointer"] for error in wrong["errors"]] == ["#/gives/colour"]
    del settlement["gives"]["colour"]  # type: ignore[attr-defined]
    told = worker.post(f"/effects/{effect['id']}/settlement", settlement)
    assert told["facts"]["payment"]["value"] == "P-77"
    assert Effect.objects.get(pk=effect["id"]).proof["evidence"] == "slip 7"


def test_an_event_reaches_the_case_that_waits_for_it(api: House) -> None:
    api.publish(PARCEL)
    scanner = program(api, "contacts:write")
    reference = opened(customer(api), {"number": "77"}, type="parcel")
    assert scanner.post("/events", {"event": "post.arrived", "match": "78"}) == {"cases": []}
    assert scanner.post("/events", {"event": "post.arrived", "match": "77"}) == {"cases": [reference]}
    assert colleague(api).post("/events", {"event": "post.arrived", "match": "77"}, 403)["detail"]


def test_a_customer_sees_and_describes_themselves_alone(api: House) -> None:
    ann, me = customer(api), f"/parties/{api.customer.pk}"
    bob = create_party(name="Bob", now=api.now)
    assert ann.get("/me")["party"] == api.customer.pk
    assert ann.get(me)["identifiers"][0]["value"] == "ann@example.org"
    assert ann.call("PATCH", me, {"language": "de"}).json()["language"] == "de"
    assert ann.call("PATCH", me, {"birth_date": "2000-01-01"}).status_code == 403
    assert ann.call("GET", f"/parties/{bob.pk}").status_code == 404
    assert ann.post(f"{me}/identifiers", {"kind": "phone", "value": "x"}, 422)["detail"]
    assert ann.post(f"{me}/identifiers", {"kind": "phone", "value": "+4930123456", "verified": True}, 403)
    assert not Look.objects.exists()


def test_no_number_in_a_system_counts_because_a_customer_says_that_it_is_theirs(api: House) -> None:
    ann, me = customer(api), f"/parties/{api.customer.pk}/identifiers"
    for kind in ("bank", "email", "birth_date"):
        assert ann.post(me, {"kind": kind, "value": "bob@example.org"}, 403)["detail"]
    claim_identifier(party=api.customer, kind="bank", value="A-7", now=api.now)
    claim_identifier(party=api.customer, kind="birth_date", value="1950-01-01", now=api.now)
    known = as_row(api.customer)
    assert known.get("bank") is None
    assert known.get("birth_date") != "1950-01-01"
    verify_identifier(party=api.customer, kind="bank", value="A-7", now=api.now)
    assert as_row(api.customer).get("bank") == "A-7"


def test_a_customer_sends_so_many_bytes_an_hour_to_the_api_and_no_more(api: House, settings: Any) -> None:
    limits = replace(settings.ORGANISATION.limits, bytes_an_hour=20 * 1024)
    settings.ORGANISATION = replace(settings.ORGANISATION, limits=limits)
    ann, large = customer(api), b"%PDF-1.4 " + b"x" * 12_000
    assert upload(ann, "/documents", content=large).status_code == 201
    assert upload(ann, "/documents", content=large + b"y").status_code == 429


def test_a_permission_for_an_address_goes_to_nobody_who_only_claims_it(api: House) -> None:
    mallory = create_party(verified={"email": "mallory@example.org"}, now=api.now)
    claim_identifier(party=mallory, kind="email", value="bob@example.org", now=api.now)
    Account.objects.create(email="mallory@example.org", party=mallory, created_at=api.now)
    told = customer(api).post("/mandates", {"holder_email": "bob@example.org", "services": ["everything"]}, 201)
    assert told["holder"]["party"] != mallory.pk


def test_a_colleague_finds_a_caller_by_an_address_and_the_look_is_noted(api: House) -> None:
    worker = colleague(api)
    (found,) = worker.get("/parties?value=Ann@Example.org", Look_Purpose="On the phone")
    assert found["name"] == "Ann"
    assert worker.get("/parties?value=nobody@example.org") == []
    (look,) = customer(api).get("/looks")["items"]
    assert (look["by_name"], look["purpose"], look["what"]) == ("Worker", "On the phone", "party")


def test_a_mandate_is_given_by_an_address_used_and_taken_back(api: House) -> None:
    ann, bob = customer(api), customer(api, "bob@example.org")
    until = (api.now + timedelta(days=90)).isoformat()
    body = {"holder_email": "bob@example.org", "services": ["payout"], "ends_at": until}
    mandate = ann.post("/mandates", body, 201)
    assert (mandate["state"], mandate["holder"]["name"]) == ("running", "bob@example.org")
    reference = opened(ann, DOUBTFUL)
    assert bob.get(f"/cases/{reference}")["facts"]["account"]["value"] == "A-1"
    assert bob.get("/mandates")[0]["giver"]["name"] == "Ann"
    eve = customer(api, "eve@example.org")
    assert eve.call("POST", f"/mandates/{mandate['id']}/revocation", {}).status_code == 404
    assert ann.post(f"/mandates/{mandate['id']}/revocation")["state"] == "revoked"
    assert bob.call("GET", f"/cases/{reference}").status_code == 404
    assert ann.post("/mandates", {"services": ["payout"]}, 422)["errors"][0]["pointer"] == "#/holder_email"


def test_paper_is_given_in_and_a_colleague_says_where_it_belongs(api: House) -> None:
    reference, worker = opened(customer(api), DOUBTFUL), colleague(api)
    scanner = program(api, "contacts:write")
    assert upload(scanner, "/contacts?channel=paper").status_code == 201
    assert upload(scanner, "/contacts?channel=paper").status_code == 200
    (contact,) = worker.get("/contacts?result=asked")["items"]
    body = {"case": reference, "party": api.customer.pk}
    told = worker.post(f"/contacts/{contact['id']}/settlement", body)
    assert (told["case"], told["result"]) == (reference, "taken")
    assert worker.post(f"/contacts/{contact['id']}/settlement", body, 409)["type"] == "/problems/not-open"


def test_colleagues_and_teams_are_listed(api: House) -> None:
    worker = colleague(api)
    (one,) = worker.get("/staff?team=desk")
    assert (one["name"], one["teams"], one["skills"], one["away"]) == ("Worker", ["desk"], ["judging"], False)
    assert worker.get("/teams") == [{"key": "desk", "name": "Desk", "staff": [one["id"]]}]


def test_a_colleague_is_a_customer_too_when_they_say_so(api: House) -> None:
    worker = colleague(api)
    accounts.be_customer_too(account=Account.objects.get(email="worker@desk.example.org"), now=api.now)
    assert worker.get("/me")["kind"] == "staff"
    assert worker.get("/me", Act_As="customer")["kind"] == "party"
    reference = worker.post("/cases", {"type": "payout", "facts": {}}, 201, Act_As="customer")["case"]
    assert [line["case"] for line in worker.get("/cases", Act_As="customer")["items"]] == [reference]
