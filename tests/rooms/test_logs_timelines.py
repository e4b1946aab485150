"""Backline's own timelines in the store of logs: the same measures, made again at any time."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import duckdb
import pytest

from backline.cases.asserting import assert_facts
from backline.cases.models import Case
from backline.insight.acts.feeding import rebuild
from tests.rooms.cases_house import House
from tests.rooms.cases_house import house as house

pytestmark = pytest.mark.django_db


def steps(folder: Path) -> list[tuple[str, str, str | None]]:
    """Case, activity and resource in order."""
    with duckdb.connect(str(folder / "insight.duckdb"), read_only=True) as store:
        return store.execute(
            "SELECT c.name, a.name, r.name FROM steps s JOIN cases c USING (log, case_number) "
            "JOIN words a ON a.log = s.log AND a.kind = 'activity' AND a.number = s.activity "
            "LEFT JOIN words r ON r.log = s.log AND r.kind = 'resource' AND r.number = s.resource "
            "ORDER BY case_number, position"
        ).fetchall()


def test_a_case_becomes_steps_of_its_people_and_systems(house: House, tmp_path: Path) -> None:
    case = house.open(account="A-1", amount="80 EUR")
    (told,) = rebuild(folder=tmp_path, now=house.now)
    found = [(activity, who) for _name, activity, who in steps(tmp_path)]
    assert found[0] == ("opened", "customer")
    assert ("told", "customer") in found
    assert ("done: pay", "system:backline") in found
    assert found[-1][0].startswith("ended: ") or Case.objects.get(pk=case.pk).state == "open"
    assert (told.name, told.figures.cases, told.figures.events) == ("payout", 1, len(found))
    assert told.figures.median_days == pytest.approx(0, abs=0.001)


def test_the_time_that_passed_is_the_lead_time_and_making_again_tells_the_same(house: House, tmp_path: Path) -> None:
    case = house.open(account="A-1")
    house.pass_time(days=2)
    assert_facts(case=case, by=house.ann, channel="portal", facts={"amount": "80 EUR"}, now=house.now)
    house.open(account="A-2", amount="1 EUR")
    (first,) = rebuild(folder=tmp_path, now=house.now)
    (again,) = rebuild(folder=tmp_path, now=house.now + timedelta(days=1))
    assert first.figures == again.figures
    assert first.figures.cases == 2
    assert first.figures.mean_days == pytest.approx(1.0, abs=0.001)


def test_no_value_of_a_fact_and_no_name_of_a_customer_is_copied(house: House, tmp_path: Path) -> None:
    house.open(account="A-1", amount="80 EUR")
    rebuild(folder=tmp_path, now=house.now)
    with duckdb.connect(str(tmp_path / "insight.duckdb"), read_only=True) as store:
        words = store.execute("SELECT name FROM words UNION ALL SELECT value FROM facts").fetchall()
    assert not {"A-1", "80", "Ann", house.ann.id} & {word for (word,) in words}


def test_a_type_without_cases_leaves_the_store(house: House, tmp_path: Path) -> None:
    case = house.open(account="A-1")
    rebuild(folder=tmp_path, now=house.now)
    Case.objects.filter(pk=case.pk).update(type_key="renamed")
    (told,) = rebuild(folder=tmp_path, now=house.now)
    assert told.name == "renamed"
    with duckdb.connect(str(tmp_path / "insight.duckdb"), read_only=True) as store:
        assert store.execute("SELECT name FROM logs").fetchall() == [("renamed",)]
        assert store.execute("SELECT open FROM cases").fetchall() == [(True,)]
