"""The door by which a log comes into the store."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from backline.insight.logs import store
from backline.insight.logs.arranging import Arranger
from backline.insight.logs.batches import Reader
from backline.insight.logs.figures import Figures, figures_of
from backline.insight.logs.report import LogRefused, Report

OWN = "Backline"
"""The kind of a log that is made of our own timelines"""


@dataclass(frozen=True, kw_only=True)
class Imported:
    """What came of an import."""

    log: int
    name: str
    figures: Figures
    report: Report


def import_log(*, folder: Path, name: str, reader: Reader, report: Report, now: datetime) -> Imported:
    """Read a log into the store of ``folder``, in place of one of the same name; refuse one without any event."""
    with store.opened(folder, writing=True) as connection:
        connection.execute("BEGIN")
        log = _number(connection, name, reader.kind)
        arranger = Arranger(connection, log)
        for batch in reader.batches():
            arranger.take(batch)
        if not arranger.taken():
            raise LogRefused(_nothing(name, report))
        arranger.arrange()
        figures = figures_of(connection, log)
        if figures.activities >= 1000:
            report.note(f"{figures.activities:,} activities: is the right column the activity?")
        told_at = now.astimezone(UTC).replace(tzinfo=None)
        row = [log, name, reader.kind, told_at, figures.events, figures.cases, report.refused]
        connection.execute("INSERT INTO logs VALUES (?, ?, ?, ?, ?, ?, ?)", row)
        _keep_refusals(connection, log, report)
        connection.execute("COMMIT")
    return Imported(log=log, name=name, figures=figures, report=report)


def _number(connection: duckdb.DuckDBPyConnection, name: str, kind: str) -> int:
    """A number for the log; what was there under its name is taken out. Our own logs and others don't meet."""
    named = "SELECT log FROM logs WHERE name = ? AND (kind = ?) = ?"
    for (old,) in connection.execute(named, [name, OWN, kind == OWN]).fetchall():
        store.forget(connection, old)
    found = connection.execute("SELECT coalesce(max(log), 0) + 1 FROM logs").fetchone()
    return int(found[0]) if found else 1


def _nothing(name: str, report: Report) -> str:
    if not report.refused:
        return f"{name} holds no events"
    first = report.refusals[0]
    return f"nothing of {name} could be read; first, line {first.line}: {first.reason}"


def _keep_refusals(connection: duckdb.DuckDBPyConnection, log: int, report: Report) -> None:
    if report.refusals:
        rows = [[log, refusal.line, refusal.reason] for refusal in report.refusals]
        connection.executemany("INSERT INTO refusals VALUES (?, ?, ?)", rows)
