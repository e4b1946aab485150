"""Object-centric logs, OCEL 2.0 as JSON and as SQLite: one object type is chosen as the case."""

from __future__ import annotations

import json
import re
import sqlite3
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa

from backline.insight.logs.arrays import truths
from backline.insight.logs.batches import EVENT_FACTS, EVENTS, LONGEST, Batch
from backline.insight.logs.columns import NAMES, NOBODY, Columns, Confirm
from backline.insight.logs.heads import SQLITE, head_of
from backline.insight.logs.judging import judge
from backline.insight.logs.moments import Moments
from backline.insight.logs.report import KEPT, LogRefused, Report
from backline.insight.logs.told import Told
from backline.insight.logs.unpacking import Progress, no_progress, pieces

EVENTS_A_BATCH = 50_000
LARGEST = 2 << 30
"""Bytes of JSON that are read at once"""
PEOPLE = re.compile(r"resource|employee|worker|user|agent|staff|person|mitarbeiter|bearbeiter", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class OcelEvent:
    """One event with the objects that it touched."""

    id: str
    activity: str
    moment: str
    objects: tuple[str, ...]
    facts: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, kw_only=True)
class Objects:
    """Of which type each object is."""

    types: dict[str, str]

    def of_type(self, event: OcelEvent, kind: str) -> list[str]:
        """The objects of this type that the event touched, each once."""
        return list(dict.fromkeys(one for one in event.objects if self.types.get(one) == kind))


class OcelReader:
    """An event stands in the case of each object of the chosen type that it touched."""

    kind = "OCEL 2.0"

    def __init__(
        self,
        path: Path,
        *,
        told: Told,
        moments: Moments,
        report: Report,
        confirm: Confirm | None = None,
        progress: Progress = no_progress,
    ) -> None:
        self._moments, self._report = moments, report
        is_sqlite = head_of(path).startswith(SQLITE)
        self._objects, self._events = _sqlite(path) if is_sqlite else _json(path, report, progress)
        self._case, self._resource = self._chosen(told, confirm)

    def batches(self) -> Iterator[Batch]:
        """The events, each as often as it touched a case."""
        place = 0
        for start in range(0, len(self._events), EVENTS_A_BATCH):
            rows = list(self._rows(self._events[start : start + EVENTS_A_BATCH], start))
            yield self._batch(rows, place)
            place += len(rows)

    def _rows(self, events: Iterable[OcelEvent], start: int) -> Iterator[tuple[int, OcelEvent, str | None, str | None]]:
        for number, event in enumerate(events, start + 1):
            who = event.facts.get(self._resource) or next(iter(self._objects.of_type(event, self._resource)), None)
            cases: list[str | None] = [*self._objects.of_type(event, self._case)]
            for case in cases or [None]:
                yield number, event, case, who

    def _batch(self, rows: list[tuple[int, OcelEvent, str | None, str | None]], place: int) -> Batch:
        written = pa.array([event.moment for _, event, _, _ in rows], pa.string())
        columns = {
            "case_name": pa.array([case for _, _, case, _ in rows], pa.string()),
            "activity": pa.array([event.activity for _, event, _, _ in rows], pa.string()),
            "resource": pa.array([who for _, _, _, who in rows], pa.string()),
            "moment": self._moments.read(written),
            "lifecycle": pa.nulls(len(rows), pa.string()),
            "place": pa.array(range(place, place + len(rows)), pa.int64()),
        }
        refused, reasons = judge(columns, written, expanded=False)
        told = reasons(KEPT)
        for at, reason in told:
            number, event, case, _ = rows[at]
            why = f"{reason}: it touches no {self._case!r}" if case is None else reason
            self._report.refuse(0, f"{why} (event {number}, {event.id!r})")
        self._report.refused += int(refused.sum()) - len(told)
        facts = [
            {"place": place + at, "key": key, "value": value[:LONGEST]}
            for at, (_, event, _, _) in enumerate(rows)
            for key, value in event.facts.items()
        ]
        kept = pa.table(columns, schema=EVENTS).filter(truths(~refused))
        return Batch(events=kept, event_facts=pa.Table.from_pylist(facts, schema=EVENT_FACTS))

    def _chosen(self, told: Told, confirm: Confirm | None) -> tuple[str, str]:
        touched: Counter[str] = Counter()
        for event in self._events:
            touched.update({self._objects.types[one] for one in event.objects if one in self._objects.types})
        kinds = sorted(touched, key=lambda kind: (-touched[kind], kind))
        if not kinds:
            raise LogRefused("no event of this log touches an object, so nothing can be its case")
        if told.case and told.case not in kinds:
            raise LogRefused(f"there is no object type {told.case!r}; there are {', '.join(map(repr, kinds))}")
        facts = sorted({key for event in self._events[:1000] for key in event.facts})
        people = [kind for kind in kinds if PEOPLE.search(kind)]
        known = [key for key in facts if re.sub(r"[\W_]+", "", key.casefold()) in NAMES["resource"]]
        case = told.case or next((kind for kind in kinds if kind not in people), kinds[0])
        guess = next(iter([*known, *people]), "") if case not in people else next(iter(known), "")
        resource = "" if told.resource == NOBODY else told.resource or guess
        guessed = () if told.case else ("case",)
        columns = Columns(case=case, activity="type", time="time", resource=resource, guessed=guessed)
        if guessed:
            columns = confirm(columns, kinds) if confirm else columns
            self._report.note(f"the object type that is the case was guessed: {columns.case!r} of {', '.join(kinds)}")
        return columns.case, columns.resource


