"""Queues that are played again: more people keep more, more requests keep less, and the same seed tells the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from random import Random

import pytest

from backline.engine.calendars import Calendar
from backline.insight.acts.reckoning import Rates
from backline.insight.simulating.answering import check, fit, outlook
from backline.insight.simulating.hours import Hours, hours_of
from backline.insight.simulating.recipes import Office, Recipe, Step
from backline.insight.simulating.running import ALL, Change, run
from backline.insight.simulating.silos import silos
from backline.insight.simulating.staff import Colleague, Shifts

HOUR = 3600.0
DAYS = [number * 8 * HOUR for number in range(10_000)]
ALWAYS = Hours(DAYS, [8 * HOUR] * len(DAYS), DAYS)
"""Doors that never close: the arithmetic of queues is seen undisturbed"""
PROMISE, JUDGE = "card/answer", ("card", "judge")
MONDAY = datetime(2026, 3, 2, tzinfo=UTC)


def colleague(key: str = "ada", *, teams: str = "desk", skills: str = "", shifts: Shifts | None = None) -> Colleague:
    return Colleague(
        key=key,
        teams=frozenset(teams.split()),
        skills=frozenset(skills.split()),
        hours=shifts or Shifts(ALWAYS),
    )


def case(came: float, *steps: Step, key: str = "card", took: float = 1.0) -> Recipe:
    """What is promised is there when the last step is done."""
    name = f"{key}/answer"
    last = replace(steps[-1], meets=(name,))
    return Recipe(type_key=key, came=came, steps=(*steps[:-1], last), starts=(name,), took={name: took})


def office(count: int = 240, *, every_h: float = 1.25, work_h: float = 1.0, given_h: float = 2.0) -> Office:
    """One person, a request every hour and a quarter, an hour of work each, and a customer who takes half an hour."""
    recipes, free = [], 0.0
    for number in range(count):
        came = number * every_h * HOUR + (number % 7) * 900
        ready = came + HOUR / 2
        waited = max(free - ready, 0.0)
        free = ready + waited + work_h * HOUR
        papers = Step(what="papers", team="", seconds=HOUR / 2, paused=frozenset({PROMISE}))
        judge = Step(what="judge", team="desk", seconds=work_h * HOUR, waited=waited)
        recipes.append(case(came, papers, judge, took=waited + work_h * HOUR))
    return Office(recipes=tuple(recipes), staff=(colleague(),), given={PROMISE: given_h * HOUR}, hours=ALWAYS)


def test_one_queue_waits_as_the_formula_says() -> None:
    chance, at, recipes = Random(3), 0.0, []
    for _number in range(6000):
        at += chance.expovariate(0.7) * HOUR
        recipes.append(case(at, Step(what="w", team="desk", seconds=chance.expovariate(1.0) * HOUR)))
    here = Office(recipes=tuple(recipes), staff=(colleague(),), given={PROMISE: 1.0}, hours=ALWAYS)
    ran = run(here, Change(), share={}, seed=1)
    assert ran.waited["desk"] / HOUR == pytest.approx(0.7 / (1 - 0.7), rel=0.15), "M/M/1: rho / (1 - rho) services"
    assert ran.busy["desk"] == pytest.approx(0.7, rel=0.05)


def test_the_same_seed_tells_the_same_and_another_one_another() -> None:
    here = office()
    one, same, other = (run(here, Change(volume={ALL: 1.5}), share={}, seed=seed).took for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_more_people_keep_more_and_more_requests_keep_less() -> None:
    here = office(work_h=1.2)
    changes = (
        Change(volume={"card": 2.0}), Change(), Change(more={"desk": 1}), Change(automatic={JUDGE: 1.0}),
    )  # fmt: skip
    twice, now, more, by_itself = (outlook(here, one, share={"desk": 1.0}) for one in changes)
    kept = [one.promises[PROMISE].kept.value for one in (twice, now, more, by_itself)]
    assert kept == sorted(kept)
    assert kept[0] < kept[1] < kept[2]
    assert kept[3] == 1.0
    assert twice.busy["desk"].value > now.busy["desk"].value > more.busy["desk"].value


def test_the_share_of_the_day_is_found_from_how_long_the_queue_was() -> None:
    here = office()
    longer = [replace(one, steps=(one.steps[0], replace(one.steps[1], waited=100 * HOUR))) for one in here.recipes]
    assert fit(here)["desk"] >= 0.85
    assert fit(replace(here, recipes=tuple(longer)))["desk"] < fit(here)["desk"]


def test_the_model_is_checked_on_requests_that_it_was_not_fitted_to() -> None:
    found = check(office())[PROMISE]
    assert found.cases == 120
    assert found.simulated.kept.value == pytest.approx(found.real_kept, abs=0.15)
    assert check(office(20)) == {}


def test_the_map_names_the_step_that_breaks_promises_and_what_it_costs() -> None:
    here = office(work_h=1.2)
    now = outlook(here, Change(), share={"desk": 1.0}, runs=3).promises[PROMISE].kept.value
    (judge,) = silos(here, PROMISE, {"desk": 1.0}, rates=Rates(hour=50, teams={"desk": 60}), kept=now)
    assert (judge.what, judge.team) == ("judge", "desk")
    assert judge.broken > 0
    assert judge.automatic.value == 1.0
    assert judge.more_a_month > 0
    months = (here.recipes[-1].came - here.recipes[0].came) / 86_400 / 30.4
    assert judge.money is not None
    assert judge.money.value == pytest.approx(240 * 1.2 * 60 / months)
    assert silos(here, PROMISE, {"desk": 1.0}, rates=Rates(), kept=now)[0].money is None


def test_requests_of_one_type_wait_for_those_of_another_that_need_the_same_team() -> None:
    here = office(work_h=1.1)
    others = [
        case(one.came + 600, Step(what="call", team="desk", seconds=HOUR), key="fault") for one in here.recipes[::6]
    ]
    both = replace(here, recipes=tuple(sorted((*here.recipes, *others), key=lambda one: one.came)))
    alone, shared = (run(one, Change(), share={}, seed=3).waited["desk"] for one in (here, both))
    assert shared > alone
    fewer = run(both, Change(volume={"fault": 0.0}), share={}, seed=3)
    assert "fault/answer" not in fewer.took
    assert fewer.waited["desk"] < shared


def test_only_who_may_judge_it_takes_a_task() -> None:
    steps = [case(n * 10 * HOUR, Step(what="j", team="desk", seconds=HOUR, skill="law")) for n in range(30)]
    staff = (colleague("ada"), colleague("ben", skills="law"))
    here = Office(recipes=tuple(steps), staff=staff, given={PROMISE: HOUR}, hours=ALWAYS)
    assert run(here, Change(), share={}, seed=1).busy["desk"] == pytest.approx(0.05, abs=0.01), "one of two works"
    assert run(here, Change(more={"desk": -1}), share={}, seed=1).took[PROMISE], "the one who is left can do it"


def test_nobody_works_at_night_or_while_away_and_the_task_waits_until_they_are_back() -> None:
    calendar = Calendar(zone="UTC", opens=time(9), closes=time(17))
    hours = hours_of(calendar, first=MONDAY, last=MONDAY + timedelta(days=7))
    came = (MONDAY + timedelta(hours=16)).timestamp()
    here = Office(
        recipes=(case(came, Step(what="j", team="desk", seconds=2 * HOUR)),),
        staff=(colleague(shifts=Shifts(hours)),),
        given={PROMISE: HOUR}, hours=hours, wall=frozenset({PROMISE}),
    )  # fmt: skip
    assert run(here, Change(), share={}, seed=1).took[PROMISE] == (18 * HOUR,), "an hour today, one tomorrow at nine"
    tuesday = tuple(hours.read((MONDAY + timedelta(days=n)).timestamp()) for n in (0, 2))
    away = replace(here, staff=(colleague(shifts=Shifts(hours, ((tuesday[0], tuesday[1]),))),))
    assert run(away, Change(), share={}, seed=1).took[PROMISE] == ((24 + 17 + 2 - 16 + 16) * HOUR,), "from Wednesday on"


def test_the_hours_count_what_lies_within_them_and_tell_when() -> None:
    calendar = Calendar(zone="UTC", opens=time(9), closes=time(17), holidays=frozenset({date(2026, 3, 3)}))
    hours = hours_of(calendar, first=MONDAY, last=MONDAY + timedelta(days=7))
    monday, thursday = (MONDAY + timedelta(days=n, hours=13) for n in (0, 3))
    assert hours.read(thursday.timestamp()) - hours.read(monday.timestamp()) == 16 * HOUR
    evening = (MONDAY + timedelta(hours=20)).timestamp()
    assert hours.when(hours.read(evening)) == (MONDAY + timedelta(days=2, hours=9)).timestamp()
    assert hours.day == 8 * HOUR
