"""What a plan would do: each effect with its system, what it costs there, and whether anything can go back."""

from __future__ import annotations

from dataclasses import dataclass

from backline.catalogue.versions import LoadedType
from backline.connectors import systems
from backline.connectors.declarations import Operation
from backline.engine.definition import Action
from backline.engine.evaluation import Evaluation
from backline.engine.values import Money


@dataclass(frozen=True, kw_only=True)
class PlannedEffect:
    """One effect that would be made."""

    action: str
    kind: str
    """do, amend, undo"""
    call: str
    system: str
    """What the system is called; empty where it is no call of one"""
    costs: Money | None
    """What one call of it costs, as the connector's file says"""
    can_be_undone: bool


def plan_of(loaded: LoadedType, evaluation: Evaluation) -> tuple[PlannedEffect, ...]:
    """What would be made next, then the steps of the outcome that follow, in their order."""
    actions = loaded.definition.actions
    next_ones = [(one.action, str(one.kind)) for one in evaluation.effects]
    chosen = next((one for one in loaded.definition.outcomes if one.name == evaluation.outcome), None)
    steps = [(step.action, "undo" if step.undo else "do") for step in (chosen.do if chosen else ())]
    known = {action for action, _kind in next_ones}
    planned = [*next_ones, *(step for step in steps if step[0] not in known)]
    return tuple(_effect(actions[action], kind) for action, kind in planned if action in actions)


def call_of(action: Action, kind: str) -> str:
    """What is called."""
    if kind == "undo":
        return action.undo
    if kind == "amend":
        return action.amend
    return action.target if action.kind == "call" else ""


def system_title(call: str) -> str:
    """What the system of an operation is called, for people; empty where it is no call of one."""
    name, dot, _operation = call.partition(".")
    if not dot or ":" in call:
        return ""
    system = systems.described(name)
    return system.title if system else name


def _effect(action: Action, kind: str) -> PlannedEffect:
    call = call_of(action, kind)
    operation = _operation(call)
    return PlannedEffect(
        action=action.name, kind=kind, call=call, system=system_title(call),
        costs=operation.costs if operation else None, can_be_undone=bool(action.undo),
    )  # fmt: skip


def _operation(call: str) -> Operation | None:
    name, _dot, short = call.partition(".")
    system = systems.described(name)
    return system.operations.get(short) if system else None
