"""What is measured, defined once as expressions that compile for every database.

``docs/reference/measures.md`` says it in words. Every function takes the steps and cases that were chosen (a whole log,
a period, a team) and answers an expression.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

CASES = ibis.schema(
    {
        "log": "int32",
        "case_number": "int32",
        "name": "string",
        "started": "timestamp",
        "ended": "timestamp",
        "lasted": "float64",
        "events": "int32",
        "variant": "int32",
        "repeated": "int32",
        "open": "boolean",
    }
)
STEPS = ibis.schema(
    {
        "log": "int32",
        "case_number": "int32",
        "position": "int32",
        "activity": "int32",
        "resource": "int32",
        "lifecycle": "int32",
        "moment": "timestamp",
        "activity_before": "int32",
        "resource_before": "int32",
        "waited": "float64",
        "place": "int64",
    }
)
FACTS = ibis.schema({"log": "int32", "case_number": "int32", "place": "int64", "key": "string", "value": "string"})
DAY = 86_400.0
HOUR = 3_600.0
PERIODS = {"day": "D", "week": "W", "month": "M", "quarter": "Q", "year": "Y"}


def steps(name: str = "steps") -> ir.Table:
    """The steps of all logs."""
    return ibis.table(STEPS, name=name)


def cases(name: str = "cases") -> ir.Table:
    """The cases of all logs."""
    return ibis.table(CASES, name=name)


def facts(name: str = "facts") -> ir.Table:
    """What else was told of cases, and of steps."""
    return ibis.table(FACTS, name=name)


def figures(steps: ir.Table, cases: ir.Table) -> ir.Table:
    """One row: how much there is, how long cases last, how often work changes hands."""
    pairs = edges(steps)
    of_steps = steps.aggregate(
        events=steps.count(),
        activities=steps.activity.nunique(),
        handovers=is_handover(steps).cast("int64").sum().fill_null(0),
    )
    of_cases = cases.aggregate(
        cases=cases.count(),
        variants=cases.variant.nunique(),
        median_days=cases.lasted.median() / DAY,
        mean_days=cases.lasted.mean() / DAY,
        p90_days=cases.lasted.quantile(0.9) / DAY,
        cases_with_repeats=(cases.repeated > 0).cast("int64").sum().fill_null(0),
    )
    return of_steps.cross_join(of_cases).cross_join(pairs.aggregate(edges=pairs.count()))


def edges(steps: ir.Table) -> ir.Table:
    """What follows what directly: how often, in how many cases, and the wait between."""
    follows = steps.filter(steps.activity_before.notnull())
    return follows.group_by(["activity_before", "activity"]).aggregate(
        times=follows.count(),
        cases=follows.case_number.nunique(),
        median_s=follows.waited.median(),
        p90_s=follows.waited.quantile(0.9),
    )


def is_handover(steps: ir.Table) -> ir.BooleanValue:
    """Whether the one who did a step is known, and known to be another than who did the step before."""
    known = steps.resource.notnull() & steps.resource_before.notnull()
    return known & (steps.resource != steps.resource_before)


def lead_time(cases: ir.Table) -> ir.Table:
    """One row: how long cases that have ended last, in days."""
    return cases.filter(~cases.open).aggregate(**_days(cases.filter(~cases.open)))


def lead_time_by_period(cases: ir.Table, period: str) -> ir.Table:
    """Lead time of the cases that started in each day, week, month, quarter or year."""
    ended = cases.filter(~cases.open)
    ended = ended.mutate(period=ended.started.truncate(PERIODS[period]))
    return ended.group_by("period").aggregate(**_days(ended)).order_by("period")


def lead_time_by_fact(cases: ir.Table, facts: ir.Table, key: str) -> ir.Table:
    """Lead time for each value of a fact of the case: its channel, its owner, its outcome."""
    told = facts.filter((facts.key == key) & facts.case_number.notnull()).select("log", "case_number", "value")
    known = cases.filter(~cases.open).join(told, ["log", "case_number"])
    return known.group_by("value").aggregate(**_days(known)).order_by(ibis.desc("cases"), "value")


def waits(steps: ir.Table) -> ir.Table:
    """How long cases stood before each activity, in hours."""
    waited = steps.filter(steps.waited.notnull())
    return (
        waited.group_by("activity")
        .aggregate(
            times=waited.count(),
            median_hours=waited.waited.median() / HOUR,
            p90_hours=waited.waited.quantile(0.9) / HOUR,
            all_hours=waited.waited.sum() / HOUR,
        )
        .order_by(ibis.desc("all_hours"), "activity")
    )


def waits_by_fact(steps: ir.Table, facts: ir.Table, key: str) -> ir.Table:
    """How long cases stood before the steps of each value of a fact of the step: its team, its channel."""
    told = facts.filter((facts.key == key) & facts.place.notnull()).select("log", "place", "value")
    waited = steps.filter(steps.waited.notnull()).join(told, ["log", "place"])
    return (
        waited.group_by("value")
        .aggregate(
            times=waited.count(),
            median_hours=waited.waited.median() / HOUR,
            p90_hours=waited.waited.quantile(0.9) / HOUR,
        )
        .order_by(ibis.desc("times"), "value")
    )


def handovers(steps: ir.Table) -> ir.Table:
    """Who hands over to whom: how often, in how many cases, and how long work lies between them, in hours."""
    handed = steps.filter(is_handover(steps))
    return (
        handed.group_by(["resource_before", "resource"])
        .aggregate(times=handed.count(), cases=handed.case_number.nunique(), median_hours=handed.waited.median() / HOUR)
        .order_by(ibis.desc("times"), "resource_before", "resource")
    )


def ping_pong(steps: ir.Table) -> ir.Table:
    """Between whom work goes to and comes straight back: three steps in a row of one, another, and the first again."""
    in_order = ibis.window(group_by=["log", "case_number"], order_by="position")
    two_before = steps.mutate(resource_two_before=steps.resource_before.lag().over(in_order))
    back = two_before.filter(is_handover(two_before) & (two_before.resource == two_before.resource_two_before))
    return (
        back.group_by(["resource_before", "resource"])
        .aggregate(times=back.count(), cases=back.case_number.nunique())
        .order_by(ibis.desc("times"), "resource_before", "resource")
    )


def rework(steps: ir.Table) -> ir.Table:
    """Activities that cases go through again: in how many cases of those that have it, and how many times more."""
    once = steps.group_by(["log", "case_number", "activity"]).aggregate(times=steps.count())
    return (
        once.group_by("activity")
        .aggregate(
            cases=once.count(),
            repeating=(once.times > 1).cast("int64").sum(),
            again=(once.times - 1).sum(),
        )
        .filter(ibis._.repeating > 0)
        .order_by(ibis.desc("again"), "activity")
    )


def variants(cases: ir.Table) -> ir.Table:
    """Each way through: how many cases take it, and how long these last."""
    return cases.group_by("variant").aggregate(**_days(cases)).order_by(ibis.desc("cases"), "variant")


def _days(cases: ir.Table) -> dict[str, ir.Value]:
    return {
        "cases": cases.count(),
        "median_days": cases.lasted.median() / DAY,
        "mean_days": cases.lasted.mean() / DAY,
        "p90_days": cases.lasted.quantile(0.9) / DAY,
    }
