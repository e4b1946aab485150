"""When people work, read off a log: the hours of the week in which they act; waits outside them are the calendar's."""

from __future__ import annotations

import duckdb
import numpy as np

from backline.insight.acts.tables import PEOPLE, QUEUE

WEEK = 168
HOUR_S = 3600
ENOUGH = 500
"""Acts of people below which nothing is said of their hours"""
QUIET = 0.1
"""An hour of the week in which less happens than this part of an ordinary working hour is closed"""
EPOCH_HOUR = 72
"""The hour of the week (from Monday 0:00) at which Unix time begins: a Thursday"""

UPDATE = f"""
UPDATE acts SET closed = found.closed FROM (
    WITH ends AS (
        SELECT case_number, position, epoch(coalesce(began, moment)) AS until, waited FROM acts
        WHERE log = ? AND cause = ? AND waited > 0),
    spread AS (
        SELECT *, until / 3600 + {EPOCH_HOUR} AS h, (until - waited) / 3600 + {EPOCH_HOUR} AS h_since FROM ends)
    SELECT case_number, position, greatest(0, least(waited,
        (floor(h / {WEEK}) - floor(h_since / {WEEK})) * $total
        + u.before + CASE WHEN u.closed THEN (h - floor(h)) * 3600 ELSE 0 END
        - s.before - CASE WHEN s.closed THEN (h_since - floor(h_since)) * 3600 ELSE 0 END)) AS closed
    FROM spread JOIN week u ON u.hour = floor(h)::BIGINT % {WEEK}
        JOIN week s ON s.hour = floor(h_since)::BIGINT % {WEEK}) found
WHERE acts.log = $log_number AND acts.case_number = found.case_number AND acts.position = found.position
"""  # noqa: S608 - numbers of this module


def mark_closed(connection: duckdb.DuckDBPyConnection, log: int) -> None:
    """Write to each wait in a queue how much of it lay outside the hours in which people of this log work."""
    open_hours = working_hours(connection, log)
    if open_hours is None:
        return
    begins = np.concatenate(([0], np.cumsum(~open_hours))) * HOUR_S
    rows = [(hour, float(begins[hour]), bool(not open_hours[hour])) for hour in range(WEEK)]
    connection.execute("CREATE OR REPLACE TEMP TABLE week (hour INTEGER, before DOUBLE, closed BOOLEAN)")
    connection.executemany("INSERT INTO week VALUES (?, ?, ?)", rows)
    total = float(begins[WEEK])
    connection.execute(UPDATE.replace("$total", str(total)).replace("$log_number", str(int(log))), [log, QUEUE])
    connection.execute("DROP TABLE week")


def working_hours(connection: duckdb.DuckDBPyConnection, log: int) -> np.ndarray | None:
    """For each hour of the week (UTC, Monday first) whether people work then; None where too little is known."""
    counted = connection.execute(
        f"SELECT (epoch(moment)::BIGINT // 3600 + {EPOCH_HOUR}) % {WEEK}, count(*) FROM acts "  # noqa: S608
        "WHERE log = ? AND side = ? GROUP BY ALL",
        [log, PEOPLE],
    ).fetchall()
    if sum(times for _hour, times in counted) < ENOUGH:
        return None
    week = np.zeros(WEEK)
    for hour, times in counted:
        week[int(hour)] = times
    usual = np.median(np.sort(week)[-40:])
    return week >= QUIET * usual
