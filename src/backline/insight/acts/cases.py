"""From a number to the cases behind it, and one case as acts."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Literal

import duckdb
import ibis
import ibis.expr.types as ir

from backline.insight.acts import measures
from backline.insight.acts.blueprint import activities_shown, words_of
from backline.insight.acts.choosing import Chosen
from backline.insight.logs.asking import ask

Which = Literal["", "again", "broke", "handed", "slow", "first", "last"]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """The acts that a number counts: of a step, coming from another, done again, where a promise broke."""

    step: int | None = None
    after: int | None = None
    which: Which = ""
    most: int | None = None
    """Of a picture with at most so many steps: what follows what depends on what is shown"""


@dataclass(frozen=True, kw_only=True)
class Listed:
    """A case in a list; spans are seconds."""

    name: str
    started: datetime
    ended: datetime
    lasted: float
    open: bool
    times: int
    waited: float | None
    broke: int


@dataclass(frozen=True, kw_only=True)
class Told:
    """One act of a case, in words."""

    activity: str
    side: int
    actor: str
    resource: str
    channel: str
    began: datetime | None
    moment: datetime
    waited: float | None
    closed: float | None
    cause: int
    touched: float | None
    again: int
    broke: int


def cases_behind(
    connection: duckdb.DuckDBPyConnection, chosen: Chosen, asked: Asked, *, first: int, count: int
) -> tuple[int, list[Listed]]:
    """How many cases there are behind a number, and some of them, those that stood longest there first."""
    found = _found(connection, chosen, asked)
    whole = ask(connection, found.aggregate(count=found.count()))[0]["count"]
    longest = found.order_by([ibis.desc("waited"), ibis.desc("lasted"), "case_number"]).limit(count, offset=first)
    return int(whole), [_listed(row) for row in ask(connection, longest)]


def acts_of(connection: duckdb.DuckDBPyConnection, log: int, name: str) -> tuple[Listed, list[Told]] | None:
    """One case with its acts in order; None where there is no such case."""
    row = connection.execute(
        "SELECT case_number, name, started, ended, lasted, open, events AS times, lasted AS waited, 0 AS broke "
        "FROM cases WHERE log = ? AND name = ?",
        [log, name],
    )
    columns = [column[0] for column in row.description or ()]
    found = row.fetchone()
    if found is None:
        return None
    case = dict(zip(columns, found, strict=True))
    acts = measures.of_case(log, int(case["case_number"]))
    words = words_of(connection, log)
    return _listed(case), [_told(one, words) for one in ask(connection, acts)]


def facts_of(connection: duckdb.DuckDBPyConnection, log: int, name: str) -> list[tuple[str, str]]:
    """What the log tells of a case."""
    return connection.execute(
        "SELECT key, value FROM facts JOIN cases USING (log, case_number) WHERE log = ? AND name = ? ORDER BY key",
        [log, name],
    ).fetchall()


def _found(connection: duckdb.DuckDBPyConnection, chosen: Chosen, asked: Asked) -> ir.Table:
    if asked.step is None and asked.after is None and not asked.which:
        return measures.without_acts(chosen.cases())
    return measures.behind(_acts(connection, chosen, asked), chosen.cases())


def _acts(connection: duckdb.DuckDBPyConnection, chosen: Chosen, asked: Asked) -> ir.Table:
    acts = chosen.acts()
    if asked.after is not None or asked.which in ("first", "last"):
        acts = measures.shown(acts, activities_shown(connection, chosen, asked.most))
    if asked.step is not None:
        acts = acts.filter(acts.activity == asked.step)
    if asked.after is not None:
        acts = acts.filter(acts.activity_before == asked.after)
    which = {
        "again": lambda: acts.again > 0,
        "broke": lambda: acts.broke > 0,
        "handed": lambda: measures.is_handoff(acts),
        "first": lambda: acts.activity_before.isnull(),
        "last": lambda: acts["last"],
    }.get(asked.which)
    return acts.filter(which()) if which else acts


def _listed(row: Mapping[str, Any]) -> Listed:
    return Listed(**{name: row[name] for name in Listed.__dataclass_fields__})


def _told(row: Mapping[str, Any], words: Mapping[tuple[str, int], str]) -> Told:
    kinds = ("activity", "actor", "resource", "channel")
    names: dict[str, Any] = {kind: words.get((kind, int(row[kind] or 0)), "") for kind in kinds}
    rest: dict[str, Any] = {name: row[name] for name in Told.__dataclass_fields__ if name not in kinds}
    return Told(**{**names, **rest})
