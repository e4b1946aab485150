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
DAY = 86_400.0


def steps(name: str = "steps") -> ir.Table:
    """The steps of all logs."""
    return ibis.table(STEPS, name=name)


def cases(name: str = "cases") -> ir.Table:
    """The cases of all logs."""
    return ibis.table(CASES, name=name)


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
