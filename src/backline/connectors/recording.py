"""Records each call, sensitive arguments masked, and each pause, outside the customer's transaction and time."""

from __future__ import annotations

import atexit
import logging
import os
import socket
import threading
from collections import deque
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from django.db import DatabaseError, connection

from backline.connectors.breakers import Change
from backline.connectors.contract import (
    Again,
    Done,
    ForAPerson,
    Found,
    Missing,
    ReadResult,
    Refused,
    Rehearsed,
    RehearseResult,
    Unknown,
    VerifyResult,
    WriteResult,
)
from backline.connectors.declarations import Operation
from backline.connectors.models import Call, Pause
from backline.engine.values import Row, encode

log = logging.getLogger(__name__)
MOST_WAITING = 5_000
_waiting: deque[Call] = deque(maxlen=MOST_WAITING)
_changes: deque[Pause] = deque(maxlen=MOST_WAITING)
"""Pauses that began, and those with ``ended_at`` that ended"""
MASK = "…"
MASKED_KINDS = frozenset({"e-mail", "phone", "address", "person", "organisation", "document", "signature"})
MOST_TEXT = 200


def record(
    *,
    operation: Operation,
    purpose: str,
    key: str,
    arguments: Mapping[str, Any],
    result: ReadResult | WriteResult | VerifyResult | RehearseResult,
    ms: int,
    at: datetime,
) -> None:
    """Keep one call. It costs no commit of its own: a whole batch is written beside the work, or at the end."""
    name, detail = described(result)
    _waiting.append(Call(
        at=at, system=operation.name.partition(".")[0], operation=operation.name, purpose=purpose, key=key,
        arguments=masked(operation, arguments), result=name, detail=detail[:MOST_TEXT], ms=ms,
    ))  # fmt: skip


def note_change(system: str, change: Change, *, pause_s: float, reason: str) -> None:
    """Keep that the breaker opened or closed, if it did: this process was the one that found it."""
    if not change:
        return
    at = datetime.now(UTC)
    until = at + timedelta(seconds=pause_s)
    ended_at = at if change == "closed" else None
    _changes.append(Pause(
        system=system, process=process(), began_at=at, until=until, ended_at=ended_at, reason=reason[:MOST_TEXT],
    ))  # fmt: skip


def process() -> str:
    """This process, as others know it."""
    return f"{socket.gethostname()}:{os.getpid()}"


def waiting() -> tuple[Call, ...]:
    """What was recorded and is not written yet."""
    return tuple(_waiting)


def flush() -> None:
    """Write what waits, in one insert."""
    calls: list[Call] = []
    while _waiting and len(calls) < MOST_WAITING:
        calls.append(_waiting.popleft())
    if calls:
        Call.objects.bulk_create(calls)
    while _changes:
        _keep(_changes.popleft())


def forget() -> None:
    """Let go of what waits."""
    _waiting.clear()
    _changes.clear()


class Writer:
    """Writes calls as they come, in a thread of a process that lives long."""

    def __init__(self, *, every_s: float = 0.5) -> None:
        self._every_s = every_s
        self._told = threading.Event()
        self._thread = threading.Thread(target=self._write, name="calls", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """Write what is left, and end."""
        self._told.set()
        self._thread.join()

    def _write(self) -> None:
        while not self._told.wait(self._every_s):
            _flush_if_possible()
        _flush_if_possible()
        connection.close()


def _keep(change: Pause) -> None:
    """A new pause ends the one before, as an answer does."""
    before = Pause.objects.filter(system=change.system, process=change.process, ended_at=None)
    before.update(ended_at=change.began_at)
    if change.ended_at is None:
        change.save()


def _flush_if_possible() -> None:
    """A record of calls is worth much, but never as much as the work: a database in trouble has other worries."""
    try:
        flush()
    except DatabaseError:
        log.warning("calls to systems of record were not recorded", exc_info=True)


def masked(operation: Operation, arguments: Mapping[str, Any]) -> dict[str, Any]:
    """The arguments as they may be kept."""
    kept: dict[str, Any] = {}
    for name, kind in operation.parameters.items():
        value = arguments.get(name)
        hidden = value is not None and (name in operation.sensitive or kind.kind in MASKED_KINDS)
        shown = MASK if hidden else value.id if isinstance(value, Row) else encode(value)
        kept[name] = shown[:MOST_TEXT] if isinstance(shown, str) else shown
    return kept


def described(result: ReadResult | WriteResult | VerifyResult | RehearseResult) -> tuple[str, str]:
    """How it ended, in a word and a detail."""
    match result:
        case Found():
            return "found", ""
        case Missing():
            return "missing", f"{result.reason} {result.detail}".strip()
        case Done():
            return "done", ""
        case Refused():
            return "refused", f"{result.code} {result.message}".strip()
        case Again():
            return "again", result.reason
        case Unknown():
            return "unknown", result.reason
        case ForAPerson():
            return "for a person", result.reason
        case Rehearsed():
            return "rehearsed", ""
        case _:
            return "not done", ""


atexit.register(_flush_if_possible)


def empty(prefix: str) -> None:
    """Empty what was sent and answered under keys that begin so; that there was a call stays."""
    Call.objects.filter(key__startswith=prefix).update(arguments={}, detail="")
