"""Curves, strata and dates, on times whose truth is known."""

from __future__ import annotations

from datetime import UTC, datetime, time

import numpy as np
import pytest

from backline.engine.calendars import Calendar
from backline.insight.forecasting import calibrating, strata, trees
from backline.insight.forecasting.backtesting import backtest
from backline.insight.forecasting.baselines import annotated, mean_by_step
from backline.insight.forecasting.clocks import WallClock, WorkingClock, moment
from backline.insight.forecasting.following import History, stretched_in_time
from backline.insight.forecasting.looks import Looks
from backline.insight.forecasting.of_logs import NUMBERS_OF_THE_CASE, LogLooks
from backline.insight.forecasting.survival import kaplan_meier

REMISSION = "6 6 6 6+ 7 9+ 10 10+ 11+ 13 16 17+ 19+ 20+ 22 23 25+ 32+ 32+ 34+ 35+"
"""Weeks in remission under 6-MP (E. Freireich et al., 1963), the example of every textbook; + was still in remission"""


def looks(took: np.ndarray, *, reached: np.ndarray | None = None, key: str = "a", every_s: float = 100.0) -> Looks:
    """One look at each case, one after the other."""
    at = np.arange(len(took)) * every_s
    keys = [np.array([name] * len(took), dtype=object) for name in (key, "any")]
    done = np.ones(len(took), dtype=bool) if reached is None else reached
    return Looks(case=np.arange(len(took)), at=at, until=at + took, reached=done, keys=keys, start=at)


def test_the_curve_is_the_one_of_the_textbook() -> None:
    told = REMISSION.split()
    curve = kaplan_meier(
        np.array([float(one.rstrip("+")) for one in told]), np.array([not one.endswith("+") for one in told])
    )
    shown = {week: round(curve.over(week), 3) for week in (5, 6, 7, 10, 13, 16, 22, 23, 30)}
    assert shown == {5: 1.0, 6: 0.857, 7: 0.807, 10: 0.753, 13: 0.69, 16: 0.627, 22: 0.538, 23: 0.448, 30: 0.448}
    assert curve.quantile(0.5) == 23
    assert curve.quantile(0.9) is None, "nobody has seen that"


def test_what_takes_no_time_counts_as_done() -> None:
    curve = kaplan_meier(np.array([0.0, 0.0, 0.0, 5.0]), np.ones(4, dtype=bool))
    assert curve.by(1.0) == pytest.approx(0.75)
    assert curve.quantile(0.5) == 0.0


def test_a_case_that_has_waited_is_compared_with_those_that_waited_as_long() -> None:
    curve = kaplan_meier(np.array([1.0] * 90 + [100.0] * 10), np.ones(100, dtype=bool))
    assert curve.quantile(0.5) == 1.0
    assert curve.quantile(0.5, given=2.0) == 100.0
    assert curve.by(50.0, given=2.0) == 0.0


def test_what_still_runs_makes_the_forecast_longer_than_what_has_ended() -> None:
    chance = np.random.default_rng(3)
    took, watched = chance.exponential(100.0, 2000), chance.uniform(0, 150.0, 2000)
    reached = took <= watched
    ended_only = np.median(took[reached])
    median = kaplan_meier(np.minimum(took, watched), reached).quantile(0.5)
    assert median == pytest.approx(100 * np.log(2), rel=0.08)
    assert ended_only < 0.75 * 100 * np.log(2)


def test_a_stratum_with_too_few_cases_falls_back_to_a_coarser_one() -> None:
    many, few = looks(np.full(60, 10.0), key="many"), looks(np.full(3, 99.0), key="few")
    keys = [np.concatenate([one, other]) for one, other in zip(many.keys, few.keys, strict=True)]
    both = Looks(
        case=np.arange(63), at=np.zeros(63), until=np.concatenate([many.until - many.at, few.until - few.at]),
        reached=np.ones(63, dtype=bool), keys=keys, start=np.zeros(63),
    )  # fmt: skip
    model = strata.fit(both, WallClock())
    fine, coarse = model.alike(("many", "any")), model.alike(("few", "any"))
    assert (fine and fine.level, coarse and coarse.level) == (0, 1)
    assert model.alike(("few", "unheard of")) is None


def test_dates_are_kept_in_nine_of_ten_although_the_work_gets_slower() -> None:
    chance = np.random.default_rng(5)
    pace = np.where(np.arange(3000) < 1800, 1000.0, 2500.0)
    result, stretch = backtest(looks(chance.exponential(pace)), WallClock())
    assert result is not None
    assert 0.9 <= result.covered <= 0.98
    assert stretch > 1.05
    assert result.error_s < 2500


