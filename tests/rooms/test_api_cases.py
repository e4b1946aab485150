"""Cases over the API: opened, said to, shown, explained, closed."""

from __future__ import annotations

import pytest

from backline.cases.adding import add_participant
from backline.cases.models import Case
from backline.cases.reach import load_case
from backline.cases.showing.printing import as_json
from backline.cases.showing.viewing import view_case
from backline.people.actors import SYSTEM
from backline.people.models import Look
from backline.people.parties import create_party
from tests.rooms.api_house import Caller, api, colleague, customer, house, program
from tests.rooms.cases_house import PAID, PAYOUT, House

__all__ = ["api", "house"]
pytestmark = pytest.mark.django_db
SAID = {"account": "A-1", "amount": "80 EUR"}


def opened(caller: Caller, facts: dict[str, object] | None = None, **more: object) -> str:
    body = {"type": "payout", "facts": SAID if facts is None else facts, **more}
    reference: str = caller.post("/cases", body, 201)["case"]
    return reference


def test_a_customer_opens_a_case_and_has_the_result_at_once(api: House) -> None:
    told = customer(api).post("/cases", {"type": "payout", "facts": SAID}, 201)
    assert (told["state"], told["outcome"]) == ("ended", "paid")
    assert told["facts"]["payment"]["value"] == "P-1"
    assert api.bank("select minor from payment") == [8000]


def test_the_shape_is_that_of_the_command_line(api: House) -> None:
    program_ = program(api)
    reference = opened(program_, parties={"customer": api.customer.pk})
    case = load_case(reference, SYSTEM)
    view = view_case(case=case, by=SYSTEM, purpose="test", language="en", now=api.now)
    assert program_.get(f"/cases/{reference}") == as_json(view, timeline=True)


def test_the_same_key_opens_one_case(api: House) -> None:
    ann = customer(api)
    first = ann.post("/cases", {"type": "payout", "facts": SAID}, 201, Idempotency_Key="k-1")
    api.pass_time(seconds=1)
    again = ann.post("/cases", {"type": "payout", "facts": SAID}, 200, Idempotency_Key="k-1")
    assert again["case"] == first["case"]
    assert (Case.objects.count(), api.bank("select count(*) from payment")) == (1, [1])


def test_a_look_is_noted_with_its_purpose(api: House) -> None:
    reference = opened(customer(api), {"account": "A-1", "amount": "300 EUR"})
    colleague(api).get(f"/cases/{reference}", Look_Purpose="She called")
    assert [(look.by_name, look.purpose) for look in Look.objects.all()] == [("Worker", "She called")]


def test_a_correction_replaces_what_was_said(api: House) -> None:
    ann = customer(api)
    reference = opened(ann, {"account": "A-1", "amount": "300 EUR"})
    told = ann.post(f"/cases/{reference}/facts", {"facts": {"amount": "30 EUR"}, "correct": True})
    assert told["facts"]["amount"]["value"] == {"amount": "30.00", "currency": "EUR"}
    assert told["outcome"] == "paid"


def test_a_change_happens_only_to_the_version_that_was_seen(api: House) -> None:
    ann = customer(api)
    reference = opened(ann, {"account": "A-1"})
    seen = ann.call("GET", f"/cases/{reference}")["ETag"]
    ann.post(f"/cases/{reference}/facts", {"facts": {"amount": "300 EUR"}}, If_Match=seen)
    late = ann.post(f"/cases/{reference}/facts", {"facts": {"amount": "400 EUR"}}, 412, If_Match=seen)
    assert late["type"] == "/problems/changed-meanwhile"
    assert ann.get(f"/cases/{reference}")["facts"]["amount"]["value"]["amount"] == "300.00"


@pytest.mark.parametrize(
    ("amount", "minor"),
    [(80, 8000), (80.5, 8050), ("80.50 EUR", 8050), ({"amount": "80.5", "currency": "EUR"}, 8050)],
)
def test_an_amount_is_exact_however_json_writes_it_in_any_language(api: House, amount: object, minor: int) -> None:
    customer(api).post("/cases", {"type": "payout", "facts": {"account": "A-1", "amount": amount}}, 201)
    assert api.bank("select minor from payment") == [minor]


@pytest.mark.parametrize(
    ("facts", "pointer"),
    [
        ({"amount": "0 EUR"}, "#/facts/amount"),
        ({"amount": [1]}, "#/facts/amount"),
        ({"amount": {"amount": "1e9", "currency": "EUR"}}, "#/facts/amount"),
        ({"amount": {"amount": "1", "currency": "XXY"}}, "#/facts/amount"),
        ({"amount": "1.999 EUR"}, "#/facts/amount"),
        ({"nothing": 1}, "#/facts/nothing"),
        ({"balance": "9 EUR"}, "#/facts/balance"),
        ({"a/b~c": 1}, "#/facts/a~1b~0c"),
    ],
)
def test_what_cant_be_taken_is_told_at_its_place_and_nothing_is_opened(
    api: House, facts: dict[str, object], pointer: str
) -> None:
    told = customer(api).post("/cases", {"type": "payout", "facts": {"account": "A-1", **facts}}, 422)
    assert (told["type"], told["status"]) == ("/problems/refused", 422)
    assert [error["pointer"] for error in told["errors"]] == [pointer]
    assert told["errors"][0]["detail"]
    assert not Case.objects.exists()


