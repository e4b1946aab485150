"""Asks the store what an expression of ``measures`` says."""

from __future__ import annotations

from typing import Any

import duckdb
import ibis
import ibis.expr.types as ir

WORDS = {
    "activity": "activity",
    "activity_before": "activity",
    "resource": "resource",
    "resource_before": "resource",
}
"""Columns that hold the number of a word, and of which kind"""


def ask(connection: duckdb.DuckDBPyConnection, expression: ir.Table) -> list[dict[str, Any]]:
    """The rows of an expression, numbers as they are."""
    answer = connection.execute(str(ibis.to_sql(expression, dialect="duckdb")))
    names = [column[0] for column in answer.description or ()]
    return [dict(zip(names, row, strict=True)) for row in answer.fetchall()]


def ask_in_words(connection: duckdb.DuckDBPyConnection, expression: ir.Table, *, log: int) -> list[dict[str, Any]]:
    """The rows of an expression about one log, with activities and resources by their names."""
    found = connection.execute("SELECT kind, number, name FROM words WHERE log = ?", [log]).fetchall()
    names = {(kind, number): name for kind, number, name in found}
    return [
        {name: names.get((WORDS[name], value), value) if name in WORDS else value for name, value in row.items()}
        for row in ask(connection, expression)
    ]
