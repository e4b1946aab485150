"""Systems that send no webhooks are asked what is new, from where the last list ended; each row is noted once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from backline.channels.webhooks.models import ChangeCursor, Notice
from backline.channels.webhooks.receiving import found_in, note, text_at
from backline.connectors import calling, systems
from backline.connectors.contract import Missing, UnknownOperation
from backline.connectors.declarations import Changes
from backline.engine import values
from backline.engine.definition import DefinitionProblems
from backline.engine.values import Row, encode
from backline.jobs import enqueuing

CHANGES_JOB = "changes"
AT_ONCE = timedelta(seconds=0)


def begin(*, now: datetime) -> None:
    """Have every list of changes that a file declares asked for; one that is asked for already keeps its time."""
    for path in systems.files():
        try:
            declared = systems.link_of(path.stem).system.changes
        except (DefinitionProblems, UnknownOperation, ValueError):
            continue  # 'backline doctor' names what is wrong in a file
        for name in declared:
            enqueuing.ensure(CHANGES_JOB, f"{path.stem}:{name}", due_at=now)


def poll(ref: str, now: datetime) -> None:
    """The job ``changes``, ref ``system:name``: note what is new, move the cursor, and come again."""
    system, _colon, name = ref.partition(":")
    try:
        changes = systems.link_of(system).system.changes.get(name)
    except (UnknownOperation, DefinitionProblems):
        changes = None
    if changes is None:
        return
    kept, _made = ChangeCursor.objects.get_or_create(system=system, name=name)
    read = calling.read(f"{system}.{changes.read}", {"cursor": kept.cursor})
    problem = f"{read.reason} {read.detail}" if isinstance(read, Missing) and read.reason != "none" else ""
    rows = [] if isinstance(read, Missing) else _rows(values.decode(read.type, read.value))
    more = _note(kept, changes, rows, problem, now)
    pause = AT_ONCE if more else timedelta(seconds=changes.every_s)
    enqueuing.enqueue(CHANGES_JOB, ref, due_at=now + pause)


def _note(kept: ChangeCursor, changes: Changes, rows: Sequence[dict[str, Any]], problem: str, now: datetime) -> bool:
    """Notices and cursor in one transaction; whether the cursor moved, and so more may be there."""
    before = kept.cursor
    with transaction.atomic():
        for row in rows:
            at = text_at(row, changes.cursor)
            note(_notice(kept, changes, row, at, now), now=now)
            kept.cursor = at or kept.cursor
        kept.at, kept.problem = now, problem[:300]
        kept.save()
    return kept.cursor != before


def _notice(kept: ChangeCursor, changes: Changes, row: dict[str, Any], at: str, now: datetime) -> Notice:
    return Notice(
        system=kept.system, key=f"{kept.name}:{at}"[:200], source=kept.name, event=changes.wake.event, at=now,
        **found_in(row, changes.wake),
    )  # fmt: skip


def _rows(value: object) -> list[dict[str, Any]]:
    several = value if isinstance(value, list | tuple) else [value]
    return [_plain(row) for row in several if isinstance(row, Row | Mapping)]


def _plain(row: Row | Mapping[str, Any]) -> dict[str, Any]:
    members = row.members if isinstance(row, Row) else row
    plain = {name: encode(value) for name, value in members.items()}
    return {"id": row.id, **plain} if isinstance(row, Row) else plain