def _json(path: Path, report: Report, progress: Progress) -> tuple[Objects, list[OcelEvent]]:
    content = bytearray()
    for piece in pieces(path, size=8 << 20, report=report, progress=progress):
        content += piece
        if len(content) > LARGEST:
            raise LogRefused("this JSON is larger than 2 GB; OCEL as SQLite is read piece by piece")
    try:
        data = json.loads(bytes(content).decode("utf-8-sig"))
    except (ValueError, RecursionError) as wrong:
        raise LogRefused(f"the JSON is broken: {wrong}")
    if not isinstance(data.get("events"), list) or not isinstance(data.get("objects"), list):
        raise LogRefused("this JSON is not OCEL 2.0: it has no lists 'events' and 'objects'")
    types = {
        str(one["id"]): str(one.get("type", "")) for one in data["objects"] if isinstance(one, dict) and "id" in one
    }
    events = []
    for number, one in enumerate(data["events"], 1):
        if isinstance(one, dict):
            events.append(_event(one))
        else:
            report.refuse(0, f"an event that is not an object of JSON (event {number})")
    return Objects(types=types), events


def _event(told: dict[str, Any]) -> OcelEvent:
    links = told.get("relationships") or []
    attributes = told.get("attributes") or []
    return OcelEvent(
        id=str(told.get("id", "")),
        activity=str(told.get("type") or ""),
        moment=str(told.get("time") or ""),
        objects=tuple(str(link.get("objectId")) for link in links if isinstance(link, dict)),
        facts={str(one.get("name")): str(one.get("value")) for one in attributes if isinstance(one, dict)},
    )


def _sqlite(path: Path) -> tuple[Objects, list[OcelEvent]]:
    try:
        with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro&immutable=1", uri=True)) as connection:
            return _tables(connection)
    except sqlite3.DatabaseError as wrong:
        raise LogRefused(f"this SQLite file is not OCEL 2.0, or broken: {wrong}")


def _tables(connection: sqlite3.Connection) -> tuple[Objects, list[OcelEvent]]:
    connection.text_factory = lambda raw: raw.decode("utf-8", "replace")
    types = {str(one): str(kind) for one, kind in connection.execute("SELECT ocel_id, ocel_type FROM object")}
    touched: dict[str, list[str]] = {}
    for event, one in connection.execute("SELECT ocel_event_id, ocel_object_id FROM event_object"):
        touched.setdefault(str(event), []).append(str(one))
    details: dict[str, dict[str, Any]] = {}
    for (mapped,) in connection.execute("SELECT DISTINCT ocel_type_map FROM event_map_type").fetchall():
        table = '"event_' + str(mapped).replace('"', '""') + '"'
        found = connection.execute(f"SELECT * FROM {table}")  # noqa: S608 - quoted; SQLite knows no other way
        names = [column[0] for column in found.description]
        details.update({str(row[names.index("ocel_id")]): dict(zip(names, row, strict=True)) for row in found})
    events = [
        OcelEvent(
            id=str(one),
            activity=str(kind or ""),
            moment=str(details.get(str(one), {}).get("ocel_time") or ""),
            objects=tuple(touched.get(str(one), ())),
            facts=_plain_facts(details.get(str(one), {})),
        )
        for one, kind in connection.execute("SELECT ocel_id, ocel_type FROM event ORDER BY rowid")
    ]
    return Objects(types=types), events


def _plain_facts(row: dict[str, Any]) -> dict[str, str]:
    return {key: str(value) for key, value in row.items() if value is not None and key not in ("ocel_id", "ocel_time")}
