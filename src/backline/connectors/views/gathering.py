"""Reads the parts of a view side by side. No part waits for another, but for one whose value is its key."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterable, Mapping
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Any

from django.db import connections

from backline.connectors import calling
from backline.connectors.contract import Found, Missing, ReadResult, UnknownOperation
from backline.connectors.views.declarations import Key, Part
from backline.engine.definition import DefinitionProblems
from backline.engine.values import Row, decode

log = logging.getLogger(__name__)
AT_ONCE = 16
_pool = ThreadPoolExecutor(max_workers=AT_ONCE, thread_name_prefix="views")


@dataclass(frozen=True, kw_only=True, slots=True)
class Unmatched:
    """The system was not asked: there is no proven key under which it could know the party."""

    key: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What came of one part. ``ms`` is how long it took."""

    result: ReadResult | Unmatched
    ms: int = 0


def gather(parts: Iterable[Part], party: Row, known: Mapping[str, Any] | None = None) -> dict[str, Answer]:
    """The answers by part. ``known`` are values of parts that need not be asked; the party has only proven keys."""
    left = {part.name: part for part in parts}
    values, answers = dict(known or {}), dict[str, Answer]()
    running: dict[Future[ReadResult], tuple[Part, float]] = {}
    while left or running:
        for part in [one for one in left.values() if not (one.needs & left.keys() | _asked(one, running))]:
            del left[part.name]
            _begin(part, party, values, answers, running)
        if not running and left:
            return answers | {name: Answer(result=Unmatched(key="")) for name in left}
        _settle(running, values, answers)
    return answers


def _asked(part: Part, running: Mapping[Future[ReadResult], tuple[Part, float]]) -> set[str]:
    return {one.name for one, _ in running.values()} & part.needs


def _begin(
    part: Part,
    party: Row,
    values: Mapping[str, Any],
    answers: dict[str, Answer],
    running: dict[Future[ReadResult], tuple[Part, float]],
) -> None:
    arguments = {}
    for name, key in part.keys.items():
        value = _matched(key, party, values)
        if value is None or (isinstance(value, Row) and part.system not in value.members and value is party):
            answers[part.name] = _unmatched(key, part, answers)
            return
        arguments[name] = value
    running[_pool.submit(_read, part, arguments)] = (part, time.monotonic())


def _matched(key: Key, party: Row, values: Mapping[str, Any]) -> Any:
    """The value of a key; None where there is none."""
    if key.source == "party":
        return party.get(key.member) if key.member else party
    value = values.get(key.source)
    return value.get(key.member) if isinstance(value, Row) and key.member else value


def _unmatched(key: Key, part: Part, answers: Mapping[str, Answer]) -> Answer:
    """Where the key comes from a part that failed, this part is missing for the same reason."""
    before = answers.get(key.source)
    if before is not None and isinstance(before.result, Missing) and before.result.reason != "none":
        return Answer(result=before.result)
    return Answer(result=Unmatched(key=key.member or part.system))


def _read(part: Part, arguments: Mapping[str, Any]) -> ReadResult:
    """In a thread of its own, which leaves no connection to our own database behind."""
    try:
        return calling.read(part.operation, arguments, deadline_s=part.within_s)
    finally:
        connections.close_all()


def _settle(
    running: dict[Future[ReadResult], tuple[Part, float]], values: dict[str, Any], answers: dict[str, Answer]
) -> None:
    """Take what is there, and give up what is late; its thread ends by itself."""
    if not running:
        return
    ends = min(began + part.within_s for part, began in running.values())
    wait(running, timeout=max(0.0, ends - time.monotonic()), return_when=FIRST_COMPLETED)
    for future, (part, began) in list(running.items()):
        took = time.monotonic() - began
        if not future.done() and took < part.within_s:
            continue
        del running[future]
        result = _result(future)
        answers[part.name] = Answer(result=result, ms=round(took * 1000))
        if isinstance(result, Found):
            values[part.name] = decode(result.type, result.value)


def _result(future: Future[ReadResult]) -> ReadResult:
    if not future.done():
        future.cancel()
        return Missing(reason="late", detail="no answer in time", for_now=True)
    wrong = future.exception()
    if wrong is None:
        return future.result()
    if not isinstance(wrong, UnknownOperation | DefinitionProblems | ValueError):
        log.error("a part of a view could not be read", exc_info=wrong)
    return Missing(reason="broken", detail=str(wrong)[:200])
