"""The figures of one log, by the compiled form of ``measures.figures``.

Compiling takes longer than asking, and a command that imports a log should not wait for it: the compiled text lies
beside this module, and a test holds it equal to what the expression compiles to.
"""

from __future__ import annotations

from dataclasses import dataclass, fields
from pathlib import Path
from typing import Any

import duckdb

COMPILED = Path(__file__).with_name("figures.duckdb.sql")
STEPS, CASES = "chosen_steps", "chosen_cases"


@dataclass(frozen=True, kw_only=True)
class Figures:
    """A log in numbers; days are of 24 hours, None where there is no case."""

    events: int
    cases: int
    activities: int
    variants: int
    edges: int
    median_days: float | None
    mean_days: float | None
    p90_days: float | None
    cases_with_repeats: int
    handovers: int


def figures_of(connection: duckdb.DuckDBPyConnection, log: int) -> Figures:
    """Measure one log of the store."""
    for name, table in ((STEPS, "steps"), (CASES, "cases")):
        connection.execute(f"CREATE OR REPLACE TEMP VIEW {name} AS SELECT * FROM {table} WHERE log = {int(log)}")  # noqa: S608
    answer = connection.execute(COMPILED.read_text(encoding="utf-8"))
    row = answer.fetchone()
    columns = [column[0] for column in answer.description or ()]
    told: dict[str, Any] = dict(zip(columns, row or (), strict=True))
    return Figures(**{field.name: _rounded(told[field.name]) for field in fields(Figures)})


def compiled() -> str:
    """What the expression compiles to now."""
    import ibis

    from backline.insight.logs import measures

    expression = measures.figures(measures.steps(STEPS), measures.cases(CASES))
    return str(ibis.to_sql(expression, dialect="duckdb")) + "\n"


def _rounded(value: Any) -> Any:
    return round(value, 6) if isinstance(value, float) else value
