"""The bridge from the engine to rows: everything that one change writes, in one transaction.

Happenings become the new snapshot (they are folded into it), entries of the timeline, and rows. The update of the
case is conditional on the version that was evaluated: of two writers, the one who comes second gets ``Overtaken``,
reads the case again and evaluates on both assertions.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.db import transaction

from backline.cases import ending, promising, wanting
from backline.cases.deciding import next_version
from backline.cases.effects import planning, progressing
from backline.cases.effects.planning import Claim, Planning
from backline.cases.fittings import fittings
from backline.cases.models import Case
from backline.cases.openings import joining
from backline.cases.promising import Promising
from backline.cases.records import filing_documents
from backline.cases.storage import indexing, timeline
from backline.cases.storage.happenings import Happening, Snapshot, Told, folded
from backline.cases.storage.snapshotting import record_of
from backline.cases.storage.statements import insert_one, update
from backline.cases.wanting import Wanting
from backline.catalogue.versions import LoadedType
from backline.connectors import downtime
from backline.engine.building import quick
from backline.engine.evaluating import evaluate
from backline.engine.evaluation import Evaluation, Wanted
from backline.jobs import enqueuing

CASE_JOB = "case"
TICK = timedelta(microseconds=1)
"""A wait that begins now has lasted a little"""
Also = Callable[[Case], None]


class Overtaken(Exception):
    """Somebody else changed the case in between."""


@quick
@dataclass(frozen=True, kw_only=True)
class Change:
    """What one commit is made of: who did it, what happened, and what the engine says of it."""

    loaded: LoadedType
    evaluation: Evaluation
    by: str
    channel: str
    now: datetime
    after: Snapshot
    """The case once this has happened, before what follows from it"""
    happenings: tuple[Happening, ...] = ()
    later: tuple[Wanted, ...] = ()
    """Lookups of systems that are down for now"""
    present: str = ""
    """The role of the person who is here now"""
    also: Also | None = None
    """Rows of the door's own, in the same transaction"""
    claim: Claim | None = None
    """Take the first effect in hand with this commit"""


@quick
@dataclass(frozen=True, kw_only=True)
class Recorded:
    """What was written, as far as the caller goes on with it."""

    case: Case
    first: str = ""
    """The key of the effect that was claimed"""
    happenings: tuple[Happening, ...] = field(default=())


def record(case: Case, change: Change) -> Recorded:
    """Write the change; ``case`` then is as it was written. Raises Overtaken: then nothing was, and ``case`` is
    void."""
    version = next_version(case)
    draft = _drafted(case, change, version)
    written = timeline.write(
        draft.happenings,
        reference=case.reference,
        sequence=case.sequence,
        chain=case.chain,
        version=version,
        by=change.by,
        channel=change.channel,
        now=change.now,
    )
    wake_before = case.wake_at
    _bring_up_to_date(case, change, draft, written, version)
    with transaction.atomic():
        _write_case(case)
        written.insert(case.pk)
        draft.wanting.write(case, by=change.by, present=change.present, now=change.now)
        progressing.write(draft.happenings, now=change.now)
        draft.planning.write(case, now=change.now)
        draft.promising.write(case)
        joining.write(case, draft.happenings, now=change.now)
        filing_documents.write(case, draft.happenings, now=change.now)
        ending.write(case, draft.happenings, by=change.by, now=change.now)
        indexing.write(case, change.loaded.definition, change.evaluation, change.happenings)
        if case.wake_at != wake_before:
            _wake(case)
        if change.also:
            change.also(case)
        if tell := fittings().tell:
            tell(case, draft.happenings, change.now)
    return Recorded(case=case, first=draft.planning.first, happenings=draft.happenings)


@quick
@dataclass(frozen=True, kw_only=True)
class _Draft:
    happenings: tuple[Happening, ...]
    after: Snapshot
    wanting: Wanting
    planning: Planning
    promising: Promising


def _drafted(case: Case, change: Change, version: int) -> _Draft:
    """All that happens with this change, in the order in which it is told."""
    snapshot = change.after
    wants = wanting.compare(
        snapshot, change.evaluation, later=change.later, owner=case.owner, happened=change.happenings, now=change.now
    )
    plans = planning.plan(
        snapshot,
        change.evaluation,
        reference=case.reference,
        loaded=change.loaded,
        claim=change.claim,
        now=change.now,
    )
    waits = wants.happenings()
    waiting = _after(snapshot, waits, change.now, version)
    promises = promising.compare(snapshot, _promised(case, change, waits, waiting), now=change.now)
    follows = [
        *plans.happenings(case.reference),
        *promises.happenings(),
        *ending.happenings(snapshot, change.evaluation, change.happenings),
    ]
    return _Draft(
        happenings=(*change.happenings, *waits, *follows),
        after=_after(waiting, follows, change.now, version),
        wanting=wants,
        planning=plans,
        promising=promises,
    )


def _promised(case: Case, change: Change, waits: Sequence[Happening], waiting: Snapshot) -> Evaluation:
    """How promises stand once these waits are written: some pause while the customer alone is awaited."""
    pausing = any(promise.pause for promise in change.loaded.definition.promises.values())
    if not pausing or not waits:
        return change.evaluation
    record = record_of(waiting, opened_at=case.opened_at, reference=case.reference, present=change.present)
    return evaluate(change.loaded.program, record, now=change.now + TICK, calendar=fittings().calendar)


def _bring_up_to_date(case: Case, change: Change, draft: _Draft, written: timeline.Written, version: int) -> None:
    """Set the case's own columns to where the change leaves them."""
    case.snapshot = draft.after
    case.state, case.outcome = case.snapshot["state"], case.snapshot["outcome"]
    case.sequence, case.chain, case.version = written.sequence, written.chain, version
    case.ended_at = (case.ended_at or change.now) if case.state == "ended" else None
    case.wake_at = _wake_at(case, change)


def _after(snapshot: Snapshot, happenings: Sequence[Happening], now: datetime, version: int) -> Snapshot:
    if not happenings:
        return snapshot
    return folded(snapshot, (Told(h.kind, h.data, now, version) for h in happenings))


def _wake_at(case: Case, change: Change) -> datetime | None:
    """The first instant at which somebody has to look again: the engine's, a want's due time or reminder, a retry."""
    waits = [w for w in case.snapshot["waits"] if not w.get("until")]
    times = [text for w in waits for text in (w.get("due"), *w.get("remind", [])[:1]) if text]
    instants = [datetime.fromisoformat(text) for text in times]
    if change.evaluation.wake:
        instants.append(change.evaluation.wake)
    instants.extend(_asked_again_at(case, wanted, change.now) for wanted in change.later)
    return min(instants, default=None)


def _asked_again_at(case: Case, wanted: Wanted, now: datetime) -> datetime:
    """When a system that is down for now is read again: soon, or when it is said to be back."""
    said = downtime.down(wanted.call, now=now)
    return downtime.goes_on(case.reference, said.until) if said else now + wanting.RETRY


def _write_case(case: Case) -> None:
    if case.pk is None:
        insert_one(case)
        return
    columns = ("type_version", "state", "outcome", "version", "sequence", "chain", "snapshot", "ended_at", "wake_at")
    values = {name: getattr(case, name) for name in columns}
    if not update(Case, values, where={"pk": case.pk, "version": case.version - 1}):
        raise Overtaken(case.reference)


def _wake(case: Case) -> None:
    if case.wake_at:
        enqueuing.enqueue(CASE_JOB, str(case.pk), due_at=case.wake_at)
    else:
        enqueuing.dismiss(CASE_JOB, str(case.pk))