def test_a_steady_past_needs_hardly_any_stretching() -> None:
    result, stretch = backtest(looks(np.random.default_rng(6).exponential(500.0, 3000)), WallClock())
    assert result is not None
    assert result.covered == pytest.approx(0.95, abs=0.03)
    assert 0.85 < stretch < 1.8


def test_the_stretch_counts_in_what_still_runs() -> None:
    foretold, took = np.full(100, 1000.0), np.full(100, 500.0)
    reached = np.arange(100) < 50
    slow = np.where(reached, took, 4000.0)
    assert calibrating.stretch(foretold, slow, reached, 0.9) == calibrating.MOST
    assert calibrating.stretch(foretold, took, np.ones(100, dtype=bool), 0.9) == calibrating.LEAST


def test_working_time_passes_only_while_the_doors_are_open() -> None:
    calendar = Calendar(zone="UTC", opens=time(9), closes=time(17))
    friday, monday = datetime(2026, 11, 20, 16, tzinfo=UTC), datetime(2026, 11, 23, 10, tzinfo=UTC)
    clock = WorkingClock(calendar, first=friday, last=monday)
    readings = clock.read(np.array([friday.timestamp(), monday.timestamp()]))
    assert readings[1] - readings[0] == 2 * 3600
    assert moment(float(clock.when(readings[:1] + 2 * 3600)[0])) == monday
    saturday = datetime(2026, 11, 21, 12, tzinfo=UTC).timestamp()
    weekend = clock.when(clock.read(np.array([saturday])))
    assert moment(float(weekend[0])) == datetime(2026, 11, 23, 9, tzinfo=UTC), "there when the doors open again"


def looks_of(at: np.ndarray, took: np.ndarray) -> LogLooks:
    """One look at each of so many cases of one kind."""
    count = len(at)
    return LogLooks(
        case=np.arange(count),
        at=at,
        until=at + took,
        reached=np.ones(count, dtype=bool),
        words=np.ones((count, 6), dtype=np.int64),
        numbers=np.zeros((count, NUMBERS_OF_THE_CASE + 1)),
    )


def test_dates_follow_a_house_that_gets_quicker_and_one_that_gets_slower() -> None:
    chance = np.random.default_rng(3)
    for change in (0.3, 2.5):
        at = np.sort(chance.uniform(0, 300 * 86_400, 3000))
        took = chance.lognormal(0, 0.6, 3000) * 86_400 * np.linspace(1, change, 3000)
        known, asked = looks_of(at, took).where(at < at[1500]), looks_of(at, took).where(at >= at[1500])
        history = History(known.at, np.full(1500, 2.2 * 86_400), known.until - known.at, known.reached)
        sure = stretched_in_time(history, asked, np.full(1500, 2.2 * 86_400), 0.92)
        assert 0.89 <= (asked.until - asked.at <= sure).mean() <= 0.95


def test_a_date_uses_nothing_that_came_after_it() -> None:
    chance = np.random.default_rng(4)
    at, took = np.sort(chance.uniform(0, 1e7, 1000)), chance.lognormal(11, 0.5, 1000)
    history = History(at[:500], np.full(500, 1e5), took[:500], np.ones(500, dtype=bool))
    middle = at[750]
    otherwise = np.where(at + took >= middle, 50 * took, took)
    said = [
        stretched_in_time(history, looks_of(at[500:], one[500:]), np.full(500, 1e5), 0.9) for one in (took, otherwise)
    ]
    before = at[500:] < middle
    assert (said[0][before] == said[1][before]).all()
    assert (said[0] != said[1]).any()


def test_of_models_that_are_as_good_the_simplest_is_taken() -> None:
    errors = dict.fromkeys(trees.SIMPLEST, 2.0)
    assert trees._simplest(errors) == "alike cases that ended"
    assert trees._simplest({**errors, trees.MEAN: 1.0}) == trees.MEAN
    assert trees._simplest({**errors, trees.MEAN: 1.99}) == "alike cases that ended"


def test_the_baselines_tell_the_mean_of_what_was_alike() -> None:
    looks = looks_of(np.arange(4.0), np.array([1.0, 3.0, 10.0, 20.0]))
    looks.words[2:, 0] = 2
    looks.numbers[3, NUMBERS_OF_THE_CASE] = 1
    assert mean_by_step(looks)(looks).tolist() == [2.0, 2.0, 15.0, 15.0]
    assert annotated(looks)(looks).tolist() == [2.0, 2.0, 10.0, 20.0]
