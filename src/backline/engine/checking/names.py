"""Names outside expressions: in ``shows``, ``not-by``, ``of``, ``to``; dotted where they reach into lists."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from backline.engine.checking.findings import Findings
from backline.engine.definition import Action, Fact, Place
from backline.engine.expressions.nearest import did_you_mean
from backline.engine.expressions.scopes import Level, Scope


def check_facts_named(
    names: Iterable[str], scope: Scope, place: Place, findings: Findings, *, where: str, roles: bool = False
) -> None:
    """Each name is a fact in reach (or a role, where that is allowed)."""
    for name in names:
        if roles and name in findings.definition.roles:
            continue
        if not is_fact(name, scope):
            known = scope.names() - {"today", "now", "created", "case", "previous"}
            findings.problem(place, f"{where} names '{name}', which is no fact.", did_you_mean(name, known))


def is_fact(name: str, scope: Scope) -> bool:
    """Whether a dotted name leads to a fact: ``amount``, ``bills.billed``, ``previous.wish``."""
    first, *rest = name.split(".")
    if first == "previous" and len(scope.levels) > 1:
        return len(rest) == 1 and rest[0] in scope.here.facts
    for level in reversed(scope.levels):
        if first in level.facts:
            return leads_on(level.facts[first], rest)
        if level.given(first) is not None:
            return not rest
    return False


def leads_on(fact: Fact, rest: list[str]) -> bool:
    """Into the facts of a list; members of a row are not looked at here."""
    if not rest:
        return True
    if fact.facts:
        inner = fact.facts.get(rest[0])
        if inner is not None:
            return leads_on(inner, rest[1:])
        return len(rest) == 1 and given_by(fact.actions, rest[0])
    return fact.type.kind in ("record", "document", "person", "organisation", "address", "case", "list")


def given_by(actions: Mapping[str, Action], name: str) -> bool:
    return any(name in action.gives for action in actions.values())


def is_action(name: str, scope: Scope) -> bool:
    """Whether a dotted name leads to an action: ``pay``, ``lines.ship``."""
    *path, last = name.split(".")
    actions, facts = scope.levels[0].actions, scope.levels[0].facts
    if not path:
        return any(last in level.actions for level in scope.levels)
    for part in path:
        if part not in facts:
            return False
        actions, facts = facts[part].actions, facts[part].facts
    return last in actions


def found_fact(name: str, scope: Scope) -> tuple[Level, Fact] | None:
    """The fact of a plain name, and the level where it stands."""
    for level in reversed(scope.levels):
        if name in level.facts:
            return level, level.facts[name]
    return None
