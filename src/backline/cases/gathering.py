"""What a case can find out by itself: systems are read, outside any transaction, and documents are.

Systems that do not depend on one another are read side by side. What comes back is asserted with the change that needed
it. A system that is down for now is asked again later; when that has lasted too long, its silence is a failure and the
next source follows.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import token_hex
from typing import Any

from backline.cases import readings
from backline.cases.fittings import fittings
from backline.cases.models import Case
from backline.cases.said import Said
from backline.cases.storage import heads
from backline.catalogue.versions import LoadedType
from backline.connectors import calling, downtime
from backline.connectors.contract import Missing, ReadResult
from backline.engine import values
from backline.engine.evaluation import Evaluation, Wanted
from backline.engine.record import Assertion, CaseRecord, Failure

AUTOMATIC = ("lookup", "read")
PATIENCE = timedelta(minutes=15)
"""How long a system may be down before the next source of the fact is opened"""
READ_DEADLINE_S = 6.0
SIDE_BY_SIDE = 8


@dataclass(frozen=True, kw_only=True)
class Gathered:
    """What was found, and what gave nothing for now."""

    said: Said
    later: tuple[Wanted, ...] = ()


def automatic(evaluation: Evaluation) -> list[Wanted]:
    """What is wanted and needs nobody."""
    return [w for w in evaluation.wanted if kind_of(w.source) in AUTOMATIC and not w.conflict]


def kind_of(source: str) -> str:
    """``ask`` of ``ask#1``."""
    return source.partition("#")[0]


def gather(wanted: Sequence[Wanted], *, case: Case, loaded: LoadedType, record: CaseRecord, now: datetime) -> Gathered:
    """Read all of these, each at most once."""
    lookups = [want for want in wanted if kind_of(want.source) == "lookup"]
    held = [want for want in lookups if downtime.down(want.call, now=now)]
    lookups = [want for want in lookups if want not in held] if held else lookups
    said, later = Said(), held
    for want, result in zip(lookups, _read_all(case, lookups, now), strict=True):
        if isinstance(result, Missing) and result.for_now and not _waited_too_long(want, record, now):
            later.append(want)
        else:
            said = said.and_then(_found(want, readings.Reading(value=_value(result)), record, now))
    for want in wanted:
        if kind_of(want.source) == "read":
            said = said.and_then(_found(want, readings.read(want, loaded=loaded, record=record), record, now))
    return Gathered(said=said, later=tuple(later))


def _read_all(case: Case, wanted: Sequence[Wanted], now: datetime) -> list[ReadResult]:
    """The results in the order asked; a system that does not answer before the deadline is missing for now."""
    own = fittings().lookups
    outside = [w for w in wanted if w.call not in own]
    if len(outside) < 2:
        return [own[w.call](case, w.arguments, now) if w.call in own else _read(w.call, w.arguments) for w in wanted]
    pool = ThreadPoolExecutor(max_workers=min(SIDE_BY_SIDE, len(outside)), thread_name_prefix="gather")
    try:
        begun = {id(w): pool.submit(_read, w.call, w.arguments) for w in outside}
        return [own[w.call](case, w.arguments, now) if w.call in own else _outcome(begun[id(w)]) for w in wanted]
    finally:
        pool.shutdown(wait=False, cancel_futures=True)


def _read(call: str, arguments: Mapping[str, Any]) -> ReadResult:
    return calling.read(call, arguments, deadline_s=READ_DEADLINE_S)


def _outcome(begun: Future[ReadResult]) -> ReadResult:
    try:
        return begun.result(timeout=fittings().lookup_deadline.total_seconds())
    except TimeoutError:
        return Missing(reason="late", detail="no answer before the deadline", for_now=True)


def _value(result: ReadResult) -> Any:
    """The value found, or why there is none."""
    if isinstance(result, Missing):
        return Failure(reason=result.reason, detail=result.detail)
    return values.decode(result.type, result.value)


def _waited_too_long(want: Wanted, record: CaseRecord, now: datetime) -> bool:
    since = [w.since for w in record.waits if (w.fact, w.item, w.source) == (want.fact, want.item, want.source)]
    if not since or now - max(since) < PATIENCE:
        return False
    return now - downtime.over_since(want.call, since=max(since), now=now) >= PATIENCE


def _found(want: Wanted, reading: readings.Reading, record: CaseRecord, now: datetime) -> Said:
    """A reading as an assertion; it replaces what the same source said of the same before."""
    system = want.call.partition(".")[0] if kind_of(want.source) == "lookup" else "backline"
    assertion = Assertion(
        id=token_hex(6),
        fact=want.fact,
        item=want.item,
        value=reading.value,
        source=want.source,
        who=f"system:{system}",
        holds_from=now,
        said_at=now,
        basis=want.basis,
        replaces=heads.said_before(record, want, want.basis),
        confidence=reading.confidence,
    )
    return Said(assertions=(assertion,), places={assertion.id: reading.place} if reading.place else {})
