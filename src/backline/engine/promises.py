"""The promises of an answer: what each waits for, and when to look again."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta
from typing import Any

from backline.engine.answered import Answered
from backline.engine.calendars import Calendar
from backline.engine.definition import Promise
from backline.engine.evaluation import PromiseStatus
from backline.engine.promising import Standing, at_risk_from, promise_status
from backline.engine.standing import value_at
from backline.engine.statuses import CONFLICT, UNKNOWN, Missing

TICK = timedelta(microseconds=1)


def promise_statuses(answer: Answered) -> tuple[PromiseStatus, ...]:
    """Every promise that applies."""
    found: dict[str, PromiseStatus] = {}
    for promise in _in_order(answer):
        if _applies(answer, promise):
            standing = Standing(
                promise=promise,
                start=_not_before(_start(answer, promise, found), answer.record.held.get(promise.name)),
                met=_met(answer, promise.of),
                by=_by(answer, promise),
            )
            found[promise.name] = promise_status(
                standing, record=answer.record, now=answer.now, calendar=_calendar(answer, promise)
            )
    return tuple(found[name] for name in answer.program.definition.promises if name in found)


def _not_before(start: datetime | None, held: datetime | None) -> datetime | None:
    """What was not promised while a system was down begins when it was to be back."""
    return start if start is None or held is None else max(start, held)


def _calendar(answer: Answered, promise: Promise) -> Calendar:
    """Whose business days count: those of the team that is named, else of the one that owns the case."""
    return answer.calendar.of(promise.calendar or answer.program.definition.owner)


def promises_wake(promises: tuple[PromiseStatus, ...], opened_at: datetime) -> Iterator[datetime]:
    """The instants at which a running promise becomes at risk or broken."""
    for status in promises:
        if status.state in ("running", "at risk") and status.due is not None:
            yield status.due + TICK
            yield at_risk_from(status.starts_at or opened_at, status.due)


def _in_order(answer: Answered) -> list[Promise]:
    """Each promise after the one from which its clock starts."""
    promises = answer.program.definition.promises
    ordered: list[Promise] = []

    def visit(promise: Promise, above: frozenset[str]) -> None:
        before = promises.get(promise.start)
        if before is not None and before.name not in above:
            visit(before, above | {before.name})
        if promise not in ordered:
            ordered.append(promise)

    for promise in promises.values():
        visit(promise, frozenset({promise.name}))
    return ordered


def _applies(answer: Answered, promise: Promise) -> bool:
    if _out_of_question(answer, promise):
        return False
    if promise.when is None:
        return True
    (holds,), _, _ = answer.view.part(f"if {promise.name}")
    return holds is True or holds is UNKNOWN or holds is CONFLICT


def _out_of_question(answer: Answered, promise: Promise) -> bool:
    """The case ends otherwise: only another outcome would have done it. What was broken before that stays broken."""
    number = answer.choice.number
    if number is None or promise.of not in answer.program.steps or _met(answer, promise.of) is not None:
        return False
    if any(row.name == promise.name and row.broken_at is not None for row in answer.record.promises):
        return False
    return all(step.action != promise.of or step.undo for step in answer.program.definition.outcomes[number].do)


def _by(answer: Answered, promise: Promise) -> datetime | None:
    if promise.by is None:
        return None
    (value,), _, _ = answer.view.part(f"by {promise.name}")
    if isinstance(value, datetime):
        return value
    return answer.calendar.start_of(value) + timedelta(days=1) - TICK if isinstance(value, date) else None


def _start(answer: Answered, promise: Promise, found: dict[str, PromiseStatus]) -> datetime | None:
    if not promise.start:
        return answer.record.opened_at
    if promise.start in found:
        return found[promise.start].settled_at
    return _met(answer, promise.start)


def _met(answer: Answered, name: str) -> datetime | None:
    """When a fact was known, an action made, the outcome chosen."""
    if name == "outcome":
        return _decided(answer)
    path = name.replace(".", "/")
    if path in answer.program.actions or name in answer.program.by_name:
        return _made(answer, path)
    node = answer.program.by_path.get(path)
    if node is None or node.kind != "fact":
        return None
    if not answer.view.is_whole(node.level):
        return None
    items = answer.view.items(node.level)
    values = [value_at(answer.view, node, position) for position in range(len(items))]
    if not values or any(
        type(value) is Missing and value.status in ("unknown", "conflict", "failed") for value in values
    ):
        return None
    instants = [answer.view.environment.at_fact(path, item) for item in items]
    return _latest(answer, instants)


def _decided(answer: Answered) -> datetime | None:
    if answer.choice.number is None:
        return None
    begun = [
        history.begun
        for key, history in answer.made.items()
        if key[0] in answer.program.steps and history.begun is not None
    ]
    return min(begun) if begun else answer.now


def _made(answer: Answered, path: str) -> datetime | None:
    """When an action was made; that of a list's items, when it was for every one that it is for."""
    level, _, action = path.rpartition("/")
    made = [history for key, history in answer.made.items() if key[0] == action]
    if level and not (answer.view.is_whole(level) and _all_made(answer, path, action)):
        return None
    instants = [history.done_at for history in made]
    return max((one for one in instants if one is not None), default=None) if made and all(instants) else None


def _all_made(answer: Answered, path: str, action: str) -> bool:
    """Whether no item is left that wants the action, or may still."""
    part = answer.program.parts.get(f"when {path}")
    for position, item in enumerate(answer.view.items(path.rpartition("/")[0])):
        if (action, item) not in answer.made and part is not None:
            (holds,), _, _ = answer.view.part(f"when {path}", position)
            if holds is True or holds is UNKNOWN or holds is CONFLICT:
                return False
    return True


def _latest(answer: Answered, instants: list[Any]) -> datetime:
    return max((one for one in instants if isinstance(one, datetime)), default=answer.record.opened_at)
