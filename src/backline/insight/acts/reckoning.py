"""The measures of a journey: each computed here and nowhere else, whole, by period, by team, by channel.

``docs/reference/measures.md`` has the formulas. A measure that the log can't tell is None, never zero.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

import duckdb
import ibis
import ibis.expr.types as ir

from backline.insight.acts import tables
from backline.insight.acts.choosing import Chosen
from backline.insight.acts.intervals import PROBABILITIES, Estimate, mean, quantile, share
from backline.insight.acts.tables import DOES, PEOPLE
from backline.insight.logs.measures import PERIODS

Unit = Literal["seconds", "share", "count", "money"]
By = Literal["", "day", "week", "month", "quarter", "year", "team", "channel"]
DAY = 86_400.0
Row = Mapping[str, Any]


@dataclass(frozen=True, kw_only=True)
class Rates:
    """What work costs: money an hour for each team (and for all others), and for each contact by a channel."""

    hour: float = 0.0
    teams: Mapping[str, float] = field(default_factory=dict)
    channels: Mapping[str, float] = field(default_factory=dict)

    @property
    def known(self) -> bool:
        """Whether anybody said what work costs."""
        return bool(self.hour or self.teams or self.channels)


@dataclass(frozen=True, kw_only=True)
class Measure:
    """One measure: how it is called in addresses and files, its unit, whether less is better, how a row gives it."""

    key: str
    unit: Unit
    less_is_better: bool
    of: Callable[[Row], Estimate | None]


def _share(part: str, whole: str = "ended") -> Callable[[Row], Estimate | None]:
    def of(row: Row) -> Estimate | None:
        return share(float(row[part]), int(row[whole])) if row[part] is not None and row[whole] else None

    return of


def _mean(name: str, count: str) -> Callable[[Row], Estimate | None]:
    return lambda row: mean(row[name], row[f"{name}_sd"], int(row[count] or 0))


def _quantile(name: str, p: float, count: str) -> Callable[[Row], Estimate | None]:
    return lambda row: quantile(p, row[name], int(row[count] or 0))


MEASURES: tuple[Measure, ...] = (
    Measure(key="lead_median", unit="seconds", less_is_better=True, of=_quantile("lead", 0.5, "ended")),
    Measure(key="lead_p90", unit="seconds", less_is_better=True, of=_quantile("lead", 0.9, "ended")),
    Measure(key="kept", unit="share", less_is_better=False, of=_share("kept", "promised")),
    Measure(key="touch_median", unit="seconds", less_is_better=True, of=_quantile("touched", 0.5, "touched_known")),
    Measure(key="cost", unit="money", less_is_better=True, of=_mean("cost", "costed")),
    Measure(key="straight_through", unit="share", less_is_better=False, of=_share("straight")),
    Measure(key="first_contact", unit="share", less_is_better=False, of=_share("one_contact", "contacts_known")),
    Measure(key="repeat_contacts", unit="count", less_is_better=True, of=_mean("repeats", "contacts_known")),
    Measure(key="handoffs", unit="count", less_is_better=True, of=_mean("handoffs", "cases")),
    Measure(key="ping_pong", unit="share", less_is_better=True, of=_share("returned", "cases")),
    Measure(key="rework", unit="share", less_is_better=True, of=_share("again", "cases")),
    Measure(key="asked_twice", unit="count", less_is_better=True, of=_mean("asked_twice", "contacts_known")),
    Measure(key="rekeyed", unit="count", less_is_better=True, of=_mean("rekeyed", "contacts_known")),
)
CAUSES = ("queue", "calendar", "customer", "system", "batch")


@dataclass(frozen=True, kw_only=True)
class Reckoned:
    """All measures of one group of cases: the whole, one period, one team."""

    of: str | datetime | int | None
    cases: int
    open: int
    told: Mapping[str, Estimate | None]
    waits: Mapping[str, float]
    """Mean seconds a case, by cause"""


def reckon(
    connection: duckdb.DuckDBPyConnection, chosen: Chosen, *, by: By = "", rates: Rates | None = None
) -> list[Reckoned]:
    """The measures of the chosen cases; by period in the order of time, by team and channel the largest first."""
    compiled = _compiled(chosen, by, _numbered(connection, chosen.log, rates or Rates()))
    tells_systems = _tells_systems(connection, chosen.log)
    answer = connection.execute(compiled)
    names = [column[0] for column in answer.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in answer.fetchall()]
    found = [_reckoned(row, by, tells_systems=tells_systems) for row in rows]
    if by in PERIODS:
        return sorted(found, key=lambda one: str(one.of))
    return sorted(found, key=lambda one: -one.cases)


_COMPILED: OrderedDict[str, str] = OrderedDict()
_MOST_COMPILED = 200


def _compiled(chosen: Chosen, by: By, numbered: tuple[float, Mapping[int, float], Mapping[int, float]]) -> str:
    """The statement of ``measured``, kept: to work it out takes longer than to ask a sample."""
    key = repr((chosen, by, numbered))
    if key not in _COMPILED:
        expression = measured(chosen, by=by, costs=costs(chosen, numbered))
        _COMPILED[key] = str(ibis.to_sql(expression, dialect="duckdb"))
        if len(_COMPILED) > _MOST_COMPILED:
            _COMPILED.popitem(last=False)
    return _COMPILED[key]


def measured(chosen: Chosen, *, by: By = "", costs: ir.Table | None = None) -> ir.Table:
    """One row for each group, with all sums, counts, deviations and quantiles that the measures need."""
    scores = tables.scores()
    cards = chosen.cases().join(scores.filter(scores.log == chosen.log).drop("log"), "case_number")
    cards = _with_costs(cards, costs)
    groups: list[str] = []
    if by in PERIODS:
        cards, groups = cards.mutate(group=cards.started.truncate(PERIODS[by])), ["group"]
    elif by:
        cards, groups = _spread(cards, chosen, "actor" if by == "team" else "channel"), ["group"]
    return cards.group_by(groups).aggregate(**_sums(cards)) if groups else cards.aggregate(**_sums(cards))


def costs(chosen: Chosen, rates: tuple[float, Mapping[int, float], Mapping[int, float]]) -> ir.Table | None:
    """What each case cost: the hours of each team by its rate, and its contacts by the rate of their channel."""
    hour, teams, channels = rates
    if not (hour or teams or channels):
        return None
    acts = chosen.acts()
    people = (acts.side == PEOPLE) & acts.touched.notnull()
    worked = ibis.cases(
        *((people & (acts.actor == team), acts.touched / 3600.0 * rate) for team, rate in teams.items()),
        (people, acts.touched / 3600.0 * hour),
        else_=0.0,
    )
    contact = [(acts.side == DOES) & (acts.channel == channel) for channel in channels]
    called = ibis.cases(*zip(contact, channels.values(), strict=True), else_=0.0) if channels else ibis.literal(0.0)
    told = acts.group_by("case_number").aggregate(
        cost=(worked + called).sum(), people=(acts.side == PEOPLE).any(), known=people.any()
    )
    return told.filter(told.known | ~told.people).select("case_number", "cost")


def _numbered(
    connection: duckdb.DuckDBPyConnection, log: int, rates: Rates
) -> tuple[float, Mapping[int, float], Mapping[int, float]]:
    """Rates by the numbers that teams and channels have in this log."""
    rows = connection.execute(
        "SELECT kind, name, number FROM words WHERE log = ? AND kind IN ('actor', 'channel')", [log]
    )
    numbers = {(kind, name): number for kind, name, number in rows.fetchall()}
    teams = {numbers["actor", one]: float(rate) for one, rate in rates.teams.items() if ("actor", one) in numbers}
    channels = {
        numbers["channel", one]: float(rate) for one, rate in rates.channels.items() if ("channel", one) in numbers
    }
    return float(rates.hour), teams, channels


def _with_costs(cards: ir.Table, costs: ir.Table | None) -> ir.Table:
    if costs is None:
        return cards.mutate(cost=ibis.null("float64"))
    return cards.left_join(costs, "case_number").drop("case_number_right")


def _spread(cards: ir.Table, chosen: Chosen, column: str) -> ir.Table:
    """Each case once for each team that worked on it, or each channel by which the customer came."""
    acts = chosen.acts()
    acts = acts.filter(acts.side == (PEOPLE if column == "actor" else DOES))
    took = acts.filter(acts[column] > 0).select("case_number", group=acts[column]).distinct()
    return cards.join(took, "case_number")


def _sums(cards: ir.Table) -> dict[str, ir.Value]:
    """What the measures are made of; cases that have not ended do not count where the end decides."""
    ended = ~cards.open
    known = cards.contacts.notnull()
    repeats = cards.contacts - 1

    def counted(which: ir.BooleanValue) -> ir.Value:
        return which.cast("int64").sum().fill_null(0)

    def spread(name: str, value: ir.NumericValue, where: ir.BooleanValue | None = None) -> dict[str, ir.Value]:
        return {name: value.mean(where=where), f"{name}_sd": value.std(where=where, how="sample")}

    return {
        "cases": cards.count(),
        "ended": counted(ended),
        "lead": cards.lasted.quantile(list(PROBABILITIES), where=ended),
        "touched": cards.touched.quantile(list(PROBABILITIES), where=ended & cards.touched.notnull()),
        "touched_known": counted(ended & cards.touched.notnull()),
        "straight": counted(ended & (cards.people == 0)),
        "contacts_known": counted(known),
        "one_contact": counted(known & (cards.contacts == 1)),
        **spread("repeats", repeats),
        **spread("handoffs", cards.handoffs),
        **spread("asked_twice", cards.asked_twice),
        **spread("rekeyed", cards.rekeyed),
        "returned": counted(cards.returned > 0),
        "again": counted(cards.again > 0),
        "kept": cards.kept.sum().fill_null(0),
        "promised": (cards.kept + cards.broken).sum().fill_null(0),
        **spread("cost", cards.cost, ended),
        "costed": counted(ended & cards.cost.notnull()),
        **{f"{cause}_mean": cards[cause].mean() for cause in CAUSES},
    }


def _tells_systems(connection: duckdb.DuckDBPyConnection, log: int) -> bool:
    """Whether the log tells systems from people: without that, nobody knows what went through without a person."""
    found = "SELECT EXISTS (SELECT 1 FROM acts WHERE log = ? AND side = 3) OR EXISTS (SELECT 1 FROM fed WHERE log = ?)"
    row = connection.execute(found, [log, log]).fetchone()
    return bool(row and row[0])


def _reckoned(row: Row, by: By, *, tells_systems: bool) -> Reckoned:
    told = {measure.key: measure.of(row) for measure in MEASURES}
    if not tells_systems:
        told["straight_through"] = None
    return Reckoned(
        of=row["group"] if by else None,
        cases=int(row["cases"]),
        open=int(row["cases"]) - int(row["ended"]),
        told=told,
        waits={cause: float(row[f"{cause}_mean"] or 0) for cause in CAUSES},
    )


def largest(found: Sequence[Reckoned], most: int) -> list[Reckoned]:
    """Those with most cases."""
    return sorted(found, key=lambda one: -one.cases)[:most]
