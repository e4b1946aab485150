"""Operations of systems: that they exist, and that their arguments fit."""

from __future__ import annotations

from collections.abc import Mapping

from backline.engine.checking.findings import Findings
from backline.engine.definition import Expression, Operation, Place
from backline.engine.expressions.kinds import type_of
from backline.engine.expressions.nearest import did_you_mean
from backline.engine.expressions.scopes import Scope

OWN = ("cases.",)
"""Systems that are part of the product and take what they are given"""


def operation_of(name: str, place: Place, findings: Findings) -> Operation | None:
    """The operation of that name; reported when the surroundings are complete and do not have it."""
    known = findings.surroundings.operations
    if name not in known and findings.surroundings.complete and not name.startswith(OWN):
        findings.problem(place, f"No system has an operation '{name}'.", did_you_mean(name, known))
    return known.get(name)


def check_arguments(
    arguments: Mapping[str, Expression], operation: Operation | None, scope: Scope, place: Place, findings: Findings
) -> None:
    """Each argument fits its parameter; a parameter without one is filled from the fact or role of its name."""
    parameters = {} if operation is None else operation.parameters
    for name, expression in arguments.items():
        wanted = type_of(parameters[name]) if name in parameters else None
        findings.expression(expression, scope, wanted)
        if operation is not None and name not in parameters:
            findings.problem(expression.place, f"'{operation.name}' takes no '{name}'.", did_you_mean(name, parameters))
    names = scope.names()
    for name in parameters:
        if name not in arguments and name not in names and operation is not None:
            mend = f"Write with: {{{name}: ...}}, or name a fact '{name}'."
            findings.problem(place, f"'{operation.name}' needs '{name}'.", mend)
