"""Object-centric logs, as JSON and as SQLite: one object type is the case."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from pathlib import Path

import pytest

from backline.insight.logs.report import LogRefused
from tests.rooms.test_logs_tables import ROWS, refused, taken
from tests.rooms.test_logs_xes import EXPECTED

OBJECTS = {"A": "order", "B": "order", "i1": "item", "Ann": "employee", "Bob": "employee"}


def as_json(path: Path) -> None:
    events = [
        {
            "id": f"e{number}",
            "type": activity,
            "time": when,
            "attributes": [{"name": "price", "value": 3}],
            "relationships": [{"objectId": one, "qualifier": "of"} for one in (case, who) if one],
        }
        for number, (case, activity, when, who) in enumerate(ROWS)
    ]
    objects = [{"id": one, "type": kind, "attributes": []} for one, kind in OBJECTS.items()]
    path.write_text(json.dumps({"eventTypes": [], "objectTypes": [], "events": events, "objects": objects}))


def as_sqlite(path: Path) -> None:
    with closing(sqlite3.connect(path)) as made:
        made.executescript(
            "CREATE TABLE event (ocel_id TEXT, ocel_type TEXT); CREATE TABLE object (ocel_id TEXT, ocel_type TEXT);"
            "CREATE TABLE event_map_type (ocel_type TEXT, ocel_type_map TEXT);"
            "CREATE TABLE event_object (ocel_event_id TEXT, ocel_object_id TEXT, ocel_qualifier TEXT);"
            "CREATE TABLE event_Ask (ocel_id TEXT, ocel_time TIMESTAMP, price REAL);"
            "CREATE TABLE event_Check (ocel_id TEXT, ocel_time TIMESTAMP);"
            "INSERT INTO event_map_type VALUES ('ask', 'Ask'), ('check', 'Check');"
        )
        made.executemany("INSERT INTO object VALUES (?, ?)", OBJECTS.items())
        for number, (case, activity, when, who) in enumerate(ROWS):
            made.execute("INSERT INTO event VALUES (?, ?)", (f"e{number}", activity))
            values = (f"e{number}", when, 3.0)[: 3 if activity == "ask" else 2]
            made.execute(f"INSERT INTO event_{activity} VALUES ({', '.join('?' * len(values))})", values)
            for one in filter(None, (case, who)):
                made.execute("INSERT INTO event_object VALUES (?, ?, 'of')", (f"e{number}", one))
        made.commit()


@pytest.mark.parametrize("make", [as_json, as_sqlite])
def test_the_case_is_guessed_and_people_are_resources(tmp_path: Path, make) -> None:  # type: ignore[no-untyped-def]
    path = tmp_path / "log.ocel"
    make(path)
    figures, report = taken(path)
    assert figures == EXPECTED
    assert report.notes[0] == "the object type that is the case was guessed: 'order' of order, employee"


def test_the_case_may_be_given_and_an_event_without_it_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.json"
    as_json(path)
    figures, report = taken(path, case="employee")
    assert (figures.events, figures.cases) == (4, 2)
    assert refused(report) == [(0, "an event without a case: it touches no 'employee' (event 4, 'e3')")]
    with pytest.raises(LogRefused, match="no object type 'boat'; there are 'order', 'employee'"):
        taken(path, case="boat")


def test_other_json_and_other_sqlite_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "log.json"
    path.write_text('{"events": 1}')
    with pytest.raises(LogRefused, match="not OCEL"):
        taken(path)
    path.write_text('{"events": [')
    with pytest.raises(LogRefused, match="broken"):
        taken(path)
    path.unlink()
    with closing(sqlite3.connect(path)) as made:
        made.execute("CREATE TABLE other (x)")
        made.commit()
    with pytest.raises(LogRefused, match="not OCEL"):
        taken(path)
