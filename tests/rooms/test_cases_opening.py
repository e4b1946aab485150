"""Opening: who may, twice the same form, the same request again, bad input."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.db import connection

from backline.cases.models import Case
from backline.cases.openings.opening import SAME, open_case
from backline.cases.refusals import FactsRefused, NotAllowed, SameAlreadyOpen
from backline.people.actors import of_party
from backline.people.parties import create_party
from tests.rooms.cases_house import PAYOUT, House

pytestmark = pytest.mark.django_db
JOINING = PAYOUT.replace("case: payout", "case: joined-payout").replace(
    "owner: desk\n", "owner: desk\nsame: {by: [customer, account], while: open, then: join}\n"
)
ASKING = JOINING.replace("case: joined-payout", "case: asked-payout").replace("then: join", "then: ask")


def test_a_form_sent_twice_opens_one_case(house: House) -> None:
    cases = [
        open_case(
            type_key="payout",
            by=house.ann,
            channel="portal",
            facts={"account": "A-1", "amount": "80 EUR"},
            now=house.now,
            once="form-1",
        )
        for _ in range(2)
    ]
    assert cases[0].reference == cases[1].reference
    assert house.bank("select count(*) from payment") == [1]


def test_nobody_comes_upon_anothers_case_by_the_name_of_a_form(house: House) -> None:
    eve = of_party(create_party(name="Eve", now=house.now))
    own = open_case(type_key="payout", by=house.ann, channel="portal", now=house.now, once="form-1")
    other = open_case(type_key="payout", by=eve, channel="portal", now=house.now, once="form-1")
    assert own.reference != other.reference


def test_a_fact_that_is_not_there_and_one_of_the_wrong_type_are_refused_at_their_fields(house: House) -> None:
    with pytest.raises(FactsRefused) as refused:
        house.open(account="A-1", amount="a lot", colour="red")
    assert set(refused.value.messages) == {"amount", "colour"}
    assert "amount" in refused.value.messages["amount"]
    assert not Case.objects.exists()


def test_a_check_of_the_type_speaks_at_the_field_and_nothing_is_kept(house: House) -> None:
    with pytest.raises(FactsRefused) as refused:
        house.open(account="A-1", amount="-5 EUR")
    assert refused.value.messages == {"amount": "The amount has to be more than zero."}
    assert not Case.objects.exists()


def test_a_customer_cannot_say_what_a_colleague_has_to_decide(house: House) -> None:
    with pytest.raises(FactsRefused) as refused:
        house.open(account="A-1", amount="300 EUR", plausible="yes")
    assert set(refused.value.messages) == {"plausible"}


def test_a_customer_cannot_ask_for_somebody_else(house: House) -> None:
    bob = create_party(name="Bob", now=house.now)
    with pytest.raises(NotAllowed):
        open_case(type_key="payout", by=house.ann, channel="portal", parties={"customer": bob.pk}, now=house.now)
    with pytest.raises(NotAllowed):
        open_case(
            type_key="payout",
            by=house.ann,
            channel="portal",
            parties={"customer": house.customer.pk, "partner": bob.pk},
            now=house.now,
        )


def test_the_same_request_goes_on_in_the_open_case(house: House) -> None:
    house.publish(JOINING, paid="Subject: Paid\n\nPaid.\n")
    first = house.open("joined-payout", account="A-2")
    again = house.open("joined-payout", account="A-2", amount="200 EUR")
    other = house.open("joined-payout", account="A-1")
    assert again.reference == first.reference
    assert other.reference != first.reference
    assert [a["fact"] for a in again.snapshot["assertions"]].count("amount") == 1


def test_the_person_is_asked_whether_it_is_the_same(house: House) -> None:
    house.publish(ASKING, paid="Subject: Paid\n\nPaid.\n")
    first = house.open("asked-payout", account="A-2")
    with pytest.raises(SameAlreadyOpen) as same:
        house.open("asked-payout", account="A-2")
    assert same.value.reference == first.reference
    another = open_case(
        type_key="asked-payout",
        by=house.ann,
        channel="portal",
        facts={"account": "A-2"},
        now=house.now + timedelta(minutes=1),
        another=True,
    )
    assert another.reference != first.reference


def test_a_system_that_is_asked_is_asked_once_and_told_with_the_commit_that_needed_it(house: House) -> None:
    case = house.open(account="A-2", amount="40 EUR")
    assert [a["value"] for a in case.snapshot["assertions"] if a["fact"] == "balance"] == [{"money": ["50.00", "EUR"]}]
    versions = dict(case.entries.values_list("kind", "version"))
    assert versions["opened"] == 1
    balance = [e for e in case.entries.order_by("sequence") if e.actor == "system:bank" and e.kind == "asserted"]
    assert (balance[0].version, balance[0].channel) == (1, "system")


def test_a_colleague_opens_a_case_for_a_customer_on_the_phone_and_says_what_they_say(house: House) -> None:
    case = open_case(
        type_key="payout",
        by=house.actor("worker"),
        channel="phone",
        parties={"customer": house.customer.pk},
        facts={"account": "A-1", "amount": "80 EUR"},
        now=house.now,
    )
    assert (case.state, house.bank("select minor from payment")) == ("ended", [8000])
    said = {a["fact"]: (a["source"], a["who"]) for a in case.snapshot["assertions"]}
    assert said["amount"] == ("ask", "staff:1")


def test_the_same_request_is_found_by_an_index(house: House) -> None:
    if connection.vendor != "sqlite":
        pytest.skip("how SQLite plans it")
    with connection.cursor() as cursor:
        cursor.execute("EXPLAIN QUERY PLAN " + SAME.format(hole="%s"), ["digest"])
        assert "case_sameness" in str(cursor.fetchall())
