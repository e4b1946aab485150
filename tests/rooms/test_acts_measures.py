"""Measures with how sure they are: intervals, changes, and the same expression on every database."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime

import ibis
import ibis.expr.types as ir
import pytest

from backline.insight.acts import intervals, measures, reckoning, scoring, tables
from backline.insight.acts.choosing import Chosen
from backline.insight.acts.intervals import PROBABILITIES, Estimate

SOME = Chosen(log=1, since=datetime(2025, 2, 1, tzinfo=UTC), facts={"channel": "post"}, team=2, channel=1, ended=3)
RATES: tuple[float, dict[int, float], dict[int, float]] = (40.0, {2: 50.0}, {1: 6.5})
EVERY: dict[str, Callable[[], ir.Table]] = {
    "nodes": lambda: measures.nodes(SOME.acts()),
    "times": lambda: measures.times(measures.one_in(SOME.acts(), 7)),
    "edges": lambda: measures.edges(measures.shown(measures.parted(SOME.acts(), [1, 2]), [1, 2])),
    "edges that stand": lambda: measures.edges(measures.whole(SOME.acts(), [1, 2])),
    "between": lambda: measures.between(SOME.acts()),
    "waits": lambda: measures.waits_by_cause(SOME.acts()),
    "behind": lambda: measures.behind(SOME.acts(), SOME.cases()),
    "scores": lambda: scoring.scores(tables.acts(), tables.tallies(), tables.promises()),
    "whole": lambda: reckoning.measured(SOME),
    "by month": lambda: reckoning.measured(SOME, by="month", costs=reckoning.costs(SOME, RATES)),
    "by team": lambda: reckoning.measured(SOME, by="team"),
}


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_every_measure_of_acts_compiles_for_the_embedded_store_and_for_postgresql(name: str, dialect: str) -> None:
    assert "SELECT" in str(ibis.to_sql(EVERY[name](), dialect=dialect))


def test_a_share_has_wilsons_interval() -> None:
    told = intervals.share(8, 10)
    assert told is not None
    assert (told.value, told.low, told.high) == (0.8, pytest.approx(0.490, abs=0.001), pytest.approx(0.943, abs=0.001))
    none = intervals.share(0, 20)
    assert none is not None
    assert (none.low, none.high) == (0.0, pytest.approx(0.161, abs=0.001))
    assert intervals.share(0, 0) is None


def test_a_median_lies_between_order_statistics_and_few_values_say_nothing() -> None:
    values = [100 * one for one in PROBABILITIES]
    told = intervals.quantile(0.5, values, 100)
    assert told is not None
    assert told.low is not None
    assert told.high is not None
    assert told.low <= 40.2 < told.value == 50 < 59.8 <= told.high
    few = intervals.quantile(0.5, values, 4)
    assert few is not None
    assert few.low is few.high is None


def test_what_never_happened_may_still_happen() -> None:
    told = intervals.mean(0.0, 0.0, 300)
    assert told is not None
    assert (told.value, told.high) == (0.0, 0.01)


def test_a_change_is_sure_only_where_chance_does_not_explain_it() -> None:
    before = Estimate(value=0.50, low=0.45, high=0.55, count=400)
    same = Estimate(value=0.53, low=0.48, high=0.58, count=400)
    better = Estimate(value=0.65, low=0.60, high=0.70, count=400)
    assert not intervals.is_sure(intervals.difference(same, before))
    change = intervals.difference(better, before)
    assert change is not None
    assert change.value == pytest.approx(0.15)
    assert intervals.is_sure(change)
    assert intervals.difference(better, None) is None
