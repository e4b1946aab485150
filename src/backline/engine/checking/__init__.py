"""Checks a case type as a whole and types its expressions; all problems are told at once.

``check(definition, surroundings)`` gives a ``CheckedType`` or raises ``DefinitionProblems``.
"""

from __future__ import annotations

from dataclasses import replace

from backline.engine.checking.actions import check_action
from backline.engine.checking.checked import CheckedType
from backline.engine.checking.cycles import check_cycles
from backline.engine.checking.facts import check_fact
from backline.engine.checking.findings import Findings
from backline.engine.checking.openings import check_openings
from backline.engine.checking.outcomes import check_outcomes, check_sides
from backline.engine.checking.people import check_promise, check_role, check_top
from backline.engine.checking.supply import check_supply
from backline.engine.checking.templates import check_templates
from backline.engine.definition import CaseType, DefinitionProblems, Surroundings
from backline.engine.expressions.scopes import Scope

__all__ = ["CheckedType", "DefinitionProblems", "check"]


def check(case_type: CaseType, surroundings: Surroundings | None = None) -> CheckedType:
    """The checked case type; DefinitionProblems with all that is wrong, in the order of the files."""
    around = surroundings or Surroundings()
    definition = with_shared(case_type, around)
    findings = Findings(definition=definition, surroundings=around)
    scope = Scope.of(definition, around.records, complete=around.complete)
    check_top(scope, findings)
    check_openings(findings)
    for role in definition.roles.values():
        check_role(role, scope, findings)
    for fact in definition.facts.values():
        check_fact(fact, scope, findings)
    for action in definition.actions.values():
        check_action(action, scope, findings)
    check_outcomes(scope, findings)
    check_sides(definition.facts, findings)
    for promise in definition.promises.values():
        check_promise(promise, scope, findings)
    check_templates(scope, findings)
    check_supply(findings)
    check_cycles(scope, findings)
    if findings.problems:
        raise DefinitionProblems(findings.problems)
    return CheckedType(
        definition=definition,
        scope=scope,
        expressions=findings.expressions,
        tables=findings.tables,
        timed=tuple(findings.timed),
    )


def with_shared(case_type: CaseType, surroundings: Surroundings) -> CaseType:
    """The case type with the shared facts that it uses; what it declares itself comes first."""
    used = {name: surroundings.shared[name] for name in case_type.use if name in surroundings.shared}
    missing = {name: fact for name, fact in used.items() if name not in case_type.facts}
    return replace(case_type, facts={**case_type.facts, **missing}) if missing else case_type