def test_nobody_opens_for_somebody_else_or_in_a_role_that_is_not_there(api: House) -> None:
    ann = customer(api)
    stranger = customer(api, "bob@example.org")
    assert stranger.post("/cases", {"type": "payout", "parties": {"customer": api.customer.pk}}, 403)["title"]
    assert ann.post("/cases", {"type": "payout", "parties": {"king": api.customer.pk}}, 403)["detail"]
    assert program(api).post("/cases", {"type": "payout", "parties": {"customer": 999}}, 422)["errors"] == [
        {"pointer": "#/parties/customer", "detail": "We don't know this person."}
    ]
    assert ann.post("/cases", {"type": "no-such"}, 404)["type"] == "/problems/not-found"


def test_a_strangers_case_is_not_there(api: House) -> None:
    reference = opened(customer(api))
    bob, outsider = customer(api, "bob@example.org"), colleague(api, "Outsider", teams=("other",))
    for caller in (bob, outsider):
        for address in ("", "/facts", "/offers", "/why/amount", "/wants"):
            assert caller.call("GET", f"/cases/{reference}{address}").status_code == 404
        assert caller.call("POST", f"/cases/{reference}/facts", {"facts": {"amount": "1 EUR"}}).status_code == 404
    assert bob.get("/cases") == {"items": [], "next": None}


def test_the_list_goes_on_at_a_cursor(api: House) -> None:
    ann = customer(api)
    references = []
    for _ in range(5):
        references.insert(0, opened(ann))
        api.pass_time(minutes=1)
    first = ann.get("/cases?limit=2")
    second = ann.get(first["next"].removeprefix("/api"))
    third = ann.get(second["next"].removeprefix("/api"))
    found = [line["case"] for page in (first, second, third) for line in page["items"]]
    assert found == references
    assert third["next"] is None
    assert ann.call("GET", "/cases?cursor=rubbish").status_code == 400


def test_a_case_is_found_by_a_searchable_fact_and_by_its_reference(api: House) -> None:
    worker = colleague(api)
    reference = opened(customer(api))
    opened(customer(api), {"account": "A-2", "amount": "1 EUR"})
    assert [line["case"] for line in worker.get("/cases?q=a-1")["items"]] == [reference]
    assert [line["case"] for line in worker.get(f"/cases?q={reference.lower()}")["items"]] == [reference]
    assert worker.get("/cases?state=stuck")["items"] == []


def test_a_customer_guesses_no_hidden_fact_by_searching_for_it(api: House) -> None:
    api.publish(PAYOUT.replace("searchable: yes", "searchable: yes, hide: [partner]"), paid=PAID)
    reference = opened(customer(api), {"account": "A-1", "amount": "300 EUR"})
    bob = create_party(name="Bob", now=api.now, verified={"email": "bob@example.org"})
    case = Case.objects.get(reference=reference)
    add_participant(case=case, by=api.actor("worker"), party=bob, role="partner", now=api.now)
    partner = customer(api, "bob@example.org")
    assert [line["case"] for line in partner.get(f"/cases?q={reference}")["items"]] == [reference]
    assert partner.get("/cases?q=a-1")["items"] == []


def test_a_customer_withdraws_what_they_may_volunteer(api: House) -> None:
    ann = customer(api)
    reference = opened(ann, {"account": "A-1", "amount": "300 EUR"})
    assert [offer["path"] for offer in ann.get(f"/cases/{reference}/offers")] == ["dropped"]
    assert ann.post(f"/cases/{reference}/facts", {"facts": {"dropped": True}})["outcome"] == "dropped"


def test_reasons_are_told_without_what_is_hidden(api: House) -> None:
    ann = customer(api)
    reference = opened(ann)
    told = ann.get(f"/cases/{reference}/why/outcome")
    assert told["value"] == "paid"
    assert "plausible" not in str(told)
    assert ann.call("GET", f"/cases/{reference}/why/nonsense").status_code == 404
    facts = {fact["path"]: fact for fact in ann.get(f"/cases/{reference}/facts")}
    assert facts["account"]["own"] is True
    assert "plausible" not in facts


def test_a_case_sent_by_mistake_is_closed_and_opened_again(api: House) -> None:
    ann, worker = customer(api), colleague(api)
    reference = opened(ann, {"account": "A-1", "amount": "300 EUR"})
    assert ann.call("POST", f"/cases/{reference}/closure", {"reason": "no"}).status_code == 403
    assert worker.post(f"/cases/{reference}/closure", {"reason": " "}, 422)["errors"][0]["pointer"] == "#/reason"
    assert worker.post(f"/cases/{reference}/closure", {"reason": "sent twice"})["state"] == "ended"
    assert worker.post(f"/cases/{reference}/reopening", {"reason": "it was not"})["state"] == "open"
