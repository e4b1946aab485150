"""Actions: when they are made, with what, for whom, and how they are taken back."""

from __future__ import annotations

from backline.engine.checking.findings import Findings
from backline.engine.checking.names import check_facts_named, found_fact
from backline.engine.checking.operations import check_arguments, operation_of
from backline.engine.definition import Action, Expression, Operation
from backline.engine.expressions.kinds import TIMES
from backline.engine.expressions.nearest import did_you_mean
from backline.engine.expressions.scopes import Scope


def check_action(action: Action, scope: Scope, findings: Findings) -> None:
    """Everything about one action."""
    findings.condition(action.when, scope)
    present = scope.assuming(action.when or only_outcome(action, findings))
    operation = check_target(action, findings)
    if action.kind == "call":
        check_arguments(action.arguments, operation, present, action.place, findings)
    else:
        for expression in action.arguments.values():
            findings.expression(expression, present)
    at = findings.expression(action.at, present)
    if at is not None and at.type.kind not in TIMES | {"any", "unknown"}:
        findings.problem(action.at.place if action.at else action.place, f"at needs a date, and this is {at.type}.")
    findings.expression(action.one_at_a_time, present)
    for code, names in action.refused.items():
        check_facts_named(names, scope, action.place, findings, where=f"refused: '{code}'")
    check_receivers(action, scope, findings)
    check_ways_back(action, findings)
    if action.most is not None and action.every is None:
        findings.problem(action.place, f"'{action.name}' says most without every.", "Add every.")


def only_outcome(action: Action, findings: Findings) -> Expression | None:
    """The condition of the one outcome that makes this action; it holds whenever the action is made."""
    using = [
        outcome
        for outcome in findings.definition.outcomes
        if any(step.action == action.name and not step.undo for step in outcome.do)
    ]
    return using[0].when if len(using) == 1 else None


def check_target(action: Action, findings: Findings) -> Operation | None:
    """What the action turns to exists."""
    surroundings = findings.surroundings
    if action.kind == "call":
        operation = operation_of(action.target, action.place, findings)
        if operation is not None and not operation.writes and not operation.gives:
            findings.problem(action.place, f"'{action.target}' only reads.", "Make it a fact with lookup.")
        return operation
    if surroundings.complete and action.kind == "open":
        findings.named(action.target, surroundings.case_types, action.place, "case type")
    if surroundings.complete and action.kind == "work":
        findings.named(action.target, surroundings.teams, action.place, "team")
    return None


def check_receivers(action: Action, scope: Scope, findings: Findings) -> None:
    """Letters and messages go to roles, or to a person who is a fact."""
    roles = findings.definition.roles
    for name in action.to:
        found = found_fact(name.split(".")[0], scope)
        if name in roles or (
            found is not None and found[1].type.kind in ("person", "organisation", "record", "address", "list")
        ):
            continue
        if found is None and not findings.surroundings.complete and "." not in name and not roles:
            continue
        findings.problem(
            action.place, f"'{action.name}' goes to '{name}', which is no role.", did_you_mean(name, roles)
        )
    if action.kind in ("letter", "message") and not action.to and not findings.definition.for_:
        findings.problem(action.place, f"'{action.name}' does not say to whom it goes.", "Add to with a role.")


def check_ways_back(action: Action, findings: Findings) -> None:
    """Undo and amend name operations (or templates, where a document is made)."""
    if action.kind != "call":
        return
    for word, name in (("undo", action.undo), ("amend", action.amend)):
        if name and "." not in name:
            findings.problem(action.place, f"{word} names '{name}', which is no operation.", "Write system.operation.")
        elif name:
            operation = operation_of(name, action.place, findings)
            if operation is not None and not operation.writes and not operation.gives:
                findings.problem(
                    action.place, f"{word} names '{name}', which only reads.", "Name an operation that writes."
                )
