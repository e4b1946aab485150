"""Orders the events of each case once, and notes for every step what came before it."""

from __future__ import annotations

import duckdb
import pyarrow as pa

from backline.insight.logs.batches import Batch

STAGES = """
CREATE OR REPLACE TEMP TABLE told (
    case_name VARCHAR, activity VARCHAR, resource VARCHAR, moment TIMESTAMP, lifecycle VARCHAR, place BIGINT);
CREATE OR REPLACE TEMP TABLE told_of_cases (case_name VARCHAR, key VARCHAR, value VARCHAR);
CREATE OR REPLACE TEMP TABLE told_of_events (place BIGINT, key VARCHAR, value VARCHAR);
"""
ARRANGE = """
CREATE OR REPLACE TEMP TABLE named AS
    SELECT row_number() OVER (ORDER BY min(place)) AS case_number, case_name FROM told GROUP BY case_name;
INSERT INTO words
    SELECT $log, 'activity', row_number() OVER (ORDER BY min(place)), activity FROM told GROUP BY activity;
INSERT INTO words
    SELECT $log, 'resource', row_number() OVER (ORDER BY min(place)), resource FROM told
    WHERE resource <> '' GROUP BY resource;
INSERT INTO words
    SELECT $log, 'lifecycle', row_number() OVER (ORDER BY min(place)), lifecycle FROM told
    WHERE lifecycle <> '' GROUP BY lifecycle;
CREATE OR REPLACE TEMP TABLE coded AS
    SELECT named.case_number, a.number AS activity, r.number AS resource, l.number AS lifecycle, moment, place
    FROM told JOIN named USING (case_name)
    JOIN words a ON a.log = $log AND a.kind = 'activity' AND a.name = told.activity
    LEFT JOIN words r ON r.log = $log AND r.kind = 'resource' AND r.name = told.resource
    LEFT JOIN words l ON l.log = $log AND l.kind = 'lifecycle' AND l.name = told.lifecycle;
DROP TABLE told;
INSERT INTO steps
    SELECT $log, case_number, row_number() OVER told_so, activity, resource, lifecycle, moment,
        lag(activity) OVER told_so, lag(resource) OVER told_so,
        (epoch_us(moment) - epoch_us(lag(moment) OVER told_so)) / 1e6, place
    FROM coded WINDOW told_so AS (PARTITION BY case_number ORDER BY moment, place);
DROP TABLE coded;
CREATE OR REPLACE TEMP TABLE paths AS
    SELECT case_number, min(moment) AS started, max(moment) AS ended, count(*) AS events,
        array_to_string(list(activity ORDER BY position), ' ') AS path,
        count(*) - count(DISTINCT activity) AS repeated
    FROM steps WHERE log = $log GROUP BY case_number;
INSERT INTO variants
    SELECT $log, row_number() OVER (ORDER BY count(*) DESC, min(case_number)), path, count(*) FROM paths GROUP BY path;
INSERT INTO cases
    SELECT $log, case_number, case_name, started, ended, (epoch_us(ended) - epoch_us(started)) / 1e6,
        paths.events, variant, repeated, false
    FROM paths JOIN named USING (case_number) JOIN variants v ON v.log = $log AND v.path = paths.path;
DROP TABLE paths;
INSERT INTO facts
    SELECT $log, case_number, NULL, key, value FROM told_of_cases JOIN named USING (case_name);
INSERT INTO facts
    SELECT $log, NULL, place, key, value FROM told_of_events;
DROP TABLE named; DROP TABLE told_of_cases; DROP TABLE told_of_events;
"""


def stage(connection: duckdb.DuckDBPyConnection) -> None:
    """Make room for the events of one log."""
    connection.execute(STAGES)


def take(connection: duckdb.DuckDBPyConnection, batch: Batch) -> None:
    """Put one batch where ``arrange`` finds it."""
    _insert(connection, "told", batch.events)
    _insert(connection, "told_of_cases", batch.case_facts)
    _insert(connection, "told_of_events", batch.event_facts)


def taken(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether any event was taken in."""
    return connection.execute("SELECT 1 FROM told LIMIT 1").fetchone() is not None


def arrange(connection: duckdb.DuckDBPyConnection, log: int) -> None:
    """Make steps, cases and variants of what was taken in."""
    for statement in ARRANGE.split(";"):
        if statement.strip():
            connection.execute(statement.replace("$log", str(int(log))))


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: pa.Table | None) -> None:
    if rows is None or not len(rows):
        return
    connection.register("rows_told", rows)
    connection.execute(f"INSERT INTO {table} SELECT * FROM rows_told")  # noqa: S608 - a name of this module
    connection.unregister("rows_told")
