"""The single way to a system of record: find what is declared, mind limits and breaker, ask, and record the call."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from backline.connectors import downtime, recording, systems
from backline.connectors.arguments import typed
from backline.connectors.contract import (
    Again,
    Missing,
    ReadResult,
    Refused,
    RehearseResult,
    Unknown,
    UnknownOperation,
    VerifyResult,
    WriteResult,
)
from backline.connectors.declarations import Operation
from backline.connectors.gates import Turned

Values = dict[str, Any]
UNANSWERED = ("late", "down")
UNFIT = "the arguments are not as declared"
TIRED = "the system failed too often"
WAITS = 0.5
"""Of its time limit a call spends at most so much on waiting for its turn"""
Result = TypeVar("Result", bound=ReadResult | WriteResult | VerifyResult | RehearseResult)


@dataclass(frozen=True, slots=True)
class Question:
    """What is asked, for the record."""

    purpose: str
    key: str
    arguments: Mapping[str, Any]


def read(system_operation: str, arguments: Mapping[str, Any], *, deadline_s: float | None = None) -> ReadResult:
    """Ask a system; nothing changes. ``arguments`` are values of the engine or encoded ones."""
    link, operation = _declared(system_operation, writes=False)

    def ask(values: Values, limit_s: float) -> ReadResult:
        return link.connector.read(operation, values, deadline_s=limit_s)

    def turned(away: Turned) -> ReadResult:
        return Missing(reason="paused", detail=away.reason, for_now=True)

    return _asked(
        link,
        operation,
        Question("read", "", arguments),
        deadline_s,
        ask,
        turned,
        lambda: Missing(reason="refused", detail=UNFIT),
    )


def write(
    system_operation: str, payload: Mapping[str, Any], *, key: str, deadline_s: float | None = None
) -> WriteResult:
    """Make a change once for this key; Done says that it was read back."""
    link, operation = _declared(system_operation, writes=True)

    def ask(values: Values, limit_s: float) -> WriteResult:
        return link.connector.write(operation, values, key=key, deadline_s=limit_s)

    def turned(away: Turned) -> WriteResult:
        return Again(after_s=max(1.0, away.pause_s), reason=away.reason, tried=away.tried)

    return _asked(
        link,
        operation,
        Question("write", key, payload),
        deadline_s,
        ask,
        turned,
        lambda: Refused(code="rejected", message=UNFIT),
    )


def verify(
    system_operation: str, payload: Mapping[str, Any], *, key: str, deadline_s: float | None = None
) -> VerifyResult:
    """Whether the change with this key is there; settles what is unknown."""
    link, operation = _declared(system_operation, writes=True)

    def ask(values: Values, limit_s: float) -> VerifyResult:
        return link.connector.verify(operation, values, key=key, deadline_s=limit_s)

    def turned(away: Turned) -> VerifyResult:
        return Unknown(reason=away.reason)

    return _asked(
        link,
        operation,
        Question("verify", key, payload),
        deadline_s,
        ask,
        turned,
        lambda: Unknown(reason=UNFIT, answered=True),
    )


def rehearse(
    system_operation: str, payload: Mapping[str, Any], *, key: str, deadline_s: float | None = None
) -> RehearseResult:
    """The dry run of a write: what would be sent, or why it would not be; nothing is written."""
    link, operation = _declared(system_operation, writes=True)

    def ask(values: Values, limit_s: float) -> RehearseResult:
        return link.connector.rehearse(operation, values, key=key, deadline_s=limit_s)

    def turned(away: Turned) -> RehearseResult:
        return Unknown(reason=away.reason)

    return _asked(
        link,
        operation,
        Question("rehearse", key, payload),
        deadline_s,
        ask,
        turned,
        lambda: Refused(code="rejected", message=UNFIT),
    )


def settles_s(system_operation: str) -> float | None:
    """For how long after a write was begun its system may still be at work on it; None where a key settles that."""
    operation = _declared(system_operation, writes=True)[1]
    return None if operation.settles_s is None else operation.settles_s + operation.within_s


def _declared(system_operation: str, *, writes: bool) -> tuple[systems.Link, Operation]:
    name, _, short = system_operation.partition(".")
    link = systems.link_of(name)
    operation = link.system.operations.get(short)
    if operation is None:
        raise UnknownOperation(f"'{name}' declares no operation '{short}'")
    if operation.writes != writes:
        raise UnknownOperation(f"'{system_operation}' is a {'write' if operation.writes else 'read'}")
    return link, operation


def _asked(
    link: systems.Link, operation: Operation, question: Question, deadline_s: float | None,
    ask: Callable[[Values, float], Result], turned: Callable[[Turned], Result],
    unfit: Callable[[], Result],
) -> Result:  # fmt: skip
    """The result: of the system, or of the breaker or gate that did not let the question through; and its record."""
    at, began = datetime.now(UTC), time.perf_counter()
    values = _values(operation, question.arguments)
    limit_s = operation.within_s if deadline_s is None else min(deadline_s, operation.within_s)
    if values is None:
        result = unfit()
    elif said := downtime.down(link.system.name, now=at):
        return turned(Turned(downtime.reason(said), (said.until - at).total_seconds(), tried=False))
    elif not link.breaker.may_ask(for_s=limit_s):
        return turned(Turned(TIRED, link.breaker.pause_left_s()))
    else:
        result = _let_in(link, values, limit_s, ask, turned)
    recording.record(
        operation=operation, purpose=question.purpose, key=question.key, arguments=values or {}, result=result, at=at,
        ms=round((time.perf_counter() - began) * 1000),
    )  # fmt: skip
    return result


def _let_in(
    link: systems.Link, values: Values, limit_s: float, ask: Callable[[Values, float], Result],
    turned: Callable[[Turned], Result],
) -> Result:  # fmt: skip
    """Wait for a turn, ask in the time that is left, and tell the breaker how it went."""
    ends, answered, reason = time.monotonic() + limit_s, False, ""
    with link.gate.through(within_s=limit_s * WAITS, for_s=limit_s) as away:
        if away:
            link.breaker.let_go()
            return turned(away)
        try:
            result = ask(values, max(0.001, ends - time.monotonic()))
            answered, reason = _answered(result), recording.described(result)[1]
        finally:
            change = link.breaker.note(answered=answered)
            recording.note_change(link.system.name, change, pause_s=link.breaker.pause_left_s(), reason=reason)
        return result


def _values(operation: Operation, arguments: Mapping[str, Any]) -> Values | None:
    """The arguments as declared; None when they are not."""
    try:
        return typed(operation, arguments)
    except (ValueError, TypeError, KeyError):
        return None


def _answered(result: ReadResult | WriteResult | VerifyResult | RehearseResult) -> bool:
    if isinstance(result, Missing):
        return result.reason not in UNANSWERED
    if isinstance(result, Unknown):
        return result.answered
    return not isinstance(result, Again)
