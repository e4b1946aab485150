"""What is counted of each case, once: the measures of many cases are sums, shares and quantiles of these."""

from __future__ import annotations

import duckdb
import ibis
import ibis.expr.types as ir
import pyarrow as pa

from backline.insight.acts import measures, tables
from backline.insight.acts.tables import BATCH, CUSTOMER, PEOPLE, QUEUE, SYSTEM


def scores(acts: ir.Table, tallies: ir.Table, promises: ir.Table) -> ir.Table:
    """One row for each case; null where the log can't tell."""
    so = ibis.window(group_by=["log", "case_number"], order_by="position")
    linked = acts.mutate(
        actor_two_before=acts.actor_before.lag().over(so), resource_two_before=acts.resource_before.lag().over(so)
    )
    of_acts = linked.group_by(["log", "case_number"]).aggregate(
        acts=linked.count(),
        people=(linked.side == PEOPLE).cast("int32").sum(),
        touched=linked.touched.sum(where=linked.side == PEOPLE),
        queue=_waited(linked, QUEUE) - linked.closed.sum(where=linked.cause == QUEUE).fill_null(0),
        calendar=linked.closed.sum(where=linked.cause == QUEUE).fill_null(0),
        customer=_waited(linked, CUSTOMER),
        system=_waited(linked, SYSTEM),
        batch=_waited(linked, BATCH),
        handoffs=measures.is_handoff(linked).cast("int32").sum(),
        returned=is_return(linked).cast("int32").sum(),
        again=((linked.again > 0) & (linked.side == PEOPLE)).cast("int32").sum(),
    )
    kept = promises.group_by(["log", "case_number"]).aggregate(
        kept=(promises.kept == True).cast("int32").sum(),  # noqa: E712 - an expression, and null is neither
        broken=(promises.kept == False).cast("int32").sum(),  # noqa: E712
    )
    known = tallies.select("log", "case_number", "contacts", "asked_twice", "rekeyed")
    joined = of_acts.left_join(known, ["log", "case_number"]).drop("log_right", "case_number_right")
    joined = joined.left_join(kept, ["log", "case_number"]).drop("log_right", "case_number_right")
    return joined.select(*tables.SCORES.names)


def is_return(acts: ir.Table) -> ir.BooleanValue:
    """Whether work came straight back: by this one, by another, by this one again."""
    back = (acts.resource == acts.resource_two_before) & (acts.actor == acts.actor_two_before)
    return measures.is_handoff(acts) & back.fill_null(False)


def _waited(acts: ir.Table, cause: int) -> ir.Value:
    return acts.waited.sum(where=acts.cause == cause).fill_null(0)


def score(connection: duckdb.DuckDBPyConnection, log: int, cases: list[int] | None = None) -> None:
    """Count again in all cases of a log, or in these."""
    acts, tallies, promises = (
        one.filter(one.log == log) for one in (tables.acts(), tables.tallies(), tables.promises())
    )
    if cases is None:
        connection.execute("DELETE FROM scores WHERE log = ?", [log])
    else:
        connection.register("cases_told", pa.table({"case_number": pa.array(cases, pa.int32())}))
        connection.execute(
            "DELETE FROM scores WHERE log = ? AND case_number IN (SELECT case_number FROM cases_told)", [log]
        )
        told = ibis.table({"case_number": "int32"}, name="cases_told")
        acts, tallies, promises = (one.semi_join(told, "case_number") for one in (acts, tallies, promises))
    compiled = str(ibis.to_sql(scores(acts, tallies, promises), dialect="duckdb"))
    connection.execute(f"INSERT INTO scores {compiled}")
    if cases is not None:
        connection.unregister("cases_told")
