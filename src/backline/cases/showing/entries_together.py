"""The timeline of a case, with those of the cases that go on in it, in the order in which it happened."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from backline.cases.merging.merged_cases import rows_of
from backline.cases.models import Case, Entry, EntryPayload
from backline.cases.storage.selecting import several

Told = tuple[Entry, dict[str, Any] | None]
TO_CUSTOMERS = ("asserted", "done", "message", "document", "customer asked", "replied")
"""Of the other case: that it was opened, promised and ended is said of the one that goes on"""


def read_entries(*cases: int) -> list[Told]:
    """Entries with their payloads, None where it was erased."""
    return [told for case in sorted(cases) for told in _of(case)]


def read_together(case: Case, *, worker: bool) -> list[Told]:
    """What happened in all of them; that a case was closed because it goes on here is told here."""
    read = read_entries(*rows_of(case))
    closed = {entry.case_id: entry.version for entry, data in read if entry.kind == "closed" and "into" in (data or {})}
    told = [one for one in read if _is_told(one, case, worker, closed)]
    return sorted(told, key=lambda one: (one[0].at, one[0].case_id != case.pk, one[0].sequence))


def others_of(case: Case) -> dict[int, str]:
    """The reference under which each other timeline is read, by the case's id."""
    return {row: reference for reference, other in case.snapshot.get("merged", {}).items() for row in other["rows"]}


def _of(case: int) -> Iterator[Told]:
    rows = several(EntryPayload, order="sequence", case=case)
    payloads = {row.sequence: None if row.erased_at else row.data for row in rows}
    return ((entry, payloads.get(entry.sequence)) for entry in several(Entry, order="sequence", case=case))


def _is_told(told: Told, case: Case, worker: bool, closed: dict[int, int]) -> bool:
    """Not what was copied, nor what the closing of the other case brought with it."""
    entry, _data = told
    if entry.kind == "brought":
        return False
    if entry.case_id == case.pk:
        return True
    before = entry.version < closed.get(entry.case_id, entry.version + 1)
    return before and (worker or entry.kind in TO_CUSTOMERS)
