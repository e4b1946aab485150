"""What the picture of a service shows: its steps, what follows what, who acts, how long it takes, what broke."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import ibis.expr.types as ir

from backline.insight.acts import measures
from backline.insight.acts.choosing import Chosen
from backline.insight.logs.asking import ask

COVERED = 0.95
"""Part of all acts that the steps shown at first cover"""
LEAST, MOST = 3, 40
AT_FIRST = 14
SAMPLED = 60_000
"""Cases from which medians are read where there are more than twice as many: their rank is then sure to 0.4 %"""
FLOW = 0.94
"""Part of all transitions that the lines shown at first cover"""


@dataclass(frozen=True, kw_only=True)
class Step:
    """One activity. Times are seconds; None where nobody knows."""

    activity: int
    name: str
    side: int
    actor: int
    actor_name: str
    times: int
    cases: int
    elapsed: float
    place: float
    waited: float | None
    waited_p90: float | None
    waited_all: float
    touched: float | None
    touched_p90: float | None
    again: int
    first: int
    last: int
    broke: int


@dataclass(frozen=True, kw_only=True)
class Follow:
    """One activity follows another."""

    source: int
    target: int
    times: int
    waited: float | None
    handed: int
    broke: int


@dataclass(frozen=True, kw_only=True)
class Blueprint:
    """All that is drawn, and how much of the log it is."""

    steps: tuple[Step, ...]
    follows: tuple[Follow, ...]
    """Of the steps shown, all"""
    kept: tuple[Follow, ...]
    """Those worth a line"""
    cases: int
    acts: int
    covered: float
    """Part of the acts that are in the steps shown"""
    activities: int
    """How many there are in all"""
    part: int
    """Times are read off every so manyth case; counts are of all"""
    waits: Mapping[str, float]
    """Seconds by cause"""


def draw_up(
    connection: duckdb.DuckDBPyConnection, chosen: Chosen, *, most: int | None = None, flow: float = FLOW
) -> Blueprint:
    """The figures of a picture with at most so many steps; as many as cover nearly everything when None."""
    every = chosen.acts()
    row = connection.execute(_counted(chosen)).fetchone()
    cases = int(row[0]) if row else 0
    part = max(1, cases // SAMPLED)
    rows = sorted(ask(connection, measures.nodes(every)), key=_by_volume)
    kept = _kept(rows, most)
    numbers = [int(one["activity"]) for one in kept]
    some = measures.one_in(every, part)
    sampled = measures.shown(some, numbers) if len(kept) < len(rows) else some
    names = words_of(connection, chosen.log)
    told = _by_key(ask(connection, measures.times(some)), "activity")
    waits = _by_key(ask(connection, measures.between(sampled)), "activity_before", "activity")
    follows = tuple(
        _follow(one, waits) for one in _linked(connection, every, None if len(kept) == len(rows) else numbers)
    )
    steps = tuple(_step({**one, **told.get((one["activity"],), {})}, names, follows) for one in kept)
    whole = sum(int(one["times"]) for one in rows)
    return Blueprint(
        steps=steps,
        follows=tuple(sorted(follows, key=lambda one: -one.times)),
        kept=_worth_a_line(steps, follows, flow),
        cases=cases,
        acts=whole,
        covered=sum(step.times for step in steps) / whole if whole else 1.0,
        activities=len(rows),
        part=part,
        waits={cause: float(told or 0) for cause, told in ask(connection, measures.waits_by_cause(every))[0].items()},
    )


def activities_shown(connection: duckdb.DuckDBPyConnection, chosen: Chosen, most: int | None) -> list[int]:
    """The activities of a picture with at most so many steps, without measuring them."""
    rows = ask(connection, measures.volumes(chosen.acts()))
    return [int(row["activity"]) for row in _kept(sorted(rows, key=_by_volume), most)]


def words_of(connection: duckdb.DuckDBPyConnection, log: int) -> dict[tuple[str, int], str]:
    """The names of a log's activities, actors, channels and resources, by kind and number."""
    found = connection.execute("SELECT kind, number, name FROM words WHERE log = ?", [log]).fetchall()
    return {(str(kind), int(number)): str(name) for kind, number, name in found}


def _by_volume(row: dict[str, Any]) -> tuple[int, int]:
    return -int(row["times"]), int(row["activity"])


