"""Services over the API: listed, described by a schema, supposed, and the pages about the API itself."""

from __future__ import annotations

from pathlib import Path

import jsonschema
import pytest

from backline.cases.models import Case
from backline.people.accounts import be_customer_too
from backline.people.models import Account
from backline.web.api.assembling import api as the_api
from backline.web.api.problems import KINDS
from tests.rooms.api_house import Caller, api, colleague, customer, house, program
from tests.rooms.cases_house import PAYOUT, House
from tests.rooms.test_api_cases import opened

__all__ = ["api", "house"]
pytestmark = pytest.mark.django_db


def test_a_service_tells_its_questions_promises_and_endings(api: House) -> None:
    program_ = program(api)
    assert [service["key"] for service in program_.get("/services")] == ["payout"]
    told = program_.get("/services/payout")
    assert told["promises"] == [
        {"name": "money", "label": "The money is on its way", "within": "Within 2 business days"}
    ]
    assert told["outcomes"]["paid"] == "Paid"
    assert {role["name"]: role["served"] for role in told["roles"]} == {"customer": True, "partner": False}
    assert program_.call("GET", "/services/nothing").status_code == 404


def test_the_schema_takes_what_the_door_takes_and_refuses_what_it_refuses(api: House) -> None:
    ann = customer(api)
    schema = ann.get("/services/payout/schema")
    jsonschema.Draft202012Validator.check_schema(schema)
    assert "balance" in schema["properties"]  # the team may say it where the bank does not
    for facts in ({"account": "A-1", "amount": {"amount": "80", "currency": "EUR"}}, {"account": "A-1", "amount": 80}):
        jsonschema.validate(facts, schema)
        ann.post("/cases", {"type": "payout", "facts": facts}, 201)
    for wrong in ({"amount": []}, {"nothing": 1}, {"dropped": "perhaps"}):
        with pytest.raises(jsonschema.ValidationError):
            jsonschema.validate(wrong, schema)
        ann.post("/cases", {"type": "payout", "facts": wrong}, 422)


def test_what_if_tells_what_would_follow_and_does_nothing(api: House) -> None:
    ann = customer(api)
    told = ann.post("/services/payout/suppositions", {"facts": {"account": "A-1", "amount": 80}})
    assert (told["outcome"], told["effects"]) == ("paid", ["pay"])
    assert "plausible" not in told["facts"]
    assert (Case.objects.count(), api.bank("select count(*) from payment")) == (0, [0])
    reference = opened(ann, {"account": "A-1", "amount": "300 EUR"})
    told = ann.post(f"/cases/{reference}/suppositions", {"facts": {"amount": "20 EUR"}, "correct": True})
    assert told["outcome"] == "paid"
    assert ann.get(f"/cases/{reference}")["facts"]["amount"]["value"]["amount"] == "300.00"
    ann.post(f"/cases/{reference}/facts", {"facts": {"amount": 20}, "correct": True}, If_Match=f'"{told["version"]}"')


def test_what_colleagues_ask_for_is_no_service_of_customers(api: House) -> None:
    api.publish(
        PAYOUT.replace("case: payout", "case: badge").replace("customer", "employee"), paid="Subject: Paid\n\nPaid.\n"
    )
    ann, tom = customer(api), colleague(api, "Tom")
    be_customer_too(account=Account.objects.get(email="tom@desk.example.org"), now=api.now)
    assert [one["key"] for one in ann.get("/services")] == ["payout"]
    assert {one["key"] for one in tom.get("/services", Act_As="customer")} == {"badge", "payout"}
    assert ann.call("GET", "/services/badge").status_code == 404
    assert ann.call("POST", "/services/badge/suppositions", {}).status_code == 404
    ann.post("/cases", {"type": "badge"}, 403)
    tom.post("/cases", {"type": "badge"}, 201, Act_As="customer")


def test_nobody_supposes_for_somebody_else(api: House) -> None:
    eve = customer(api, "eve@example.org")
    body = {"parties": {"customer": api.customer.pk}, "facts": {}}
    assert eve.post("/services/payout/suppositions", body, 403)["type"] == "/problems/not-allowed"
    worker = colleague(api)
    assert worker.post("/services/payout/suppositions", {**body, "facts": {"account": "A-1"}})["facts"]["balance"]


def test_the_api_describes_itself_and_its_problems(api: House) -> None:
    visitor = Caller()
    assert visitor.get("/openapi.json")["openapi"] == "3.1.0"
    page = visitor.client.get("/api/docs")
    assert page.status_code == 200
    assert "cdn" not in page.content.decode()
    assert "'unsafe-inline'" not in page["Content-Security-Policy"]
    for name, kind in KINDS.items():
        told = visitor.client.get(f"/problems/{name}").content.decode()
        assert str(kind.status) in told
        assert name in visitor.client.get("/problems").content.decode()
    assert visitor.client.get("/problems/nothing").status_code == 404


def test_the_reference_names_every_kind_of_problem_and_every_scope() -> None:
    reference = (Path(__file__).parents[2] / "docs" / "reference" / "api.md").read_text(encoding="utf-8")
    assert all(f"| `{name}` | {kind.status} |" in reference for name, kind in KINDS.items())
    ways = [told for ways in the_api.get_openapi_schema()["paths"].values() for told in ways.values()]
    assert all(f"`{told['x-scope']}`" in reference for told in ways)
