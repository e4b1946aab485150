"""Authority is looked at again when an effect starts."""

from __future__ import annotations

from datetime import timedelta

import pytest

from backline.cases.answering import answer_want
from backline.cases.asserting import assert_facts
from backline.cases.effects.lapsing import LAPSED
from backline.cases.models import Case, Effect, Want
from backline.cases.storage.verifying import verify
from backline.people import mandates
from backline.people.actors import Actor, of_party
from backline.people.models import Mandate, Party
from backline.people.parties import create_party
from tests.rooms.cases_house import House
from tests.rooms.test_cases_effects import paid_cents

pytestmark = pytest.mark.django_db(transaction=True)
SAID = {"account": "A-1", "amount": "300 EUR"}


@pytest.fixture
def helper(house: House) -> Actor:
    return of_party(create_party(name="Hal", now=house.now, verified={"email": "hal@example.org"}))


@pytest.fixture
def mandate(house: House, helper: Actor) -> Mandate:
    holder = helper.party_id
    assert holder is not None
    giver = house.customer
    services = ("payout",)
    return mandates.grant(by=house.ann, giver=giver, holder=_party(holder), services=services, now=house.now)


def test_what_was_said_by_a_mandate_that_was_revoked_starts_nothing(
    house: House, helper: Actor, mandate: Mandate
) -> None:
    case = _answered_for(house, helper)
    _revoke(house, mandate)
    _judged(house, case)
    house.work()
    case.refresh_from_db()
    effect = Effect.objects.get(action="pay")
    assert (case.state, paid_cents(house)) == ("stuck", [])
    assert (effect.state, effect.refusal) == ("refused", LAPSED)
    assert effect.reason == "The mandate ended by which this was said: Which account?, How much?"
    exception = Want.objects.get(case=case, kind="exception", closed_at=None)
    assert (exception.fact, exception.source, exception.detail) == ("pay", "refused", LAPSED)


def test_somebody_entitled_who_says_it_anew_lets_it_go_on(house: House, helper: Actor, mandate: Mandate) -> None:
    case = _answered_for(house, helper)
    _revoke(house, mandate)
    _judged(house, case)
    house.work()
    house.now += timedelta(hours=1)
    case.refresh_from_db()
    assert_facts(case=case, by=house.ann, channel="portal", facts=SAID, now=house.now, correct=True)
    house.work()
    case.refresh_from_db()
    assert (case.state, case.outcome, paid_cents(house)) == ("ended", "paid", [30000])
    assert not Want.objects.filter(case=case, kind="exception", closed_at=None).exists()
    assert verify().broken == ()


def test_while_the_mandate_runs_all_goes_on(house: House, helper: Actor, mandate: Mandate) -> None:
    case = _answered_for(house, helper)
    _judged(house, case)
    house.work()
    case.refresh_from_db()
    assert (case.state, paid_cents(house)) == ("ended", [30000])


def test_what_was_done_already_stays_done(house: House, helper: Actor, mandate: Mandate) -> None:
    case = _answered_for(house, helper)
    _judged(house, case)
    _revoke(house, mandate)
    house.pass_time(days=1)
    case.refresh_from_db()
    assert (case.state, paid_cents(house)) == ("ended", [30000])


def _answered_for(house: House, helper: Actor) -> Case:
    """The helper has said everything for the customer, and the desk has to judge it."""
    case = house.open()
    house.now += timedelta(minutes=5)
    assert_facts(case=case, by=helper, channel="portal", facts=SAID, now=house.now)
    return case


def _revoke(house: House, mandate: Mandate) -> None:
    house.now += timedelta(minutes=5)
    mandates.revoke(by=house.ann, mandate=mandate, now=house.now)
    house.now += timedelta(minutes=5)


def _judged(house: House, case: Case) -> None:
    want = Want.objects.get(case=case, fact="plausible", closed_at=None)
    answer_want(want=want, by=house.actor("worker"), channel="workbench", value="yes", now=house.now)


def _party(pk: int) -> Party:
    return Party.objects.get(pk=pk)