def _counted(chosen: Chosen) -> str:
    import ibis

    cases = chosen.cases()
    return str(ibis.to_sql(cases.aggregate(cases=cases.count()), dialect="duckdb"))


def _kept(rows: list[dict[str, Any]], most: int | None) -> list[dict[str, Any]]:
    """The most frequent, until they cover nearly everything; and all in which a promise broke."""
    if most is not None:
        return rows[: max(LEAST, min(MOST, most))]
    whole, seen = sum(int(row["times"]) for row in rows), 0
    for number, row in enumerate(rows, 1):
        seen += int(row["times"])
        if number >= LEAST and (seen >= COVERED * whole or number >= AT_FIRST):
            return rows[:number] + [one for one in rows[number:MOST] if one["broke"]]
    return rows


def _linked(connection: duckdb.DuckDBPyConnection, acts: ir.Table, kept: list[int] | None) -> list[dict[str, Any]]:
    """What follows what among the steps shown. Only cases in which something hidden happened are linked anew."""
    if kept is None:
        return ask(connection, measures.edges(acts))
    parts = (measures.whole(acts, kept), measures.shown(measures.parted(acts, kept), kept))
    found: dict[tuple[int, int], dict[str, Any]] = {}
    for part in parts:
        for row in ask(connection, measures.edges(part)):
            same = found.setdefault(
                (row["activity_before"], row["activity"]), {**row, "times": 0, "handed": 0, "broke": 0}
            )
            for name in ("times", "handed", "broke"):
                same[name] += int(row[name] or 0)
    return list(found.values())


def _by_key(rows: list[dict[str, Any]], *names: str) -> dict[tuple[Any, ...], dict[str, Any]]:
    return {tuple(row[name] for name in names): row for row in rows}


def _step(row: dict[str, Any], names: dict[tuple[str, int], str], follows: Sequence[Follow]) -> Step:
    told: dict[str, Any] = {name: row.get(name) for name in ("waited", "waited_p90", "touched", "touched_p90")}
    counts = {name: int(row.get(name) or 0) for name in ("times", "cases", "side", "actor", "again", "broke")}
    activity, times = int(row["activity"]), int(row["times"])
    return Step(
        activity=activity,
        first=times - sum(one.times for one in follows if one.target == activity),
        last=times - sum(one.times for one in follows if one.source == activity),
        name=names.get(("activity", int(row["activity"])), ""),
        actor_name=names.get(("actor", counts["actor"]), ""),
        elapsed=float(row.get("elapsed") or 0),
        place=float(row.get("place") or 0),
        waited_all=float(row["waited_all"] or 0),
        **told,
        **counts,
    )


def _follow(row: dict[str, Any], waits: dict[tuple[Any, ...], dict[str, Any]]) -> Follow:
    return Follow(
        source=int(row["activity_before"]),
        target=int(row["activity"]),
        times=int(row["times"]),
        waited=waits.get((row["activity_before"], row["activity"]), {}).get("waited"),
        handed=int(row["handed"] or 0),
        broke=int(row["broke"] or 0),
    )


def _worth_a_line(steps: Sequence[Step], follows: Sequence[Follow], flow: float) -> tuple[Follow, ...]:
    """Each step's usual ways in and out, then the most frequent, until nearly all transitions are drawn."""
    ordered = sorted((one for one in follows if one.source != one.target), key=lambda one: -one.times)
    best_in: dict[int, Follow] = {}
    best_out: dict[int, Follow] = {}
    usual_start = {step.activity for step in steps if 2 * step.first > step.times}
    usual_end = {step.activity for step in steps if 2 * step.last > step.times}
    for one in ordered:
        if one.source not in usual_end:
            best_out.setdefault(one.source, one)
        if one.target not in usual_start:
            best_in.setdefault(one.target, one)
    kept = {(one.source, one.target): one for one in (*best_in.values(), *best_out.values())}
    whole = sum(one.times for one in ordered)
    seen = sum(one.times for one in kept.values())
    for one in ordered:
        if seen >= flow * whole:
            break
        if (one.source, one.target) not in kept:
            kept[one.source, one.target] = one
            seen += one.times
    return tuple(sorted(kept.values(), key=lambda one: -one.times))
