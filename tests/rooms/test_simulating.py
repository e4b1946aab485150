"""Queues that are played again: more people keep more, more requests keep less, and the same seed tells the same."""

from __future__ import annotations

import math

import pytest

from backline.insight.simulating.answering import check, fit, outlook
from backline.insight.simulating.recipes import Office, Recipe, Step
from backline.insight.simulating.running import Change, run
from backline.insight.simulating.silos import silos

HOUR, DAY = 3600.0, 8 * 3600.0


def office(count: int = 240, *, every_h: float = 1.25, work_h: float = 1.0) -> Office:
    """One person, a request every hour and a quarter, an hour of work each, and a customer who takes half an hour."""
    recipes, free = [], 0.0
    for number in range(count):
        came = number * every_h * HOUR + (number % 7) * 900
        ready = came + HOUR / 2
        waited = max(free - ready, 0.0)
        free = ready + waited + work_h * HOUR
        steps = (
            Step(what="papers", team="", seconds=HOUR / 2, counts=False),
            Step(what="judge", team="desk", seconds=work_h * HOUR, waited=waited),
        )
        recipes.append(Recipe(came=came, steps=steps, took=waited + work_h * HOUR))
    return Office(recipes=tuple(recipes), people={"desk": 1}, day=DAY)


def test_one_queue_waits_as_the_formula_says() -> None:
    from random import Random

    chance, at, recipes = Random(3), 0.0, []
    for _number in range(6000):
        at += chance.expovariate(0.7)
        recipes.append(Recipe(came=at, steps=(Step(what="w", team="t", seconds=chance.expovariate(1.0)),), took=1.0))
    ran = run(Office(recipes=tuple(recipes), people={"t": 1}, day=8.0), Change(), share={}, seed=1)
    assert ran.waited["t"] == pytest.approx(0.7 / (1 - 0.7), rel=0.15), "M/M/1: rho / (1 - rho) services"
    assert ran.busy["t"] == pytest.approx(0.7, rel=0.05)


def test_the_same_seed_tells_the_same_and_another_one_another() -> None:
    here = office()
    one, same, other = (run(here, Change(volume=1.5), share={}, seed=seed).took for seed in (1, 1, 2))
    assert one == same
    assert one != other


def test_more_people_keep_more_and_more_requests_keep_less() -> None:
    here = office(work_h=1.2)
    share = {"desk": 1.0}
    now = outlook(here, Change(), 2 * HOUR, share=share)
    more = outlook(here, Change(more={"desk": 1}), 2 * HOUR, share=share)
    twice = outlook(here, Change(volume=2.0), 2 * HOUR, share=share)
    by_itself = outlook(here, Change(automatic={"judge": 1.0}), 2 * HOUR, share=share)
    assert twice.kept.value < now.kept.value < more.kept.value <= by_itself.kept.value == 1.0
    assert twice.busy["desk"].value > now.busy["desk"].value > more.busy["desk"].value
    assert now.kept.low <= now.kept.value <= now.kept.high


def test_the_share_of_the_day_is_found_from_how_long_the_queue_was() -> None:
    from dataclasses import replace

    here = office()
    longer = tuple(replace(one, steps=(one.steps[0], replace(one.steps[1], waited=100 * HOUR))) for one in here.recipes)
    assert fit(here)["desk"] >= 0.85
    assert fit(replace(here, recipes=longer))["desk"] < fit(here)["desk"]


def test_the_model_is_checked_on_requests_that_it_was_not_fitted_to() -> None:
    found = check(office(), 2 * HOUR)
    assert found is not None
    assert found.cases == 120
    assert found.simulated.kept.value == pytest.approx(found.real_kept, abs=0.15)
    assert check(office(20), 2 * HOUR) is None
    assert math.isfinite(found.simulated.p90_s.value)


def test_the_map_names_the_step_that_breaks_promises() -> None:
    here = office(work_h=1.2)
    (judge,) = silos(here, 2 * HOUR, {"desk": 1.0})
    assert (judge.what, judge.team) == ("judge", "desk")
    assert judge.broken > 0
    assert judge.automatic.value == 1.0
    assert judge.quicker.value > outlook(here, Change(), 2 * HOUR, share={"desk": 1.0}, runs=5).kept.value
