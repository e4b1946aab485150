"""What a reader sees of a case, who reaches it, and that looking is logged."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import translation

from backline.cases.adding import add_note, add_participant, ask_customer, reply
from backline.cases.answering import answer_want
from backline.cases.asserting import assert_facts
from backline.cases.items import add_item
from backline.cases.models import Case
from backline.cases.reach import cases_within_reach, load_case
from backline.cases.refusals import CaseNotFound
from backline.cases.showing.presence import note_presence, others_present
from backline.cases.showing.printing import as_json
from backline.cases.showing.reasons import why
from backline.cases.showing.viewing import view_case
from backline.cases.showing.views import CaseView
from backline.cases.supposing import suppose, suppose_opening
from backline.people import mandates
from backline.people.actors import SYSTEM, Actor, of_party
from backline.people.looking import looks_at
from backline.people.models import Staff
from backline.people.parties import create_party
from backline.web.portal.conversation import write_to_us
from backline.web.portal.knowing import know
from backline.web.portal.moments import moments_of
from tests.rooms.cases_house import House

pytestmark = pytest.mark.django_db


def seen(house: House, case: Case, by: Actor) -> CaseView:
    return view_case(case=case, by=by, purpose="a test", language="en", now=house.now)


def test_the_customer_sees_the_result_in_their_words(house: House) -> None:
    view = seen(house, house.open(account="A-1", amount="80 EUR"), house.ann)
    assert (view.state, view.outcome_label, view.say) == ("ended", "Paid", "€80.00 is on its way, as P-1.")
    amount = view.fact("amount")
    assert amount
    assert (amount.label, amount.shown, amount.source_words, amount.own) == ("How much?", "€80.00", "said by Ann", True)
    balance = view.fact("balance")
    assert balance
    assert balance.source_words == "from the system “The bank”"


@pytest.mark.parametrize(
    ("channel", "theirs", "ours", "moment"),
    [
        ("phone", "noted by us from your phone call", "noted by Worker, on the phone", "Noted from your phone call"),
        ("paper", "noted by us from your letter", "noted by Worker, from a letter", "Noted from your letter"),
        ("workbench", "noted by us for you", "noted by Worker", "Noted for you"),
    ],
)
def test_what_a_colleague_noted_for_a_customer_is_told_as_noted(
    house: House, channel: str, theirs: str, ours: str, moment: str
) -> None:
    staff = Staff.objects.create(name="Worker", joined_at=house.now)
    worker = replace(house.actor("worker"), id=f"staff:{staff.pk}")
    case = house.open(account="A-1")
    case = assert_facts(case=case, by=worker, channel=channel, facts={"amount": "300 EUR"}, now=house.now)
    words = [known.source_words for by in (house.ann, worker) if (known := seen(house, case, by).fact("amount"))]
    assert words == [theirs, ours]
    with translation.override("de"):
        known = view_case(case=case, by=house.ann, purpose="a test", language="de", now=house.now).fact("amount")
    assert known is not None
    assert known.source_words.startswith("von uns ")
    page = know(case, house.ann, language="en", now=house.now)
    assert f"{moment}: How much?" in [one.words for one in moments_of(page)]


def test_who_takes_part_is_told_in_the_order_of_the_case_type(house: House) -> None:
    case = house.open(account="A-1")
    partner = create_party(name="Pia", now=house.now)
    for parties in (
        {"partner": [partner.pk], "customer": [house.customer.pk]},
        {"customer": [house.customer.pk], "partner": [partner.pk]},
    ):
        case.snapshot = {**case.snapshot, "parties": parties}
        assert [party.role for party in seen(house, case, house.ann).parties] == ["customer", "partner"]


def test_what_is_hidden_from_the_customer_is_nowhere_in_what_they_see(house: House) -> None:
    case = house.open(account="A-1", amount="300 EUR")
    add_note(case=case, by=house.actor("worker"), text="Looks odd.", now=house.now)
    want = case.wants.get(fact="plausible")
    answer_want(want=want, by=house.actor("worker"), channel="workbench", value="no", reason="odd", now=house.now)
    case = Case.objects.get(pk=case.pk)
    theirs, ours = seen(house, case, house.ann), seen(house, case, house.actor("worker"))
    assert "plausible" not in {fact.name for fact in theirs.facts}
    assert not [entry for entry in theirs.timeline if "plausible" in entry.words or "odd" in entry.words + entry.detail]
    assert ours.fact("plausible")
    assert "Looks odd." in [entry.detail for entry in ours.timeline]
    assert theirs.tasks == ()


def test_what_one_customer_wrote_or_was_asked_is_not_told_to_another_who_takes_part(house: House) -> None:
    case, worker = house.open(account="A-1", amount="300 EUR"), house.actor("worker")
    bob = create_party(name="Bob", now=house.now)
    case = add_participant(case=case, by=worker, party=bob, role="partner", now=house.now)
    case = write_to_us(case=case, by=house.ann, text="Bob must not know: I am leaving.", now=house.now)
    want = ask_customer(case=case, by=worker, question="Are you safe from him?", now=house.now)
    reply(want=want, by=house.ann, text="Not at home.", now=house.now, channel="portal")
    case = Case.objects.get(pk=case.pk)
    theirs, hers = str(seen(house, case, of_party(bob)).timeline), str(seen(house, case, house.ann).timeline)
    moments = str(moments_of(know(case, of_party(bob), language="en", now=house.now)))
    for words in ("leaving", "safe from him", "Not at home"):
        assert words in hers
        assert words not in theirs + moments


def test_a_worker_sees_the_task_who_waits_for_it_and_what_was_promised(house: House) -> None:
    view = seen(house, house.open(account="A-1", amount="300 EUR"), house.actor("worker"))
    task = view.tasks[0]
    assert (task.fact, task.team, task.mine, task.waits_for) == ("plausible", "desk", True, "Ann")
    assert task.promise.startswith("The money is on its way: by")
    other = seen(house, Case.objects.get(), house.actor("worker", skills=()))
    assert not other.tasks[0].mine


def test_looking_at_anothers_data_is_logged_with_the_purpose_and_ones_own_is_not(house: House) -> None:
    case = house.open(account="A-1", amount="300 EUR")
    seen(house, case, house.ann)
    assert not looks_at(house.customer, own=True).exists()
    seen(house, case, house.actor("worker"))
    look = looks_at(house.customer).get()
    assert (look.by, look.purpose, look.case) == ("staff:1", "a test", case.reference)


def test_a_stranger_finds_no_case_and_cannot_tell_that_there_is_one(house: House) -> None:
    case = house.open(account="A-1", amount="300 EUR")
    eve = of_party(create_party(name="Eve", now=house.now))
    for stranger in (eve, house.actor("outsider"), house.actor("worker", teams=("other",))):
        for reference in (case.reference, "HW-4F7K-2", "nonsense"):
            with pytest.raises(CaseNotFound) as refused:
                load_case(reference, stranger, now=house.now)
            assert str(refused.value) == "We found no request with that number."


def test_a_reference_is_found_as_it_is_said_on_the_phone(house: House) -> None:
    case = house.open()
    assert load_case(case.reference.lower().replace("-", " "), house.ann) == case
    assert load_case(case.reference, house.actor("worker")) == case
    auditor = Actor(id="staff:9", kind="staff", staff_id=9, duties=frozenset({"auditor"}))
    assert load_case(case.reference, auditor) == case


def test_a_mandate_reaches_the_cases_that_it_covers_until_it_is_revoked(house: House) -> None:
    case = house.open(account="A-1", amount="300 EUR")
    bob = create_party(name="Bob", now=house.now)
    assert not cases_within_reach(of_party(bob), now=house.now).exists()
    mandate = mandates.grant(by=house.ann, giver=house.customer, holder=bob, services=["payout"], now=house.now)
    assert load_case(case.reference, of_party(bob), now=house.now) == case
    assert seen(house, case, of_party(bob)).roles == ("customer",)
    mandates.revoke(by=house.ann, mandate=mandate, now=house.now)
    with pytest.raises(CaseNotFound):
        load_case(case.reference, of_party(bob), now=house.now)


def test_who_else_has_the_case_open_is_shown(house: House) -> None:
    case, worker, colleague = house.open(), house.actor("worker"), house.actor("colleague")
    note_presence(case=case, by=worker, now=house.now)
    note_presence(case=case, by=colleague, now=house.now)
    assert [one.name for one in others_present(case=case, by=worker, now=house.now)] == ["Colleague"]
    assert others_present(case=case, by=worker, now=house.now + timedelta(minutes=5)) == []


def test_what_if_tells_what_would_follow_and_writes_nothing(house: House) -> None:
    case = house.open(account="A-1")
    entries = case.entries.count()
    supposed = suppose(case=case, by=house.ann, facts={"amount": "80 EUR"}, now=house.now)
    assert (supposed.evaluation.outcome, [e.action for e in supposed.evaluation.effects]) == ("paid", ["pay"])
    assert house.bank("select count(*) from payment") == [0]
    case.refresh_from_db()
    assert (case.version, case.entries.count()) == (1, entries)
    opening = suppose_opening(
        type_key="payout",
        by=house.ann,
        parties={"customer": house.customer.pk},
        facts={"account": "A-2", "amount": "80 EUR"},
        now=house.now,
    )
    assert opening.evaluation.outcome == "otherwise"
    assert Case.objects.count() == 1


def test_the_json_has_the_shape_that_others_rely_on(house: House) -> None:
    told = as_json(seen(house, house.open(account="A-1", amount="300 EUR"), SYSTEM), timeline=True)
    assert set(told) == {
        "case", "type", "version", "state", "outcome", "facts", "wanted", "effects", "promises", "wake", "timeline",
    }  # fmt: skip
    assert told["facts"]["amount"] == {
        "value": {"amount": "300.00", "currency": "EUR"},
        "status": "value",
        "source": "ask",
        "by": house.ann.id,
    }
    assert told["wanted"] == [{"fact": "plausible", "source": "work", "who": "desk"}]
    assert [promise["state"] for promise in told["promises"]] == ["running"]


def test_why_tells_a_customer_nothing_that_is_hidden(house: House) -> None:
    case = house.open(account="A-1", amount="300 EUR")
    want = case.wants.get(fact="plausible")
    case = answer_want(want=want, by=house.actor("worker"), channel="workbench", value="no", now=house.now).case
    assert "plausible" in str(why(case=case, by=house.actor("worker"), fact="outcome", purpose="test", now=house.now))
    assert "plausible" not in str(why(case=case, by=house.ann, fact="outcome", purpose="test", now=house.now))


CLAIM = """
case: claim
title: Claim bills
for: customer
owner: desk
roles: {customer: {label: You}}
facts:
  bills:
    label: Your bills
    type: list
    ask: customer
    facts:
      total: {label: How much?, type: money, ask: customer}
      remark: {label: What we think of it, type: text, work: {team: desk, shows: [total]}, hide: [customer]}
  judged:
    label: What we found
    type: list
    work: {team: desk, shows: [bills]}
    hide: [customer]
    facts:
      finding: {label: The finding, type: text, work: {team: desk, shows: [bills]}}
  enough: {label: Is it enough?, type: yes/no, is: sum(bills.total) > 1 EUR}
outcomes:
  taken: {label: Taken, when: enough}
  otherwise: {label: Not taken}
"""


def test_what_is_hidden_of_the_items_of_a_list_and_of_a_hidden_list_is_nowhere_told(house: House) -> None:
    house.publish(CLAIM)
    case, worker = house.open("claim"), house.actor("worker")
    case, bill = add_item(
        case=case, by=house.ann, channel="portal", fact="bills", facts={"total": "5 EUR"}, now=house.now
    )
    case, found = add_item(
        case=case, by=worker, channel="workbench", fact="judged", facts={"finding": "a forgery"}, now=house.now
    )
    case = assert_facts(case=case, by=worker, channel="workbench", facts={f"{bill}/remark": "odd paper"}, now=house.now)
    told = str(seen(house, case, house.ann))
    for name, item in (("remark", bill), ("finding", found), ("judged", ""), ("enough", ""), ("outcome", "")):
        ours = why(case=case, by=worker, fact=name, item=item, purpose="test", now=house.now)
        told += str(why(case=case, by=house.ann, fact=name, item=item, purpose="test", now=house.now))
        assert ours.fact == name
    assert "odd paper" in str(seen(house, case, worker))
    for words in ("odd paper", "forgery", "remark", "finding"):
        assert words not in told
