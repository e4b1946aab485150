"""Two writers of one case, disagreements, and what the second one saw."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from backline.cases.answering import answer_want
from backline.cases.asserting import assert_facts
from backline.cases.deciding import decide
from backline.cases.models import Case
from backline.cases.refusals import NotAllowed, TaskTaken
from backline.cases.said import Said
from backline.cases.settling import settle_conflict
from backline.cases.storage import recording
from backline.cases.storage.recording import Overtaken
from backline.cases.watch import Watch
from backline.cases.working import hand_over, release, take_task
from backline.catalogue import versions
from tests.rooms.cases_house import House

pytestmark = pytest.mark.django_db


def said(case: Case, fact: str) -> list[object]:
    return [a["value"] for a in case.snapshot["assertions"] if a["fact"] == fact]


def test_the_loser_of_a_race_reads_again_and_both_assertions_are_there(house: House) -> None:
    case = house.open()
    mine, theirs = Case.objects.get(pk=case.pk), Case.objects.get(pk=case.pk)
    assert_facts(case=theirs, by=house.ann, channel="portal", facts={"account": "A-1"}, now=house.now)
    after = assert_facts(case=mine, by=house.ann, channel="phone", facts={"amount": "80 EUR"}, now=house.now)
    assert (after.state, after.outcome) == ("ended", "paid")
    assert house.bank("select minor from payment") == [8000]
    assert case.version == 1 < after.version


def test_two_answers_to_one_question_given_at_once_are_a_disagreement_that_a_person_settles(house: House) -> None:
    case, worker = house.open(account="A-1"), house.actor("worker")
    stale = case.version
    first = assert_facts(case=case, by=house.ann, channel="portal", facts={"amount": "300 EUR"}, now=house.now)
    after = assert_facts(
        case=first, by=worker, channel="phone", facts={"amount": "200 EUR"}, now=house.now, version=stale
    )
    assert said(after, "amount") == [{"money": ["300.00", "EUR"]}, {"money": ["200.00", "EUR"]}]
    want = after.wants.get(kind="settle", closed_at=None)
    assert (want.fact, want.team, len(want.conflict)) == ("amount", "desk", 2)
    settled = settle_conflict(
        case=after, by=worker, fact="amount", choose=want.conflict[1], reason="she said so on the phone", now=house.now
    )
    assert not settled.wants.filter(kind="settle", closed_at=None).exists()
    assert settled.wants.filter(kind="work", fact="plausible", closed_at=None).exists()


def test_a_task_answered_after_a_colleague_is_a_second_opinion_and_changes_nothing(house: House) -> None:
    case = house.open(account="A-1", amount="300 EUR")
    want = case.wants.get(fact="plausible")
    first = answer_want(want=want, by=house.actor("worker"), channel="workbench", value="yes", now=house.now)
    late = answer_want(want=want, by=house.actor("colleague"), channel="workbench", value="no", now=house.now)
    assert (first.standing, late.standing) == ("counted", "second opinion")
    assert late.case.outcome == "paid"
    assert late.case.entries.filter(kind="second opinion", actor="staff:2").exists()


def test_an_answer_to_what_changed_meanwhile_is_kept_and_counts_when_things_return(house: House) -> None:
    case = house.open(account="A-1", amount="300 EUR")
    stale = case.wants.get(fact="plausible")
    case = assert_facts(case=case, by=house.ann, channel="portal", facts={"amount": "400 EUR"}, now=at(house, 1))
    answer = answer_want(want=stale, by=house.actor("worker"), channel="workbench", value="yes", now=at(house, 2))
    assert (answer.standing, answer.case.state) == ("about something older", "open")
    case = assert_facts(case=answer.case, by=house.ann, channel="portal", facts={"amount": "300 EUR"}, now=at(house, 3))
    assert (case.state, case.outcome) == ("ended", "paid")


def test_four_eyes_are_of_two_people(house: House) -> None:
    case = house.open(account="A-1", amount="600 EUR")
    worker, colleague = house.actor("worker"), house.actor("colleague")
    case = answer_want(
        want=case.wants.get(fact="plausible"), by=worker, channel="workbench", value="yes", now=house.now
    ).case
    second = case.wants.get(fact="confirmed", closed_at=None)
    with pytest.raises(NotAllowed):
        answer_want(want=second, by=worker, channel="workbench", value="yes", now=house.now)
    case = answer_want(want=second, by=colleague, channel="workbench", value="yes", now=house.now).case
    assert case.outcome == "paid"


def test_four_eyes_are_of_two_people_in_whatever_order_they_look(house: House) -> None:
    case, worker = house.open(account="A-1", amount="600 EUR"), house.actor("worker")
    answer_want(want=case.wants.get(fact="confirmed"), by=worker, channel="workbench", value="yes", now=house.now)
    with pytest.raises(NotAllowed):
        answer_want(want=case.wants.get(fact="plausible"), by=worker, channel="workbench", value="yes", now=house.now)


def test_a_task_asks_for_the_team_and_the_skill(house: House) -> None:
    want = house.open(account="A-1", amount="300 EUR").wants.get(fact="plausible")
    for actor in (house.actor("outsider"), house.actor("worker", skills=()), house.actor("worker", teams=("other",))):
        with pytest.raises(NotAllowed):
            answer_want(want=want, by=actor, channel="workbench", value="yes", now=house.now)


def test_a_task_that_somebody_took_is_theirs_until_they_give_it_back(house: House) -> None:
    want = house.open(account="A-1", amount="300 EUR").wants.get(fact="plausible")
    worker, colleague = house.actor("worker"), house.actor("colleague")
    take_task(want=want, by=worker, now=house.now)
    with pytest.raises(TaskTaken):
        take_task(want=want, by=colleague, now=house.now)
    want.refresh_from_db()
    with pytest.raises(TaskTaken):
        answer_want(want=want, by=colleague, channel="workbench", value="yes", now=house.now)
    want = release(want=want, by=worker, now=house.now)
    assert take_task(want=want, by=colleague, now=house.now).taken_by == colleague.id


def test_a_task_is_handed_over_with_what_the_next_one_has_to_know(house: House) -> None:
    want = house.open(account="A-1", amount="300 EUR").wants.get(fact="plausible")
    want = hand_over(want=want, by=house.actor("worker"), to_team="fraud", context="The name differs.", now=house.now)
    assert (want.team, want.handovers.get().context) == ("fraud", "The name differs.")
    with pytest.raises(NotAllowed):
        answer_want(want=want, by=house.actor("worker"), channel="workbench", value="yes", now=house.now)
    fraud = house.actor("colleague", teams=("fraud",))
    assert answer_want(want=want, by=fraud, channel="workbench", value="yes", now=house.now).case.outcome == "paid"


def test_a_writer_who_is_overtaken_writes_nothing(house: House) -> None:
    case = house.open(account="A-1")
    stale = Case.objects.get(pk=case.pk)
    assert_facts(case=case, by=house.ann, channel="portal", facts={"amount": "300 EUR"}, now=house.now)
    loaded = versions.load(case.type_key, case.type_version)
    decision = decide(stale, loaded, Said(), watch=Watch(house.now))
    change = recording.Change(
        loaded=loaded,
        evaluation=decision.evaluation,
        by="staff:1",
        channel="workbench",
        now=house.now,
        after=decision.after,
    )
    entries = case.entries.count()
    with pytest.raises(Overtaken):
        recording.record(stale, change)
    assert case.entries.count() == entries


def at(house: House, minutes: int) -> datetime:
    return house.now + timedelta(minutes=minutes)
