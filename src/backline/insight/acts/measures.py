"""What is measured of acts, defined once as expressions that compile for every database.

``docs/reference/measures.md`` says it in words. Every function takes the acts that were chosen and answers an
expression. Seconds everywhere.
"""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

from backline.insight.acts import tables
from backline.insight.acts.tables import BATCH, CUSTOMER, PEOPLE, QUEUE, SYSTEM


def nodes(acts: ir.Table) -> ir.Table:
    """Each activity: how often, in how many cases, how much waiting, how many promises broke."""
    return acts.group_by("activity").aggregate(
        times=acts.count(),
        cases=(acts.again == 0).cast("int64").sum(),
        waited_all=acts.waited.sum().fill_null(0),
        again=(acts.again > 0).cast("int64").sum(),
        broke=acts.broke.sum().fill_null(0),
    )


def times(acts: ir.Table) -> ir.Table:
    """Each activity: on which side and by whom mostly, when, how long before it and in it."""
    return acts.group_by("activity").aggregate(
        side=acts.side.mode(),
        actor=acts.actor.mode(),
        elapsed=acts.elapsed.median(),
        place=acts.position.mean(),
        waited=acts.waited.median(),
        waited_p90=acts.waited.quantile(0.9),
        touched=acts.touched.median(),
        touched_p90=acts.touched.quantile(0.9),
        touches=acts.touched.count(),
    )


def one_in(acts: ir.Table, part: int) -> ir.Table:
    """The acts of every so manyth case."""
    return acts.filter(acts.case_number % part == 0) if part > 1 else acts


def volumes(acts: ir.Table) -> ir.Table:
    """Each activity: how often, and how many promises broke before it."""
    return acts.group_by("activity").aggregate(times=acts.count(), broke=acts.broke.sum().fill_null(0))


def edges(acts: ir.Table) -> ir.Table:
    """What follows what: how often, how often work changes hands there, and how many promises broke in between."""
    follows = acts.filter(acts.activity_before.notnull())
    return follows.group_by(["activity_before", "activity"]).aggregate(
        times=follows.count(),
        handed=is_handoff(follows).cast("int64").sum(),
        broke=follows.broke.sum().fill_null(0),
    )


def between(acts: ir.Table) -> ir.Table:
    """What follows what: how long in between."""
    follows = acts.filter(acts.activity_before.notnull())
    return follows.group_by(["activity_before", "activity"]).aggregate(waited=follows.waited.median())


def shown(acts: ir.Table, kept: list[int]) -> ir.Table:
    """Only these activities, each linked to the one before it among them."""
    some = acts.filter(acts.activity.isin(kept))
    so = ibis.window(group_by="case_number", order_by="position")
    return some.mutate(
        activity_before=some.activity.lag().over(so),
        side_before=some.side.lag().over(so),
        actor_before=some.actor.lag().over(so),
        resource_before=some.resource.lag().over(so),
        last=some.position.lead().over(so).isnull(),
    )


def whole(acts: ir.Table, kept: list[int]) -> ir.Table:
    """The acts of cases in which nothing but these activities happened: their links stand."""
    return acts.anti_join(acts.filter(~acts.activity.isin(kept)), "case_number")


def parted(acts: ir.Table, kept: list[int]) -> ir.Table:
    """The acts of the other cases: they have to be linked anew."""
    return acts.semi_join(acts.filter(~acts.activity.isin(kept)), "case_number")


def is_handoff(acts: ir.Table) -> ir.BooleanValue:
    """Whether people did this act and the one before it, and they are of different teams or known to differ."""
    people = (acts.side == PEOPLE) & (acts.side_before == PEOPLE)
    teams = acts.actor != acts.actor_before
    known = acts.resource.notnull() & acts.resource_before.notnull()
    return people & (teams | (known & (acts.resource != acts.resource_before)))


def actors(acts: ir.Table) -> ir.Table:
    """Who does what: for each activity, side and actor how often, and how long."""
    return acts.group_by(["activity", "side", "actor"]).aggregate(
        times=acts.count(), waited=acts.waited.median(), touched=acts.touched.median()
    )


def waits_by_cause(acts: ir.Table) -> ir.Table:
    """One row: all the time that cases stood, by cause; the calendar's part is taken out of the queue."""

    def of(cause: int) -> ir.Value:
        return acts.waited.sum(where=acts.cause == cause).fill_null(0)

    calendar = acts.closed.sum(where=acts.cause == QUEUE).fill_null(0)
    return acts.aggregate(
        queue=of(QUEUE) - calendar, calendar=calendar, customer=of(CUSTOMER), system=of(SYSTEM), batch=of(BATCH)
    )


def behind(acts: ir.Table, cases: ir.Table) -> ir.Table:
    """The cases in which these acts are, with how often and how long they stood before them."""
    there = acts.group_by("case_number").aggregate(
        times=acts.count(), waited=acts.waited.sum(), broke=acts.broke.sum().fill_null(0)
    )
    return cases.inner_join(there, "case_number").select(
        "case_number", "name", "started", "ended", "lasted", "open", "times", "waited", "broke"
    )


def without_acts(cases: ir.Table) -> ir.Table:
    """The cases themselves, in the shape of ``behind``."""
    return cases.select(
        "case_number",
        "name",
        "started",
        "ended",
        "lasted",
        "open",
        times=cases.events,
        waited=ibis.null("float64"),
        broke=ibis.literal(0),
    )


def of_case(log: int, case_number: int) -> ir.Table:
    """The acts of one case, in order."""
    acts = tables.acts()
    return acts.filter((acts.log == log) & (acts.case_number == case_number)).order_by("position")
