"""One try of one effect, and what it says: nothing is written here.

Whatever happens to this process between the claim and the result, the claim expires, and then the system is read by the
effect's key before anything is done again.
"""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from secrets import token_hex

from backline.cases.fittings import Performer, fittings
from backline.cases.models import Case, Effect, Entry, EntryPayload
from backline.cases.said import Said
from backline.cases.storage import heads
from backline.cases.storage.encoding import decode_members, encode_members
from backline.cases.storage.happenings import Data, Happening
from backline.catalogue import versions
from backline.connectors import calling, downtime
from backline.connectors.contract import Again, Done, ForAPerson, NotDone, Refused, Unknown, VerifyResult, WriteResult
from backline.engine import values
from backline.engine.record import Assertion

log = logging.getLogger(__name__)

Result = WriteResult
PAUSES = (timedelta(seconds=5), timedelta(seconds=30), timedelta(minutes=2), timedelta(minutes=10), timedelta(hours=1))
"""Between one try and the next; the last one repeats"""
SHORTEST = timedelta(seconds=2)
"""A system gets at least so long to answer"""
MAY_STILL_COME = "it is not there, but what was sent may still come"
PATIENCE = timedelta(days=2)
"""After so long an effect that could not be made is an exception for the owner, where its action says nothing"""


def attempt(effect: Effect, *, deadline: timedelta) -> Result:
    """Make it, once for its key. Anything that goes wrong on this side leaves it unknown, which is then read back."""
    try:
        if performer := _performer(effect):
            return performer(effect)
        seconds = max(deadline, SHORTEST).total_seconds()
        return calling.write(effect.call, decode_members(effect.payload), key=effect.key, deadline_s=seconds)
    except Exception as wrong:
        log.exception("effect %s", effect.key)
        return Unknown(reason=f"{type(wrong).__name__}: {wrong}"[:300])


def verify(effect: Effect, *, now: datetime) -> VerifyResult:
    """Whether it was done, as the system of record tells. A performer is idempotent by the key: it is asked again.

    A system that knows no keys is believed that nothing is there only when what it was last sent can't come any more.
    """
    if _performer(effect):
        return NotDone()
    try:
        result = calling.verify(effect.call, decode_members(effect.payload), key=effect.key)
        left_s = _may_still_come_s(effect, now) if isinstance(result, NotDone) else 0.0
        return Unknown(reason=MAY_STILL_COME, answered=True, after_s=left_s) if left_s > 0 else result
    except Exception as wrong:
        log.exception("effect %s", effect.key)
        return Unknown(reason=f"{type(wrong).__name__}: {wrong}"[:300])


def said_of(effect: Effect, result: Result | NotDone, *, case: Case, now: datetime) -> Said:
    """What the result says of the case: that it was done and what that gave, that it was refused, or what comes
    next."""
    match result:
        case Done():
            return _done(effect, result, case, now)
        case Refused():
            data = {"refusal": result.code, "reason": result.message[:300]}
            return _told(effect, "refused", data)
        case Again(tried=False):
            said = downtime.down(effect.call, now=now)
            over = said.until if said else now + timedelta(seconds=result.after_s)
            goes_on = downtime.goes_on(effect.key, over).isoformat()
            return _told(effect, "again", {"reason": result.reason, "not_before": goes_on, "untried": True})
        case Again():
            return _again(effect, result.reason, now + timedelta(seconds=result.after_s), now)
        case NotDone():
            return _again(effect, "it was not done", now, now)
        case ForAPerson():
            return _told(effect, "failed", {"reason": result.reason[:300]})
        case Unknown():
            not_before = now + max(_pause(effect), timedelta(seconds=result.after_s))
            return _told(effect, "unclear", {"reason": result.reason, "not_before": not_before.isoformat()})


def _may_still_come_s(effect: Effect, now: datetime) -> float:
    """For how long what was last sent may still be under way or at work in the system."""
    settles_s = calling.settles_s(effect.call)
    begun = _begun_at(effect) if settles_s is not None else None
    return 0.0 if begun is None or settles_s is None else settles_s - (now - begun).total_seconds()


def _begun_at(effect: Effect) -> datetime | None:
    """When it was last taken in hand, as the timeline tells."""
    started = dict(Entry.objects.filter(case=effect.case_id, kind="started").values_list("sequence", "at"))
    own = EntryPayload.objects.filter(case=effect.case_id, sequence__in=list(started), data__key=effect.key)
    return max((started[sequence] for sequence in own.values_list("sequence", flat=True)), default=None)


def _performer(effect: Effect) -> Performer | None:
    """Who makes it, where that is no system of record."""
    table = fittings().performers
    return table.get(effect.call) or table.get(effect.call.partition(":")[0])


def _done(effect: Effect, result: Done, case: Case, now: datetime) -> Said:
    gives = {name: values.decode(result.types[name], value) for name, value in result.gives.items()}
    said = tuple(_given(effect, name, value, case, now) for name, value in gives.items())
    data = {"gives": encode_members(gives), "proof": dict(result.proof)}
    return Said(before=(_happening(effect, "done", data),), assertions=said)


def _given(effect: Effect, name: str, value: object, case: Case, now: datetime) -> Assertion:
    """What was read back is known, and replaces what the generation before gave."""
    return Assertion(
        id=token_hex(6),
        fact=name,
        item=effect.item,
        value=value,
        source="effect",
        who="system:" + effect.call.partition(".")[0],
        holds_from=now,
        said_at=now,
        replaces=heads.given_before(case.snapshot, name, effect.item),
    )


def _again(effect: Effect, reason: str, at: datetime, now: datetime) -> Said:
    if now > _patience_ends(effect, now):
        return _told(effect, "failed", {"reason": reason})
    not_before = max(at, now + _pause(effect)) if effect.attempts > 1 else at
    return _told(effect, "again", {"reason": reason, "not_before": not_before.isoformat()})


def _patience_ends(effect: Effect, now: datetime) -> datetime:
    """``within`` of its action, in the time of the team that owns the case; anew after its system was said to be
    down."""
    path = "/".join([*(effect.item.split("/")[::2] if effect.item else []), effect.action])
    action = versions.load(effect.case.type_key, effect.type_version).program.actions.get(path)
    begins = downtime.over_since(effect.call, since=effect.planned_at, now=now)
    if action is None or action.within is None:
        return begins + PATIENCE
    return fittings().calendar.of(effect.case.owner).add(begins, action.within)


def _pause(effect: Effect) -> timedelta:
    return PAUSES[min(effect.attempts, len(PAUSES)) - 1] if effect.attempts else PAUSES[0]


def _told(effect: Effect, kind: str, data: Data) -> Said:
    return Said(before=(_happening(effect, kind, data),))


def _happening(effect: Effect, kind: str, data: Data) -> Happening:
    return Happening(kind=kind, data={"key": effect.key, "action": effect.action, **data})
