"""The tables of acts as expressions see them; ``logs.store`` makes them."""

from __future__ import annotations

import ibis
import ibis.expr.types as ir

DOES, SEES, PEOPLE, SYSTEMS = 0, 1, 2, 3
"""The four sides of a service"""
UNKNOWN, QUEUE, CUSTOMER, SYSTEM, BATCH = 0, 1, 2, 3, 4
"""Why a case stood; time outside working hours is taken out of the queue and called calendar"""

ACTS = ibis.schema(
    {
        "log": "int32",
        "case_number": "int32",
        "position": "int32",
        "activity": "int32",
        "side": "int16",
        "actor": "int32",
        "resource": "int32",
        "channel": "int32",
        "began": "timestamp",
        "moment": "timestamp",
        "touched": "float64",
        "waited": "float64",
        "closed": "float64",
        "cause": "int16",
        "activity_before": "int32",
        "side_before": "int16",
        "actor_before": "int32",
        "resource_before": "int32",
        "again": "int32",
        "broke": "int32",
        "elapsed": "float64",
        "last": "boolean",
    }
)
PROMISES = ibis.schema(
    {
        "log": "int32",
        "case_number": "int32",
        "name": "int32",
        "due": "timestamp",
        "settled": "timestamp",
        "kept": "boolean",
    }
)
SCORES = ibis.schema(
    {
        "log": "int32",
        "case_number": "int32",
        "acts": "int32",
        "people": "int32",
        "touched": "float64",
        "queue": "float64",
        "calendar": "float64",
        "customer": "float64",
        "system": "float64",
        "batch": "float64",
        "handoffs": "int32",
        "returned": "int32",
        "again": "int32",
        "contacts": "int32",
        "asked_twice": "int32",
        "rekeyed": "int32",
        "kept": "int32",
        "broken": "int32",
    }
)
TALLIES = ibis.schema(
    {"log": "int32", "case_number": "int32", "contacts": "int32", "asked_twice": "int32", "rekeyed": "int32"}
)


def acts(name: str = "acts") -> ir.Table:
    """The acts of all logs."""
    return ibis.table(ACTS, name=name)


def promises(name: str = "promises") -> ir.Table:
    """The promises made in cases."""
    return ibis.table(PROMISES, name=name)


def tallies(name: str = "tallies") -> ir.Table:
    """What is counted in each of our own cases."""
    return ibis.table(TALLIES, name=name)


def scores(name: str = "scores") -> ir.Table:
    """What is counted of each case; see ``scoring``."""
    return ibis.table(SCORES, name=name)
