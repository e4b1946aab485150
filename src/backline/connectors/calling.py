"""The single way to a system of record: find what is declared, mind limits and breaker, ask, and record the call."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, TypeVar

from backline.connectors import recording, systems
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

Values = dict[str, Any]
UNANSWERED = ("late", "down")
UNFIT = "the arguments are not as declared"
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
    if not link.breaker.may_ask():
        return Missing(reason="paused", detail="the system failed too often", for_now=True)

    def ask(values: Values | None) -> ReadResult:
        if values is None:
            return Missing(reason="refused", detail=UNFIT)
        return link.connector.read(operation, values, deadline_s=_limit(operation, deadline_s))

    return _recorded(link, operation, Question("read", "", arguments), ask)


def write(
    system_operation: str, payload: Mapping[str, Any], *, key: str, deadline_s: float | None = None
) -> WriteResult:
    """Make a change once for this key; Done says that it was read back."""
    link, operation = _declared(system_operation, writes=True)
    if not link.breaker.may_ask():
        return Again(after_s=max(1.0, link.breaker.pause_left_s()), reason="the system failed too often")

    def ask(values: Values | None) -> WriteResult:
        if values is None:
            return Refused(code="rejected", message=UNFIT)
        return link.connector.write(operation, values, key=key, deadline_s=_limit(operation, deadline_s))

    return _recorded(link, operation, Question("write", key, payload), ask)


def verify(
    system_operation: str, payload: Mapping[str, Any], *, key: str, deadline_s: float | None = None
) -> VerifyResult:
    """Whether the change with this key is there; settles what is unknown."""
    link, operation = _declared(system_operation, writes=True)
    if not link.breaker.may_ask():
        return Unknown(reason="the system failed too often")

    def ask(values: Values | None) -> VerifyResult:
        if values is None:
            return Unknown(reason=UNFIT)
        return link.connector.verify(operation, values, key=key, deadline_s=_limit(operation, deadline_s))

    return _recorded(link, operation, Question("verify", key, payload), ask)


def rehearse(
    system_operation: str, payload: Mapping[str, Any], *, key: str, deadline_s: float | None = None
) -> RehearseResult:
    """The dry run of a write: what would be sent, or why it would not be; nothing is written."""
    link, operation = _declared(system_operation, writes=True)
    if not link.breaker.may_ask():
        return Unknown(reason="the system failed too often")

    def ask(values: Values | None) -> RehearseResult:
        if values is None:
            return Refused(code="rejected", message=UNFIT)
        return link.connector.rehearse(operation, values, key=key, deadline_s=_limit(operation, deadline_s))

    return _recorded(link, operation, Question("rehearse", key, payload), ask)


def _declared(system_operation: str, *, writes: bool) -> tuple[systems.Link, Operation]:
    name, _, short = system_operation.partition(".")
    link = systems.link_of(name)
    operation = link.system.operations.get(short)
    if operation is None:
        raise UnknownOperation(f"'{name}' declares no operation '{short}'")
    if operation.writes != writes:
        raise UnknownOperation(f"'{system_operation}' is a {'write' if operation.writes else 'read'}")
    return link, operation


def _limit(operation: Operation, deadline_s: float | None) -> float:
    return operation.within_s if deadline_s is None else min(deadline_s, operation.within_s)


def _recorded(
    link: systems.Link, operation: Operation, question: Question, ask: Callable[[Values | None], Result]
) -> Result:
    at, began = datetime.now(UTC), time.perf_counter()
    values = _values(operation, question.arguments)
    result = ask(values)
    if values is not None:
        link.breaker.note(answered=_answered(result))
    recording.record(
        operation=operation, purpose=question.purpose, key=question.key, arguments=values or {}, result=result, at=at,
        ms=round((time.perf_counter() - began) * 1000),
    )  # fmt: skip
    return result


def _values(operation: Operation, arguments: Mapping[str, Any]) -> Values | None:
    """The arguments as declared; None when they are not."""
    try:
        return typed(operation, arguments)
    except (ValueError, TypeError, KeyError):
        return None


def _answered(result: Result) -> bool:
    if isinstance(result, Missing):
        return result.reason not in UNANSWERED
    if isinstance(result, Unknown):
        return result.answered
    return not isinstance(result, Again)
