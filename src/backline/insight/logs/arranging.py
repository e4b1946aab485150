"""Orders the events of each case once, and notes for every step what came before it.

Words become numbers as they come, so that a log of millions of events is a few columns of numbers until it is written.
"""

from __future__ import annotations

from dataclasses import dataclass

import duckdb
import numpy as np
import pyarrow as pa

from backline.insight.logs.arrays import Ints, integers, known, moments, reals, whole
from backline.insight.logs.batches import Batch
from backline.insight.logs.variants import variants_of
from backline.insight.logs.words import Words

AT_ONCE = 1 << 19
"""Steps that are written in one go"""
SECOND = 1e6
STAGE = "CREATE OR REPLACE TEMP TABLE told_of_cases (case_name VARCHAR, key VARCHAR, value VARCHAR)"
NAMED = """
INSERT INTO facts SELECT {log}, case_number, NULL, key, value
    FROM told_of_cases t JOIN cases c ON c.log = {log} AND c.name = t.case_name
"""
SPOKEN = ("activity", "resource", "lifecycle")


@dataclass(frozen=True, eq=False)
class Steps:
    """The steps of a log in the order of their cases, columns of one length; a word that nobody told is 0."""

    case: Ints
    activity: Ints
    resource: Ints
    lifecycle: Ints
    moment: Ints
    """Microseconds since 1970"""
    place: Ints

    def part(self, which: slice | Ints) -> Steps:
        """Some of them, in this order."""
        return Steps(**{name: column[which] for name, column in vars(self).items()})


class Arranger:
    """Takes the events of one log as they come, and writes its steps, cases and variants when all have."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, log: int) -> None:
        self._connection, self._log = connection, int(log)
        self._words = {name: Words() for name in ("case_name", *SPOKEN)}
        self._moments: list[Ints] = []
        self._places: list[Ints] = []
        connection.execute(STAGE)

    def take(self, batch: Batch) -> None:
        """Keep the events of a batch; what else it tells is written at once."""
        events = batch.events.combine_chunks()
        if len(events):
            for name, words in self._words.items():
                words.take(events.column(name).chunk(0))
            self._moments.append(whole(events.column("moment").chunk(0)))
            self._places.append(whole(events.column("place").chunk(0)))
        self._write("INSERT INTO told_of_cases SELECT * FROM told", batch.case_facts)
        self._write("INSERT INTO facts SELECT {log}, NULL, place, key, value FROM told", batch.event_facts)

    def taken(self) -> bool:
        """Whether any event was taken in."""
        return bool(self._moments)

    def arrange(self) -> None:
        """Write what was taken in, in order."""
        settled = {name: words.settle() for name, words in self._words.items()}
        told = {name: numbers for name, (numbers, _names) in settled.items()}
        moment, place = np.concatenate(self._moments), np.concatenate(self._places)
        self._moments, self._places = [], []
        steps = _in_order(
            Steps(told["case_name"], told["activity"], told["resource"], told["lifecycle"], moment, place)
        )
        for kind in SPOKEN:
            self._write_words(kind, settled[kind][1])
        begins = np.flatnonzero(np.diff(steps.case, prepend=0))
        self._write_steps(steps)
        self._write_cases(steps, begins, settled["case_name"][1])
        self._connection.execute(NAMED.format(log=self._log))
        self._connection.execute("DROP TABLE told_of_cases")

    def _write_words(self, kind: str, names: pa.Array) -> None:
        numbers = integers(np.arange(1, len(names) + 1))
        told = pa.table({"kind": pa.repeat(pa.scalar(kind), len(names)), "number": numbers, "name": names})
        self._write("INSERT INTO words SELECT {log}, * FROM told", told)

    def _write_steps(self, steps: Steps) -> None:
        """A part at a time, each looked at with the step before its first."""
        position = _positions(steps.case)
        for start in range(0, len(steps.case), AT_ONCE):
            before, end = max(0, start - 1), start + AT_ONCE
            told = _beside_the_one_before(steps.part(slice(before, end)), position[before:end])
            self._write("INSERT INTO steps SELECT {log}, * FROM told", told.slice(start - before))

    def _write_cases(self, steps: Steps, begins: Ints, names: pa.Array) -> None:
        variants = variants_of(steps.activity, begins)
        numbers = integers(np.arange(1, len(variants.cases) + 1))
        told = pa.table({"variant": numbers, "path": variants.paths, "cases": integers(variants.cases)})
        self._write("INSERT INTO variants SELECT {log}, variant, array_to_string(path, ' '), cases FROM told", told)
        ends = np.append(begins[1:], len(steps.case))
        started, ended = steps.moment[begins], steps.moment[ends - 1]
        told = pa.table(
            {
                "case_number": integers(steps.case[begins]),
                "name": names,
                "started": moments(started),
                "ended": moments(ended),
                "lasted": reals((ended - started) / SECOND),
                "events": integers(ends - begins),
                "variant": integers(variants.of_case),
                "repeated": integers(variants.repeated[variants.of_case - 1]),
            }
        )
        self._write("INSERT INTO cases SELECT {log}, *, false FROM told", told)

    def _write(self, statement: str, told: pa.Table | None) -> None:
        if told is None or not len(told):
            return
        self._connection.register("told", told)
        self._connection.execute(statement.format(log=self._log))
        self._connection.unregister("told")


def _in_order(steps: Steps) -> Steps:
    """By case, within a case by time, then as told; most files stand in this order already."""
    case, moment = steps.case, steps.moment
    same = case[1:] == case[:-1]
    placed = (case[1:] > case[:-1]) | (same & (moment[1:] >= moment[:-1]))
    if placed.all():
        return steps
    return steps.part(np.lexsort((moment, case)))


def _positions(case: Ints) -> Ints:
    """Which step of its case each is, from 1 on."""
    rows = np.arange(1, len(case) + 1, dtype=np.int32)
    begins = np.diff(case, prepend=0) != 0
    return rows - np.maximum.accumulate(np.where(begins, rows, 0)) + 1


def _beside_the_one_before(steps: Steps, position: Ints) -> pa.Table:
    """Rows of the table of steps."""
    first = position == 1
    first[0] = True

    def before(column: Ints) -> pa.Array:
        told = np.roll(column, 1)
        told[first] = 0
        return known(told)

    waited = np.diff(steps.moment, prepend=0) / SECOND
    return pa.table(
        {
            "case_number": integers(steps.case),
            "position": integers(position),
            "activity": integers(steps.activity),
            "resource": known(steps.resource),
            "lifecycle": known(steps.lifecycle),
            "moment": moments(steps.moment),
            "activity_before": before(steps.activity),
            "resource_before": before(steps.resource),
            "waited": reals(np.where(first, np.nan, waited)),
            "place": integers(steps.place),
        }
    )
