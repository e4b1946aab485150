"""Letters and messages: what they print is known where they are made."""

from __future__ import annotations

from collections.abc import Iterator

from backline.engine.checking.findings import Findings
from backline.engine.checking.names import check_facts_named
from backline.engine.definition import Action
from backline.engine.expressions.scopes import Scope


def check_templates(scope: Scope, findings: Findings) -> None:
    """Each field of a template is a fact (or role) wherever an action uses the template."""
    using = list(actions_of(scope))
    for template, names in findings.definition.letter_fields.items():
        scopes = [inner for action, inner in using if action.target == template] or [scope]
        for inner in scopes:
            place = findings.definition.place
            check_facts_named(names, inner, place, findings, where=f"The template '{template}'", roles=True)


def actions_of(scope: Scope) -> Iterator[tuple[Action, Scope]]:
    """Every action with the scope in which it stands."""
    for action in scope.here.actions.values():
        yield action, scope
    for fact in scope.here.facts.values():
        if fact.facts or fact.actions:
            yield from actions_of(scope.inside(fact))
