"""A case rebuilt from its timeline alone."""

from __future__ import annotations

from collections.abc import Iterable

from backline.cases.models import Case, Entry, EntryPayload
from backline.cases.storage.happenings import Snapshot, Told, empty_snapshot, folded

History = list[tuple[Entry, EntryPayload | None]]


def history_of(case: Case) -> History:
    """The entries in order, each with its payload row."""
    payloads = {payload.sequence: payload for payload in EntryPayload.objects.filter(case=case)}
    return [(entry, payloads.get(entry.sequence)) for entry in Entry.objects.filter(case=case).order_by("sequence")]


def replayed(history: History) -> Snapshot:
    """The snapshot that these entries lead to; what was erased tells nothing any more."""
    return folded(empty_snapshot(), _told(history))


def _told(history: History) -> Iterable[Told]:
    for entry, payload in history:
        if payload is not None and payload.erased_at is None:
            yield Told(entry.kind, payload.data, entry.at, entry.version)
