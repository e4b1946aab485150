"""Measures of a log, computed in one place and compiled for every database."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pytest

from backline.insight.logs import measures, store
from backline.insight.logs.asking import ask, ask_in_words
from backline.insight.logs.choosing import Choice
from tests.rooms.test_logs_tables import table, taken
from tests.rooms.test_logs_xes import event, log, trace

HEADER = ("case", "activity", "time", "resource", "team")
ROWS = [
    ("A", "ask", "2025-01-01T00:00Z", "Ann", "front"),
    ("A", "check", "2025-01-01T02:00Z", "Bob", "back"),
    ("A", "ask", "2025-01-01T03:00Z", "Ann", "front"),
    ("A", "check", "2025-01-03T00:00Z", "Bob", "back"),
    ("B", "ask", "2025-02-01T00:00Z", "Ann", "front"),
    ("B", "check", "2025-02-01T04:00Z", "", "back"),
    ("C", "ask", "2025-02-02T00:00Z", "Bob", "front"),
    ("C", "pay", "2025-02-05T00:00Z", "Bob", "front"),
]
EVERY = {
    "figures": lambda c: measures.figures(c.steps(), c.cases()),
    "edges": lambda c: measures.edges(c.steps()),
    "lead time": lambda c: measures.lead_time(c.cases()),
    "lead time by period": lambda c: measures.lead_time_by_period(c.cases(), "month"),
    "lead time by fact": lambda c: measures.lead_time_by_fact(c.cases(), c.told(), "channel"),
    "waits": lambda c: measures.waits(c.steps()),
    "waits by fact": lambda c: measures.waits_by_fact(c.steps(), c.told(), "team"),
    "handovers": lambda c: measures.handovers(c.steps()),
    "ping-pong": lambda c: measures.ping_pong(c.steps()),
    "rework": lambda c: measures.rework(c.steps()),
    "variants": lambda c: measures.variants(c.cases()),
}
ALL = Choice(log=1)


@pytest.fixture
def kept(tmp_path: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    path = tmp_path / "log.csv"
    path.write_text(table(ROWS, header=HEADER))
    taken(path)
    with store.opened(tmp_path) as connection:
        yield connection


def told(kept: duckdb.DuckDBPyConnection, name: str, choice: Choice = ALL) -> list[dict[str, Any]]:
    return ask_in_words(kept, EVERY[name](choice), log=1)


def test_lead_time_is_from_the_first_to_the_last_step(kept: duckdb.DuckDBPyConnection) -> None:
    (row,) = told(kept, "lead time")
    assert row == {"cases": 3, "median_days": 2.0, "mean_days": pytest.approx(31 / 18), "p90_days": pytest.approx(2.8)}


def test_a_case_belongs_to_the_period_in_which_it_started(kept: duckdb.DuckDBPyConnection) -> None:
    months = [(row["period"].month, row["cases"], row["median_days"]) for row in told(kept, "lead time by period")]
    assert months == [(1, 1, 2.0), (2, 2, pytest.approx((1 / 6 + 3) / 2))]


def test_waits_are_counted_before_each_step_and_by_its_team(kept: duckdb.DuckDBPyConnection) -> None:
    waits = {row["activity"]: (row["times"], row["median_hours"], row["all_hours"]) for row in told(kept, "waits")}
    assert waits == {"pay": (1, 72.0, 72.0), "check": (3, 4.0, 51.0), "ask": (1, 1.0, 1.0)}
    teams = {row["value"]: (row["times"], row["median_hours"]) for row in told(kept, "waits by fact")}
    assert teams == {"back": (3, 4.0), "front": (2, 36.5)}


def test_a_handover_needs_two_people_who_are_known_and_ping_pong_the_way_back(kept: duckdb.DuckDBPyConnection) -> None:
    pairs = [(row["resource_before"], row["resource"], row["times"]) for row in told(kept, "handovers")]
    assert pairs == [("Ann", "Bob", 2), ("Bob", "Ann", 1)]
    back = [(row["resource_before"], row["resource"], row["times"], row["cases"]) for row in told(kept, "ping-pong")]
    assert back == [("Ann", "Bob", 1, 1), ("Bob", "Ann", 1, 1)] or back == [("Bob", "Ann", 1, 1), ("Ann", "Bob", 1, 1)]


def test_rework_is_an_activity_that_comes_again_in_its_case(kept: duckdb.DuckDBPyConnection) -> None:
    found = [(row["activity"], row["cases"], row["repeating"], row["again"]) for row in told(kept, "rework")]
    assert sorted(found) == [("ask", 3, 1, 1), ("check", 2, 1, 1)]


def test_variants_and_edges_count_cases(kept: duckdb.DuckDBPyConnection) -> None:
    assert sorted(row["cases"] for row in told(kept, "variants")) == [1, 1, 1]
    edges = {(row["activity_before"], row["activity"]): (row["times"], row["cases"]) for row in told(kept, "edges")}
    assert edges == {("ask", "check"): (3, 2), ("check", "ask"): (1, 1), ("ask", "pay"): (1, 1)}


def test_a_choice_of_a_period_holds_for_steps_and_cases(kept: duckdb.DuckDBPyConnection) -> None:
    february = Choice(log=1, since=datetime(2025, 2, 1, tzinfo=UTC), until=datetime(2025, 2, 2, tzinfo=UTC))
    (row,) = told(kept, "figures", february)
    assert (row["events"], row["cases"], row["handovers"]) == (2, 1, 0)


def test_a_choice_by_a_fact_holds_for_steps_and_cases(tmp_path: Path) -> None:
    post = '<string key="channel" value="post"/>'
    path = tmp_path / "log.xes"
    path.write_text(log(trace("A", event("ask", 1), event("pay", 3)), trace("B", post, event("ask", 1))))
    taken(path)
    with store.opened(tmp_path) as connection:
        (row,) = ask(connection, EVERY["figures"](Choice(log=1, facts={"channel": "post"})))
        assert (row["events"], row["cases"]) == (1, 1)
        (row,) = ask(connection, EVERY["lead time by fact"](ALL))
        assert (row["value"], row["cases"], row["median_days"]) == ("post", 1, 0.0)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("dialect", ["duckdb", "postgres"])
def test_every_measure_compiles_for_the_embedded_store_and_for_postgresql(name: str, dialect: str) -> None:
    choice = Choice(log=1, since=datetime(2025, 2, 1, tzinfo=UTC), facts={"channel": "post"})
    assert "SELECT" in str(ibis.to_sql(EVERY[name](choice), dialect=dialect))
