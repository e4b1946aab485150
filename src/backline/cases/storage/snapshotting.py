"""The bridge from rows to the engine: a case as frozen values."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import replace
from datetime import datetime

from backline.cases.models import Case
from backline.cases.storage import encoding
from backline.cases.storage.happenings import Data, Snapshot
from backline.engine.once import once
from backline.engine.record import Assertion, CaseRecord, EffectRecord, PromiseRecord, Wait
from backline.engine.values import Row
from backline.people import particulars

SOURCES = ("ask", "work", "event", "lookup")
"""Kinds of wait that are a source of a fact; others are between people"""
_particulars: ContextVar[dict[int, Row] | None] = ContextVar("particulars", default=None)
"""Of the parties of the change that is being made"""
_assertions: ContextVar[dict[str, Assertion] | None] = ContextVar("assertions", default=None)
"""Of the case that is being changed, by their ids"""


def snapshot(case: Case, *, present: str = "", supposed: Sequence[Assertion] = ()) -> CaseRecord:
    """All that an evaluation reads of this case; ``supposed`` assertions join it in a what-if."""
    record = record_of(case.snapshot, opened_at=case.opened_at, reference=case.reference, present=present)
    return replace(record, assertions=(*record.assertions, *supposed)) if supposed else record


def record_of(data: Snapshot, *, opened_at: datetime, reference: str, present: str = "") -> CaseRecord:
    """A snapshot's JSON as frozen values; the parties' particulars are read as they are when they are looked at."""
    return CaseRecord(
        opened_at=opened_at,
        case=reference,
        assertions=_decoded(data["assertions"]),
        effects=tuple(decode_effect(e) for e in data["effects"].values()),
        waits=tuple(_wait(w) for w in data["waits"] if w["kind"] in SOURCES),
        promises=tuple(_promise(name, p) for name, p in data["promises"].items()),
        parties=Parties(data["parties"]),
        present=present,
        held={name: datetime.fromisoformat(until) for name, until in data.get("held", {}).items()},
        owed=_owed(data) if "merged" in data else {},
    )


def _owed(data: Snapshot) -> Mapping[str, datetime]:
    """What was promised in the cases that go on in this one; of two promises the earlier one."""
    told = [(name, due) for other in data["merged"].values() for name, due in other["owed"].items()]
    return {name: datetime.fromisoformat(due) for name, due in sorted(told, reverse=True)}


class Parties(Mapping[str, tuple[Row, ...]]):
    """Those who take part, by role. What is known of them is read when it is looked at: few evaluations do."""

    def __init__(self, holders: Mapping[str, list[int]]) -> None:
        self._holders = holders

    def __getitem__(self, role: str) -> tuple[Row, ...]:
        return tuple(self._rows[party] for party in self._holders[role] if party in self._rows)

    def __iter__(self) -> Iterator[str]:
        return iter(self._holders)

    def __len__(self) -> int:
        return len(self._holders)

    @once
    def _rows(self) -> Mapping[int, Row]:
        return _particulars_of({party for parties in self._holders.values() for party in parties})


@contextmanager
def read_once() -> Iterator[None]:
    """One change looks at a case several times over: its assertions and the particulars of its parties are read the
    first time."""
    particulars_before, assertions_before = _particulars.set({}), _assertions.set({})
    try:
        yield
    finally:
        _particulars.reset(particulars_before)
        _assertions.reset(assertions_before)


def read_parties_again() -> None:
    """Something was learnt of them meanwhile."""
    if _particulars.get() is not None:
        _particulars.set({})


def _decoded(assertions: Sequence[Data]) -> tuple[Assertion, ...]:
    """These assertions, each as this change has decoded it already."""
    known = _assertions.get()
    if known is None:
        return tuple([decode_assertion(one) for one in assertions])
    for one in assertions:
        if one["id"] not in known:
            known[one["id"]] = decode_assertion(one)
    return tuple([known[one["id"]] for one in assertions])


def decode_assertion(data: Data) -> Assertion:
    """An assertion as ``happenings.encode_assertion`` wrote it."""
    return Assertion(
        id=data["id"],
        fact=data["fact"],
        item=data.get("item", ""),
        value=encoding.decode(data["value"]),
        source=data["source"],
        who=data["who"],
        role=data.get("role", ""),
        holds_from=datetime.fromisoformat(data["holds"]),
        said_at=datetime.fromisoformat(data["said"]),
        basis=encoding.decode_members(data["basis"]) if "basis" in data else None,
        replaces=tuple(data.get("replaces", ())),
        correction=data.get("correction", False),
        confidence=data.get("confidence", 1.0),
    )


def decode_effect(data: Data) -> EffectRecord:
    """An effect as the snapshot keeps it."""
    return EffectRecord(
        action=data["action"],
        item=data.get("item", ""),
        generation=data["generation"],
        kind=data["kind"],
        state=data["state"],
        payload=encoding.decode_members(data["payload"]),
        gives=encoding.decode_members(data.get("gives", {})),
        refusal=data.get("refusal", ""),
        type_version=data["version"],
        planned_at=datetime.fromisoformat(data["planned"]),
        started_at=_time(data.get("started")),
        settled_at=_time(data.get("settled")),
    )


def _particulars_of(wanted: set[int]) -> Mapping[int, Row]:
    """These parties as they are known now, or as this change has read them already."""
    known = _particulars.get()
    found = known if known is not None else {}
    if missing := wanted - set(found):
        found.update(particulars.rows_of(missing))
    return found


def _wait(data: Data) -> Wait:
    return Wait(
        fact=data["fact"],
        item=data["item"],
        source=data["source"],
        who=data["who"],
        since=datetime.fromisoformat(data["since"]),
        due=_time(data.get("due")),
        until=_time(data.get("until")),
    )


def _promise(name: str, data: Data) -> PromiseRecord:
    return PromiseRecord(name=name, broken_at=_time(data.get("broken_at")), kept_at=_time(data.get("kept_at")))


def _time(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None
