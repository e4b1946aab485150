"""Makes acts of a log of another system, once, when somebody first looks at it."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import asdict
from typing import Any

import duckdb
import pyarrow as pa

from backline.insight.acts import hours, sampling, scoring
from backline.insight.acts.sides import (
    CHANNELS,
    NOTHING,
    OF_STEP,
    OUTCOMES,
    RESOURCES,
    TEAMS,
    Reading,
    side_of,
)
from backline.insight.logs import store

MOST_TEAMS = 40
MOST_PEOPLE = 1000
THEIR_OWN = 0.6
"""Part of the steps that has to be done by whoever does each of them most, for these to count as teams"""
FEW_RESOURCES = 12
NUMBER = "[ _#.-]*[0-9]+$"
BATCH_OF = 5
"""Cases that get the same act by the same hand in the same instant make a batch"""
WORDS = "SELECT number, name FROM words WHERE log = ? AND kind = ?"
PAIRED = """
CREATE OR REPLACE TEMP TABLE phased AS
    SELECT s.case_number, s.position, s.activity, s.resource, s.moment, s.place,
        CASE lower(w.name) WHEN 'start' THEN 1 WHEN 'complete' THEN 2 WHEN NULL THEN 0 ELSE
            CASE WHEN w.name IS NULL THEN 0 ELSE 3 END END AS phase
    FROM steps s LEFT JOIN words w ON w.log = s.log AND w.kind = 'lifecycle' AND w.number = s.lifecycle
    WHERE s.log = $log;
CREATE OR REPLACE TEMP TABLE completed AS SELECT DISTINCT activity FROM phased WHERE phase = 2;
CREATE OR REPLACE TEMP TABLE pieces AS
    WITH counted AS (
        SELECT *, row_number() OVER (PARTITION BY case_number, activity, phase ORDER BY position) AS nth
        FROM phased WHERE phase IN (1, 2)),
    paired AS (
        SELECT c.position, c.case_number, s.moment AS began, s.position AS began_at FROM counted c JOIN counted s
            ON s.case_number = c.case_number AND s.activity = c.activity AND s.nth = c.nth AND s.phase = 1
        WHERE c.phase = 2 AND s.position < c.position)
    SELECT p.case_number, p.position, p.activity, p.resource, p.place, p.moment, paired.began
    FROM phased p LEFT JOIN paired USING (case_number, position)
    WHERE NOT EXISTS (SELECT 1 FROM paired q WHERE q.case_number = p.case_number AND q.began_at = p.position)
        AND (p.phase IN (0, 2) OR p.phase = 1 OR p.activity NOT IN (SELECT activity FROM completed));
"""
PLAIN = """
CREATE OR REPLACE TEMP TABLE pieces AS
    SELECT case_number, position, activity, resource, place, moment, NULL::TIMESTAMP AS began
    FROM steps WHERE log = $log;
"""
ACTED = """
CREATE OR REPLACE TEMP TABLE acted AS
    SELECT p.*, coalesce(a.number, 0) AS actor, coalesce(h.number, 0) AS channel, sides.side,
        CASE WHEN p.resource IS NOT NULL OR $teamed THEN
            count(*) OVER (PARTITION BY p.activity, p.resource, a.number, p.moment) END >= $batch AS batched
    FROM pieces p
    LEFT JOIN team_told t ON t.place = p.place
    LEFT JOIN actors_named n ON n.name = t.value
    LEFT JOIN words a ON a.log = $log AND a.kind = 'actor' AND a.number = n.number
    LEFT JOIN channel_told c ON $channel_on
    LEFT JOIN words h ON h.log = $log AND h.kind = 'channel' AND h.name = c.value
    JOIN sides ON sides.activity = p.activity AND sides.actor = coalesce(n.number, 0)
        AND sides.resource = coalesce(p.resource, 0);
"""
LINKED = """
INSERT INTO acts
    WITH linked AS (
        SELECT *, lag(moment) OVER so AS before, lag(activity) OVER so AS activity_before, lag(side) OVER so AS
            side_before, lag(actor) OVER so AS actor_before, lag(resource) OVER so AS resource_before,
            row_number() OVER so AS nth, lead(position) OVER so IS NULL AS last,
            min(coalesce(began, moment)) OVER (PARTITION BY case_number) AS opened,
            row_number() OVER (PARTITION BY case_number, activity ORDER BY moment, position) - 1 AS again
        FROM acted WINDOW so AS (PARTITION BY case_number ORDER BY moment, position))
    SELECT $log, case_number, nth, activity, side, actor, resource, channel, began, moment,
        (epoch_us(moment) - epoch_us(began)) / 1e6,
        CASE WHEN before IS NOT NULL THEN greatest(0, (epoch_us(coalesce(began, moment)) - epoch_us(before)) / 1e6) END,
        NULL,
        CASE WHEN before IS NULL THEN 0 WHEN side = 0 THEN 2 WHEN batched THEN 4 WHEN side = 3 THEN 3 ELSE 1 END,
        activity_before, side_before, actor_before, resource_before, again, 0,
        (epoch_us(coalesce(began, moment)) - epoch_us(opened)) / 1e6, last
    FROM linked;
