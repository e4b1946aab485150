"""Two cases that are one request: one goes on in the other, nothing is made twice or lost, and undo parts them."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backline.cases.adding import add_note, add_task, reply
from backline.cases.answering import answer_want
from backline.cases.asserting import assert_facts
from backline.cases.closing import reopen_case
from backline.cases.merging.merging_cases import merge_cases, undo_case_merge
from backline.cases.merging.parting import said_since
from backline.cases.models import Case, CaseMerge, Want
from backline.cases.openings.opening import open_case
from backline.cases.reach import load_case
from backline.cases.refusals import CaseNotFound, FactsRefused, NotAllowed, NotOpen
from backline.cases.settling import settle_conflict
from backline.cases.showing.viewing import view_case
from backline.cases.showing.views import CaseView
from backline.cases.storage.verifying import verify
from backline.people import parties
from tests.rooms.cases_house import House, house  # noqa: F401

pytestmark = pytest.mark.django_db


def again(case: Case) -> Case:
    return Case.objects.get(pk=case.pk)


def seen(house: House, case: Case) -> CaseView:  # noqa: F811
    return view_case(case=again(case), by=house.actor("worker"), purpose="work", language="en", now=house.now)


def merged(house: House, kept: Case, gone: Case) -> CaseMerge:  # noqa: F811
    return merge_cases(kept=again(kept), gone=again(gone), by=house.actor("worker"), reason="Sent twice", now=house.now)


def undone(house: House, merge: CaseMerge, **options: object) -> CaseMerge:  # noqa: F811
    return undo_case_merge(merge=merge, by=house.actor("worker"), reason="Two after all", now=house.now, **options)


def test_everything_of_the_second_is_there_and_conflicts_are_for_a_person(house: House) -> None:  # noqa: F811
    first, second = house.open(account="A-1", amount="400"), house.open(account="A-1", amount="300")
    add_note(case=second, by=house.actor("worker"), text="She called", now=house.now)
    job = add_task(case=second, by=house.actor("worker"), title="Call back", now=house.now)
    house.pass_time(minutes=5)

    merged(house, first, second)
    house.work()

    view = seen(house, first)
    amount = view.fact("amount")
    assert amount
    assert amount.status == "conflict"
    assert sorted(one.shown for one in amount.candidates) == ["€300.00", "€400.00"]
    assert view.fact("account").status == "value"  # type: ignore[union-attr]
    assert "She called" in [entry.detail for entry in view.timeline if entry.of == second.reference]
    assert [task.label for task in view.tasks if task.kind == "free"] == ["Call back"]
    gone = again(second)
    assert (gone.state, gone.merged_into_id, gone.snapshot["into"]) == ("ended", first.pk, first.reference)
    assert load_case(second.reference, house.ann) == first
    assert not Want.objects.filter(case=second, closed_at=None).exists()
    assert not verify().broken

    settle_conflict(case=again(first), by=house.actor("worker"), fact="amount", value="400", now=house.now)
    reply(want=Want.objects.get(pk=job.pk), by=house.actor("worker"), text="Done", now=house.now, channel="workbench")
    assert seen(house, first).fact("amount").shown == "€400.00"  # type: ignore[union-attr]


def test_what_was_made_in_the_second_is_not_made_again(house: House) -> None:  # noqa: F811
    first = house.open(account="A-1")
    second = house.open(account="A-1", amount="50")
    house.pass_time(minutes=1)
    assert again(second).outcome == "paid"

    merged(house, first, second)
    house.pass_time(minutes=1)

    assert house.bank("select count(*) from payment") == [1]
    assert (again(first).state, again(first).outcome) == ("ended", "paid")
    assert seen(house, first).fact("payment").shown == "P-1"  # type: ignore[union-attr]
    assert len(house.sent) == 1
    assert not verify().broken


def test_what_was_made_there_is_changed_here_where_it_has_to_be(house: House) -> None:  # noqa: F811
    first = house.open(account="A-1")
    merge = merged(house, first, house.open(account="A-1", amount="50"))
    house.pass_time(minutes=1)

    assert_facts(case=again(first), by=house.ann, channel="portal", facts={"amount": "60"}, correct=True, now=house.now)
    house.pass_time(minutes=1)

    assert house.bank("select minor from payment") == [6000]
    with pytest.raises(NotOpen):
        undone(house, merge)  # it was changed since: nobody can say whose it is


def test_what_was_made_is_kept_while_the_answers_differ(house: House) -> None:  # noqa: F811
    first = house.open(account="A-1", amount="700")
    second = house.open(account="A-1", amount="50")
    house.pass_time(minutes=1)
    answer_want(want=Want.objects.get(case=first, fact="plausible", closed_at=None), by=house.actor("worker"),
                channel="workbench", value="yes", now=house.now)  # fmt: skip
    merged(house, first, second)
    house.pass_time(minutes=1)
    assert house.bank("select count(*) from payment") == [1]
    assert seen(house, first).fact("amount").status == "conflict"  # type: ignore[union-attr]


def test_the_earlier_promise_holds(house: House) -> None:  # noqa: F811
    second = house.open(account="A-1", amount="400")
    house.pass_time(days=1)
    first = house.open(account="A-1", amount="400")
    due = datetime.fromisoformat(again(second).snapshot["promises"]["money"]["due"])
    assert due < datetime.fromisoformat(again(first).snapshot["promises"]["money"]["due"])

    merge = merged(house, first, second)
    assert datetime.fromisoformat(again(first).snapshot["promises"]["money"]["due"]) == due
    undone(house, merge)
    assert datetime.fromisoformat(again(first).snapshot["promises"]["money"]["due"]) == due + timedelta(days=1)


def test_undo_gives_both_back_and_loses_nothing_said_since(house: House) -> None:  # noqa: F811
    first, second = house.open(account="A-1"), house.open(account="A-2", amount="400")
    house.pass_time(minutes=1)
    before = again(second).snapshot
    merge = merged(house, first, second)
    house.pass_time(minutes=1)
    add_note(case=again(first), by=house.actor("worker"), text="Since then", now=house.now)
    assert_facts(case=again(first), by=house.ann, channel="portal", facts={"amount": "450"}, now=house.now)
    (said,) = (one["id"] for one in said_since(again(first), second.reference) if one["fact"] == "amount")

    house.pass_time(minutes=1)
    undone(house, merge, also_say=[said])
    house.work()

    one, two = seen(house, first), seen(house, second)
    assert one.fact("amount").shown == two.fact("amount").shown == "€450.00"  # type: ignore[union-attr]
    assert (one.fact("account").shown, two.fact("account").shown) == ("A-1", "A-2")  # type: ignore[union-attr]
    assert "Since then" in [entry.detail for entry in one.timeline]
    assert again(second).snapshot["parties"] == before["parties"]
    assert (again(second).state, again(second).merged_into_id) == ("open", None)
    assert load_case(second.reference, house.ann) == second
    assert not verify().broken
    with pytest.raises(NotOpen):
        undone(house, merge)
    house.pass_time(minutes=1)
    merged(house, first, second)
    assert not verify().broken


def test_who_may_not_change_both_may_not_merge_them(house: House) -> None:  # noqa: F811
    first, second = house.open(account="A-1"), house.open(account="A-2")
    for by in (house.actor("outsider"), house.ann):
        with pytest.raises(NotAllowed):
            merge_cases(kept=first, gone=second, by=by, reason="same", now=house.now)
    with pytest.raises(FactsRefused):
        merge_cases(kept=first, gone=second, by=house.actor("worker"), reason=" ", now=house.now)
    assert again(first).version == first.version


def test_only_open_requests_of_one_kind_and_one_person_are_merged(house: House) -> None:  # noqa: F811
    first, second = house.open(account="A-1"), house.open(account="A-2")
    bob = parties.create_party(name="Bob", now=house.now)
    other = open_case(type_key="payout", by=house.actor("worker"), channel="phone", parties={"customer": bob.pk},
                      now=house.now)  # fmt: skip
    ended = house.open(account="A-1", amount="50")
    house.pass_time(minutes=1)
    for kept, gone in ((first, first), (first, other), (ended, first)):
        with pytest.raises(NotOpen):
            merged(house, kept, gone)
    merged(house, first, second)
    with pytest.raises(NotOpen):
        merged(house, first, second)
    with pytest.raises(NotOpen):
        reopen_case(case=again(second), by=house.actor("worker"), reason="x", now=house.now)


def test_a_case_that_goes_on_in_one_that_goes_on_leads_to_the_last(house: House) -> None:  # noqa: F811
    one, two, three = (house.open(account="A-1") for _ in range(3))
    earlier = merged(house, two, one)
    later = merged(house, three, two)
    assert load_case(one.reference, house.ann) == three
    assert any(entry.of for entry in seen(house, three).timeline)
    with pytest.raises(NotOpen):
        undone(house, earlier)
    undone(house, later)
    undone(house, earlier)
    assert load_case(one.reference, house.ann) == one
    assert not verify().broken


def test_a_stranger_is_not_led_on(house: House) -> None:  # noqa: F811
    first, second = house.open(account="A-1"), house.open(account="A-2")
    merged(house, first, second)
    with pytest.raises(CaseNotFound):
        load_case(second.reference, house.actor("outsider"))
