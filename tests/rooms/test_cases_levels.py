"""Authority: a task may ask for a level, and nobody decides above theirs, by whatever door."""

from __future__ import annotations

from dataclasses import replace

import pytest

from backline.cases.answering import answer_want
from backline.cases.asserting import assert_facts
from backline.cases.models import Case, Want
from backline.cases.refusals import FactsRefused, NotAllowed, NotOpen
from backline.cases.settling import settle_conflict
from backline.cases.working import hand_over, take_task
from backline.insight import worklists
from backline.people import staffing
from backline.people.actors import SYSTEM, Actor, of_staff
from backline.people.levels import Level, LevelRefused, read_level, suffices
from tests.rooms.cases_house import House

pytestmark = pytest.mark.django_db

GRANT = """
case: grant
title: Get a grant
for: customer
owner: desk
roles: {customer: {label: You}}
facts:
  amount: {label: How much?, type: money, ask: customer}
  agreed:
    label: Do we give it?
    type: yes/no
    work: {team: desk, level: amount, shows: [amount]}
outcomes:
  given: {when: agreed}
  otherwise: {}
"""


@pytest.fixture
def bureau(house: House) -> House:
    house.publish(GRANT)
    return house


def opened(house: House, amount: str = "2000 EUR") -> tuple[Case, Want]:
    case = house.open("grant", amount=amount)
    return case, Want.objects.get(case=case, fact="agreed")


def worker(house: House, level: str = "", *, name: str = "worker") -> Actor:
    return replace(house.actor(name), levels=frozenset({("desk", level)} if level else ()))


def test_a_task_keeps_the_level_that_it_needs(bureau: House) -> None:
    assert opened(bureau)[1].level == "2000.00 EUR"


@pytest.mark.parametrize("level", ["", "1999.99 EUR", "9", "5000 USD"])
def test_nobody_takes_or_answers_a_task_above_their_level(bureau: House, level: str) -> None:
    _case, want = opened(bureau)
    by = worker(bureau, level)
    with pytest.raises(NotAllowed, match="needs level €2,000"):
        take_task(want=want, by=by, now=bureau.now)
    with pytest.raises(NotAllowed, match="needs level"):
        answer_want(want=want, by=by, channel="workbench", value="yes", now=bureau.now)


def test_whoever_has_the_level_decides(bureau: House) -> None:
    _case, want = opened(bureau)
    by = worker(bureau, "2000 EUR")
    take_task(want=want, by=by, now=bureau.now)
    assert answer_want(want=want, by=by, channel="workbench", value="yes", now=bureau.now).case.outcome == "given"


def test_nobody_decides_above_their_level_by_stating_the_fact(bureau: House) -> None:
    case, _want = opened(bureau)
    with pytest.raises(FactsRefused, match=r"needs level €2,000\.00; yours is €100\.00"):
        assert_facts(
            case=case, by=worker(bureau, "100 EUR"), channel="workbench", facts={"agreed": "yes"}, now=bureau.now
        )


def test_nobody_lowers_the_amount_and_decides_in_one_go_above_their_level(bureau: House) -> None:
    case, _want = opened(bureau, amount="50 EUR")
    told = {"amount": "9000 EUR", "agreed": "yes"}
    with pytest.raises(FactsRefused, match=r"9,000\.00"):
        assert_facts(case=case, by=worker(bureau, "100 EUR"), channel="workbench", facts=told, now=bureau.now)


def test_nobody_settles_a_disagreement_above_their_level(bureau: House) -> None:
    case, _want = opened(bureau)
    with pytest.raises(FactsRefused, match="needs level"):
        settle_conflict(case=case, by=worker(bureau, "100 EUR"), fact="agreed", value="yes", now=bureau.now)


def test_nobody_answers_a_disagreement_as_a_task_above_their_level(bureau: House) -> None:
    case, want = opened(bureau)
    two = [worker(bureau, "5000 EUR", name=name) for name in ("worker", "colleague")]
    for by, value in zip(two, ("yes", "no"), strict=True):
        told = {"case": case, "by": by, "channel": "workbench", "facts": {"agreed": value}, "now": bureau.now}
        assert_facts(**told, version=want.case.version)  # type: ignore[arg-type]
    settle = Want.objects.get(case=case, kind="settle", closed_at=None)
    low = worker(bureau, "100 EUR", name="leader")
    with pytest.raises(FactsRefused, match="needs level"):
        answer_want(want=settle, by=low, channel="workbench", value="yes", now=bureau.now)


def test_an_administrator_has_no_authority_that_nobody_gave(bureau: House) -> None:
    _case, want = opened(bureau)
    by = replace(worker(bureau), duties=frozenset({"worker", "administrator"}))
    with pytest.raises(NotAllowed, match="needs level"):
        answer_want(want=want, by=by, channel="workbench", value="yes", now=bureau.now)


def test_a_task_is_not_handed_to_a_colleague_below_its_level(bureau: House) -> None:
    _case, want = opened(bureau)
    junior = staffing.add_staff(by=SYSTEM, name="June", email="june@example.org", teams=["desk"], now=bureau.now)
    senior = staffing.add_staff(
        by=SYSTEM, name="Sena", email="sena@example.org", levels={"desk": "1000000 EUR"}, now=bureau.now
    )
    told = {"want": want, "by": worker(bureau), "context": "Above mine.", "now": bureau.now}
    with pytest.raises(NotOpen, match="June can't do this"):
        hand_over(to_actor=f"staff:{junior.pk}", **told)  # type: ignore[arg-type]
    assert hand_over(to_actor=f"staff:{senior.pk}", **told).taken_by == f"staff:{senior.pk}"  # type: ignore[arg-type]


def test_the_work_list_says_which_level_is_missing_and_offers_the_task_to_those_who_have_it(bureau: House) -> None:
    opened(bureau)
    low, high = worker(bureau, "100 EUR"), worker(bureau, "5000 EUR", name="colleague")
    rows = worklists.pressing_first(worklists.open_work(low), now=bureau.now)
    told = {by.id: worklists.lines(rows, by=by, language="en", now=bureau.now)[0].needs for by in (low, high)}
    assert told == {low.id: "needs level €2,000.00", high.id: ""}
    assert worklists.next_task(low, now=bureau.now) is None
    assert worklists.next_task(high, now=bureau.now) is not None


def test_a_colleague_acts_with_the_level_of_each_team(bureau: House) -> None:
    staff = staffing.add_staff(
        by=SYSTEM, name="Wendy", email="w@example.org", teams=["desk"], levels={"desk": "2"}, now=bureau.now
    )
    assert of_staff(staff).level_in("desk") == "2"
    staffing.give_level(by=SYSTEM, staff=staff, team="desk", level="5000 EUR")
    assert of_staff(staff).level_in("desk") == "5000.00 EUR"


def test_a_level_is_a_step_or_an_amount() -> None:
    assert read_level("5000 EUR").reaches(Level(number=read_level("10 EUR").number, currency="EUR"))
    assert not suffices("3", "unknown")
    with pytest.raises(LevelRefused, match="write a number"):
        read_level("boss")