"""
LEFTOVERS = ("phased", "completed", "pieces", "acted", "actors_named", "team_told", "channel_told", "sides")


def is_prepared(connection: duckdb.DuckDBPyConnection, log: int) -> bool:
    """Whether the acts of this log are there."""
    found = connection.execute("SELECT 1 FROM information_schema.tables WHERE table_name = 'prepared'").fetchone()
    return bool(found and connection.execute("SELECT 1 FROM prepared WHERE log = ?", [log]).fetchone())


def prepare(connection: duckdb.DuckDBPyConnection, log: int, reading: Reading | None = None) -> Reading:
    """Make the acts of a log, read as told or as its names suggest; replaces what was there."""
    store.forget(connection, log, store.DERIVED)
    read = reading or guess(connection, log)
    _pair(connection, log)
    actors = _stage_actors(connection, log, read)
    _stage_channels(connection, log, read)
    _stage_sides(connection, log, read, actors)
    _run(connection, ACTED, log, read)
    _run(connection, LINKED, log, read)
    for table in LEFTOVERS:
        connection.execute(f"DROP TABLE IF EXISTS {table}")
    hours.mark_closed(connection, log)
    scoring.score(connection, log)
    sampling.keep(connection, log)
    connection.execute("INSERT INTO prepared VALUES (?, ?)", [log, json.dumps(asdict(read))])
    return read


def reading_of(connection: duckdb.DuckDBPyConnection, log: int) -> Reading:
    """How the acts of a log were read."""
    found = connection.execute("SELECT told FROM prepared WHERE log = ?", [log]).fetchone()
    told: dict[str, Any] = json.loads(found[0]) if found else {}
    return Reading(**told)


def guess(connection: duckdb.DuckDBPyConnection, log: int) -> Reading:
    """What the facts of a log most likely say of team, channel and outcome."""
    of_steps = _distinct(connection, log, "place IS NOT NULL")
    of_cases = _distinct(connection, log, "case_number IS NOT NULL")
    team, numbered = _first(TEAMS, of_steps, most=MOST_TEAMS), False
    if not team:
        team, numbered = _by_resource(connection, log, of_steps)
    channel_of_case = _first(CHANNELS, of_cases, most=MOST_TEAMS)
    return Reading(
        team=team,
        numbered=numbered,
        channel=channel_of_case or _first(CHANNELS, of_steps, most=MOST_TEAMS),
        channel_of_case=bool(channel_of_case),
        outcome=_first(OUTCOMES, of_cases, most=MOST_TEAMS),
    )


def _by_resource(connection: duckdb.DuckDBPyConnection, log: int, told: Mapping[str, int]) -> tuple[str, bool]:
    """Those who did it as teams of their own, if they are few; else if they are few without their numbers."""
    key = OF_STEP
    names = [str(name) for _number, name in connection.execute(WORDS, [log, "resource"]).fetchall()]
    if not names and (key := _first(RESOURCES, told, most=MOST_PEOPLE)):
        rows = connection.execute("SELECT DISTINCT value FROM facts WHERE log = ? AND key = ?", [log, key]).fetchall()
        names = [str(value) for (value,) in rows]
    without = {re.sub(NUMBER, "", name) for name in names}
    if 1 < len(without) <= FEW_RESOURCES and len(without) < len(names):
        return key, True
    apart = 1 < len(names) <= FEW_RESOURCES and _each_has_their_own(connection, log, key)
    return (key, False) if apart else ("", False)


def _each_has_their_own(connection: duckdb.DuckDBPyConnection, log: int, key: str) -> bool:
    """Whether most steps are mostly done by one of them; else they are people of one team."""
    who = "s.resource" if key == OF_STEP else "f.value"
    joined = "" if key == OF_STEP else "JOIN facts f ON f.log = s.log AND f.place = s.place AND f.key = $key"
    told = {"log": log} if key == OF_STEP else {"log": log, "key": key}
    row = connection.execute(
        f"WITH done AS (SELECT s.activity, {who} AS who, count(*) AS times FROM steps s {joined} "  # noqa: S608
        f"WHERE s.log = $log AND {who} IS NOT NULL GROUP BY ALL), most AS (SELECT activity, max(times) AS most, "
        "sum(times) AS whole FROM done GROUP BY ALL) SELECT sum(most) / sum(whole) FROM most",
        told,
    ).fetchone()
    return bool(row and row[0] and row[0] >= THEIR_OWN)


def _distinct(connection: duckdb.DuckDBPyConnection, log: int, of: str) -> dict[str, int]:
    query = f"SELECT key, approx_count_distinct(value) FROM facts WHERE log = ? AND {of} GROUP BY key"  # noqa: S608
    return dict(connection.execute(query, [log]).fetchall())


def _first(names: tuple[str, ...], told: Mapping[str, int], *, most: int) -> str:
    """The surest name that there is and that tells apart, but not everything."""
    plain = {key.casefold(): key for key in told}
    return next((plain[one] for one in names if one in plain and 1 < told[plain[one]] <= most), "")


def _pair(connection: duckdb.DuckDBPyConnection, log: int) -> None:
    """Starts and ends of the same work put together, where the log tells both."""
    names = {str(name).lower() for _number, name in connection.execute(WORDS, [log, "lifecycle"]).fetchall()}
    _run(connection, PAIRED if names - {"complete"} else PLAIN, log, Reading())


def _stage_actors(connection: duckdb.DuckDBPyConnection, log: int, read: Reading) -> dict[int, str]:
    """Words of the kind ``actor``: teams, or what stands for them."""
    told = "SELECT place, value FROM facts WHERE log = ? AND key = ? AND place IS NOT NULL"
    asked = [log, read.team]
    if read.team == OF_STEP:
        asked = [log, "resource"]
        told = (
            "SELECT p.place, w.name AS value FROM pieces p JOIN words w "
            "ON w.log = ? AND w.kind = ? AND w.number = p.resource"
        )
    value = f"regexp_replace(value, '{NUMBER}', '')" if read.numbered else "value"
    known = ", ".join(f"'{one}'" for one in NOTHING)
    chosen = f"SELECT place, {value} AS value FROM ({told}) WHERE lower(value) NOT IN ({known})"  # noqa: S608
    connection.execute(f"CREATE OR REPLACE TEMP TABLE team_told AS {chosen}", asked)
    connection.execute("DELETE FROM words WHERE log = ? AND kind = 'actor'", [log])
    made = "SELECT row_number() OVER (ORDER BY value) AS number, value AS name FROM team_told GROUP BY value"
    connection.execute(f"CREATE OR REPLACE TEMP TABLE actors_named AS {made}")
    connection.execute("INSERT INTO words SELECT ?, 'actor', number, name FROM actors_named", [log])
    return dict(connection.execute("SELECT number, name FROM actors_named").fetchall())


def _stage_channels(connection: duckdb.DuckDBPyConnection, log: int, read: Reading) -> None:
    of = "case_number" if read.channel_of_case else "place"
    chosen = f"SELECT {of} AS at, min(value) AS value FROM facts WHERE log = ? AND key = ? AND {of} IS NOT NULL"  # noqa: S608
    connection.execute(
        f"CREATE OR REPLACE TEMP TABLE channel_told AS {chosen} AND value <> '' GROUP BY {of}", [log, read.channel]
    )
    connection.execute("DELETE FROM words WHERE log = ? AND kind = 'channel'", [log])
    numbered = "SELECT ?, 'channel', row_number() OVER (ORDER BY value), value FROM channel_told GROUP BY value"
    connection.execute(f"INSERT INTO words {numbered}", [log])


def _stage_sides(connection: duckdb.DuckDBPyConnection, log: int, read: Reading, actors: dict[int, str]) -> None:
    """Which side each meeting of activity, actor and resource stands on."""
    activities = dict(connection.execute(WORDS, [log, "activity"]).fetchall())
    resources = dict(connection.execute(WORDS, [log, "resource"]).fetchall())
    met = connection.execute(
        "SELECT DISTINCT p.activity, coalesce(n.number, 0), coalesce(p.resource, 0) FROM pieces p "
        "LEFT JOIN team_told t ON t.place = p.place LEFT JOIN actors_named n ON n.name = t.value"
    ).fetchall()
    sides = [
        read.sides.get(
            activities[activity], side_of(activities[activity], actors.get(actor, ""), resources.get(who, ""))
        )
        for activity, actor, who in met
    ]
    columns = {name: [row[at] for row in met] for at, name in enumerate(("activity", "actor", "resource"))}
    connection.register("sides_told", pa.table({**columns, "side": sides}))
    connection.execute("CREATE OR REPLACE TEMP TABLE sides AS SELECT * FROM sides_told")
    connection.unregister("sides_told")


def _run(connection: duckdb.DuckDBPyConnection, statements: str, log: int, read: Reading) -> None:
    told = {
        "$log": str(int(log)),
        "$batch": str(BATCH_OF),
        "$teamed": "true" if read.team else "false",
        "$channel_on": "c.at = p.case_number" if read.channel_of_case else "c.at = p.place",
    }
    for statement in statements.split(";"):
        for name, value in told.items():
            statement = statement.replace(name, value)
        if statement.strip():
            connection.execute(statement)
