"""Our own timelines in the store: as they grow, each case exactly once, with who acted on which side."""

from __future__ import annotations

from pathlib import Path

import pytest

from backline.cases.adding import add_note
from backline.cases.answering import answer_want
from backline.cases.asserting import assert_facts
from backline.cases.models import Case, Want
from backline.cases.working import take_task
from backline.insight.acts import cases, feeding, looking, reckoning
from backline.insight.acts.choosing import Chosen
from backline.insight.acts.tables import DOES, PEOPLE, SEES, SYSTEMS
from backline.insight.judging.judgements import judgements_of
from tests.rooms.cases_house import House
from tests.rooms.cases_house import house as house

pytestmark = pytest.mark.django_db


def story(folder: Path, case: Case) -> list[cases.Told]:
    with looking.looked_at(folder, "payout", own=True) as (connection, log):
        found = cases.acts_of(connection, log.log, case.reference)
    assert found is not None
    return found[1]


def reckoned(folder: Path) -> reckoning.Reckoned:
    with looking.looked_at(folder, "payout", own=True) as (connection, log):
        (found,) = reckoning.reckon(connection, Chosen(log=log.log))
    return found


def by_hand(house: House, *, over_night: bool = False) -> Case:
    """A case that a person had to look at, from question to payment."""
    case = house.open(account="A-1")
    house.pass_time(hours=2)
    assert_facts(case=case, by=house.ann, channel="portal", facts={"amount": "300 EUR"}, now=house.now)
    house.pass_time(hours=20)
    worker = house.actor("worker")
    task = Want.objects.get(case=case, fact="plausible", closed_at__isnull=True)
    task = take_task(want=task, by=worker, now=house.now)
    house.pass_time(hours=24 if over_night else 0, minutes=10)
    answer_want(want=task, by=worker, channel="workbench", value="yes", now=house.now)
    house.pass_time(seconds=1)
    return case


def test_a_case_is_read_once_and_again_only_when_it_changed(house: House, tmp_path: Path) -> None:
    case = house.open(account="A-1", amount="80 EUR")
    assert feeding.catch_up(folder=tmp_path, now=house.now) == 1
    assert feeding.catch_up(folder=tmp_path, now=house.now) == 0
    before = len(story(tmp_path, case))
    house.open(account="A-2", amount="1 EUR")
    assert feeding.catch_up(folder=tmp_path, now=house.now) == 1
    add_note(case=Case.objects.get(pk=case.pk), by=house.actor("worker"), text="A note.", now=house.now)
    assert feeding.catch_up(folder=tmp_path, now=house.now) == 1
    assert len(story(tmp_path, case)) == before + 1
    with looking.looked_at(tmp_path, "payout", own=True) as (_connection, log):
        assert log.cases == 2


def test_what_was_fed_bit_by_bit_is_what_a_rebuild_finds(house: House, tmp_path: Path) -> None:
    case = by_hand(house)
    feeding.catch_up(folder=tmp_path, now=house.now)
    house.open(account="A-2", amount="1 EUR")
    feeding.catch_up(folder=tmp_path, now=house.now)
    fed, told = reckoned(tmp_path), story(tmp_path, case)
    feeding.rebuild(folder=tmp_path, now=house.now)
    assert (reckoned(tmp_path), story(tmp_path, case)) == (fed, told)


def test_an_answer_by_a_person_has_its_team_its_wait_and_its_touch_time(house: House, tmp_path: Path) -> None:
    case = by_hand(house)
    feeding.catch_up(folder=tmp_path, now=house.now)
    told = {act.activity: act for act in story(tmp_path, case)}
    asked, judged = told["answered: amount"], told["answered: plausible"]
    assert (asked.side, asked.resource, asked.waited) == (DOES, "customer", pytest.approx(2 * 3600, abs=60))
    assert (judged.side, judged.actor, judged.touched) == (PEOPLE, "desk", pytest.approx(600, abs=60))
    assert judged.waited == pytest.approx(20 * 3600, abs=60)
    assert told["done: pay"].side == SYSTEMS
    assert told["done: pay"].actor == "bank"
    assert told["ended: paid"].side == SEES


def test_a_night_between_taking_and_answering_is_no_work(house: House, tmp_path: Path) -> None:
    case = by_hand(house, over_night=True)
    feeding.catch_up(folder=tmp_path, now=house.now)
    judged = next(act for act in story(tmp_path, case) if act.activity == "answered: plausible")
    (judgement,) = judgements_of("payout", "plausible")
    assert judged.touched is not None
    assert judged.touched < 9 * 3600
    assert judgement.minutes == pytest.approx(judged.touched / 60)


def test_waiting_at_night_is_the_calendars(house: House, tmp_path: Path) -> None:
    case = by_hand(house)
    feeding.catch_up(folder=tmp_path, now=house.now)
    judged = next(act for act in story(tmp_path, case) if act.activity == "answered: plausible")
    assert judged.closed is not None
    assert judged.waited is not None
    assert 0 < judged.closed < judged.waited


def test_a_case_that_nobody_touched_went_straight_through(house: House, tmp_path: Path) -> None:
    house.open(account="A-1", amount="80 EUR")
    by_hand(house)
    feeding.catch_up(folder=tmp_path, now=house.now)
    straight, contacts = (reckoned(tmp_path).told[key] for key in ("straight_through", "first_contact"))
    assert straight is not None
    assert contacts is not None
    assert (straight.value, straight.count) == (0.5, 2)
    assert contacts.value == 1.0


def test_values_that_name_nobody_are_kept_to_filter_by_and_no_others(house: House, tmp_path: Path) -> None:
    case = by_hand(house)
    feeding.catch_up(folder=tmp_path, now=house.now)
    with looking.looked_at(tmp_path, "payout", own=True) as (connection, log):
        facts = dict(cases.facts_of(connection, log.log, case.reference))
    assert facts["channel"] == "portal"
    assert facts["outcome"] == "paid"
    assert not {"account", "amount", "plausible"} & set(facts), "plausible is hidden from the customer"
