"""Backline's own timelines as logs, one a case type, so that the same measures hold for both.

They are a reading of what is stored and can be made again at any time. What is kept of a person is the number of a
colleague's account; a party is ``customer`` to the log, whoever it is, and no value of a fact is copied.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa

from backline.cases.models import Case, Entry, EntryPayload
from backline.insight.logs.batches import CASE_FACTS, EVENT_FACTS, EVENTS, Batch
from backline.insight.logs.importing import OPEN, OWN, Imported, forget_others, import_log
from backline.insight.logs.report import Report

CASES_A_BATCH = 500
OF_A_FACT = ("answered", "silence", "reminded", "second opinion")
OF_AN_EFFECT = ("done", "refused", "failed", "given up")
OF_A_PROMISE = ("kept", "broken")
PLAIN = (
    *("opened", "taken", "released", "handed over", "task added", "colleague asked", "customer asked", "replied"),
    *("noted", "document", "stuck", "unstuck", "reopened"),
)
COLUMNS = ("case_id", "sequence", "version", "kind", "actor", "channel", "at")


def rebuild(*, folder: Path, now: datetime) -> list[Imported]:
    """Make the logs of all case types again from their timelines."""
    keys = list(Case.objects.order_by("type_key").values_list("type_key", flat=True).distinct())
    forget_others(folder=folder, keep=keys)
    return [feed(type_key=key, folder=folder, now=now) for key in keys]


def feed(*, type_key: str, folder: Path, now: datetime) -> Imported:
    """Make the log of one case type again."""
    return import_log(folder=folder, name=type_key, reader=TimelineReader(type_key), report=Report(), now=now)


class TimelineReader:
    """Reads the timelines of one case type: each step that a person, a system or time took."""

    kind = OWN

    def __init__(self, type_key: str) -> None:
        self._type_key = type_key
        self._place = 0

    def batches(self) -> Iterator[Batch]:
        """Some hundred cases at a time, oldest first."""
        last = 0
        rows = Case.objects.filter(type_key=self._type_key).order_by("pk")
        while found := list(rows.filter(pk__gt=last).defer("snapshot")[:CASES_A_BATCH]):
            last = found[-1].pk
            yield self._batch(found)

    def _batch(self, cases: list[Case]) -> Batch:
        names = {case.pk: case.reference for case in cases}
        payloads = EntryPayload.objects.filter(case__in=names)
        told = {(row.case_id, row.sequence): row.data for row in payloads.iterator()}
        events: list[dict[str, Any]] = []
        facts: list[dict[str, Any]] = []
        said: set[tuple[int, int, str]] = set()
        for row in Entry.objects.filter(case__in=names).order_by("case_id", "sequence").values(*COLUMNS):
            data = told.get((row["case_id"], row["sequence"]), {})
            activity = _activity(row, data, said)
            if activity:
                events.append(self._event(row, activity, names[row["case_id"]]))
                facts += self._facts(row, data)
                self._place += 1
        return Batch(
            events=pa.Table.from_pylist(events, schema=EVENTS),
            case_facts=pa.Table.from_pylist([one for case in cases for one in _case_facts(case)], schema=CASE_FACTS),
            event_facts=pa.Table.from_pylist(facts, schema=EVENT_FACTS),
        )

    def _event(self, row: dict[str, Any], activity: str, name: str) -> dict[str, Any]:
        return {
            "case_name": name,
            "activity": activity,
            "resource": _resource(row["actor"]),
            "moment": row["at"].astimezone(UTC).replace(tzinfo=None),
            "lifecycle": None,
            "place": self._place,
        }

    def _facts(self, row: dict[str, Any], data: dict[str, Any]) -> list[dict[str, Any]]:
        team = data.get("who", "") if data.get("source") == "work" else ""
        told = {"channel": row["channel"], "team": team}
        return [{"place": self._place, "key": key, "value": str(value)} for key, value in told.items() if value]


def _activity(row: dict[str, Any], data: dict[str, Any], said: set[tuple[int, int, str]]) -> str:
    """What a step is called; empty for entries that are no step of their own."""
    kind = str(row["kind"])
    if kind in PLAIN:
        return kind
    if kind in OF_A_FACT:
        return f"{kind}: {data.get('fact') or 'something'}"
    if kind in OF_AN_EFFECT:
        return f"{kind}: {_action(str(data.get('key', '')))}"
    if kind in OF_A_PROMISE:
        return f"promise {kind}: {data.get('name') or 'a promise'}"
    if kind == "message":
        return f"message {data.get('direction') or 'out'}"
    if kind == "ended":
        return f"ended: {data.get('outcome') or 'without outcome'}"
    return _told_once(row, said) if kind == "asserted" else ""


def _told_once(row: dict[str, Any], said: set[tuple[int, int, str]]) -> str:
    """What somebody says in one go is one step, however many facts it holds; what a system finds is none."""
    one = (row["case_id"], row["version"], row["actor"])
    if one in said or str(row["actor"]).startswith("system:"):
        return ""
    said.add(one)
    return "told"


def _action(key: str) -> str:
    """The action of an effect's key, ``case/action/item/generation/kind``."""
    parts = key.split("/")
    if len(parts) < 3:
        return "an action"
    return parts[1] if parts[-1] == "do" else f"{parts[1]} ({parts[-1]})"


def _resource(actor: str) -> str:
    return "customer" if actor.startswith("party:") else actor


def _case_facts(case: Case) -> Iterator[dict[str, str]]:
    told = {
        "outcome": case.outcome,
        "channel": case.channel,
        "owner": case.owner,
        "type version": str(case.type_version),
        OPEN: "" if case.state == Case.State.ENDED else "yes",
    }
    for key, value in told.items():
        if value:
            yield {"case_name": case.reference, "key": key, "value": value}
