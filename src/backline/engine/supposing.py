"""What if: the same evaluation over a set with supposed answers. Effects are listed, none is made."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from backline.engine.calendars import Calendar
from backline.engine.evaluating import evaluate
from backline.engine.evaluation import DesiredEffect, Evaluation
from backline.engine.generating.grounds import source_keys
from backline.engine.generating.program import Program
from backline.engine.record import Assertion, CaseRecord, EffectRecord
from backline.engine.resolving import key_of

MOST_STEPS = 50


@dataclass(frozen=True, kw_only=True, slots=True)
class Supposition:
    """What would be so. ``effects`` are all that would be made, in their order; what they would give is None in later
    ones."""

    evaluation: Evaluation
    effects: tuple[DesiredEffect, ...]
    ends: str | None
    """The outcome that would be reached"""


def suppose(
    program: Program,
    record: CaseRecord,
    suppositions: Mapping[str, Any] | Sequence[Assertion],
    *,
    now: datetime,
    calendar: Calendar,
) -> Supposition:
    """Evaluates with supposed values (``amount``, ``bills/1/billed``), or with supposed assertions as they are."""
    supposed = (
        _assertions(program, record, suppositions, now)
        if isinstance(suppositions, Mapping)
        else [replace(one, supposed=True) for one in suppositions]
    )
    supposing = replace(record, assertions=(*record.assertions, *supposed))
    first = evaluate(program, supposing, now=now, calendar=calendar)
    effects, last = _plan(program, supposing, first, now, calendar)
    return Supposition(evaluation=first, effects=effects, ends=last.outcome if last.state == "ended" else None)


def _assertions(program: Program, record: CaseRecord, values: Mapping[str, Any], now: datetime) -> list[Assertion]:
    return [_assertion(program, record, key, value, now) for key, value in values.items()]


def _assertion(program: Program, record: CaseRecord, key: str, value: Any, now: datetime) -> Assertion:
    item, _, name = key.rpartition("/")
    parts = key.split("/")
    node = program.by_path.get("/".join([*parts[:-1:2], parts[-1]]))
    keys = source_keys(node.fact.sources) if node is not None and node.fact is not None else []
    return Assertion(
        id=f"supposed:{key}",
        fact=name,
        item=item,
        value=value,
        source=next((one for one in keys if one.startswith("ask")), "settle"),
        holds_from=now,
        said_at=now,
        replaces=tuple(one.id for one in record.assertions if key_of(one) == key),
        correction=True,
        supposed=True,
    )


def _plan(
    program: Program, record: CaseRecord, found: Evaluation, now: datetime, calendar: Calendar
) -> tuple[tuple[DesiredEffect, ...], Evaluation]:
    """All effects, one after the other, as if each were made at once."""
    planned: list[DesiredEffect] = []
    while found.effects and len(planned) < MOST_STEPS:
        planned += found.effects
        record = replace(record, effects=(*record.effects, *(_as_made(program, one, now) for one in found.effects)))
        found = evaluate(program, record, now=now, calendar=calendar)
    return tuple(planned), found


def _as_made(program: Program, wished: DesiredEffect, now: datetime) -> EffectRecord:
    action = program.by_name[wished.action]
    return EffectRecord(
        action=wished.action,
        item=wished.item,
        generation=wished.generation,
        kind=wished.kind,
        state="done",
        payload=wished.payload,
        gives=dict.fromkeys(action.gives),
        planned_at=now,
        started_at=now,
        settled_at=now,
        supposed=True,
    )
