"""Roles and promises: who takes part, what is told, and the rest that stands at the top of a case type."""

from __future__ import annotations

from backline.engine.checking.findings import Findings
from backline.engine.checking.names import is_action, is_fact
from backline.engine.definition import VISITOR, Promise, Role
from backline.engine.expressions.kinds import TIMES
from backline.engine.expressions.nearest import did_you_mean
from backline.engine.expressions.scopes import Scope

PEOPLE = frozenset({"person", "organisation", "record", "list", "column", "any", "unknown", "none", "text"})
ADDRESSES = frozenset({"e-mail", "phone"})
MAY = frozenset({"see", "answer", "ask", "upload", "withdraw", "correct", "offer"})


def check_top(scope: Scope, findings: Findings) -> None:
    """Who the case is for, who opens it, and when a request is the same as another."""
    definition = findings.definition
    if definition.for_ and definition.for_ not in definition.roles:
        findings.problem(
            definition.place,
            f"The case is for '{definition.for_}', which is no role.",
            did_you_mean(definition.for_, definition.roles),
        )
    if findings.surroundings.complete:
        for name in definition.opens:
            who = {*definition.roles, *findings.surroundings.teams, VISITOR}
            findings.named(name, who, definition.place, "role or team")
        if definition.owner:
            findings.named(definition.owner, findings.surroundings.teams, definition.place, "team")
    if VISITOR in definition.opens and VISITOR not in definition.roles:
        _check_visitor(findings)
    for name in definition.same.by if definition.same else ():
        if name not in definition.roles and not is_fact(name, scope):
            known = {*definition.roles, *definition.facts}
            findings.problem(
                definition.place, f"same names '{name}', which is neither fact nor role.", did_you_mean(name, known)
            )


def _check_visitor(findings: Findings) -> None:
    """A visitor becomes the one whom the case is for, and has to leave an address to which answers go."""
    definition = findings.definition
    if not definition.for_ or definition.for_ not in definition.opens:
        who = definition.for_ or "ROLE"
        mend = f"Write opens: [{who}, {VISITOR}]" + ("." if definition.for_ else ", and for: ROLE.")
        findings.problem(definition.place, "A visitor opens this, but not the one whom it is for.", mend)
    addresses = (fact for fact in definition.facts.values() if fact.type.kind in ADDRESSES)
    if not any(source.kind == "ask" for fact in addresses for source in fact.sources):
        findings.problem(
            definition.place,
            "A visitor opens this, and nobody asks for an address to which an answer could go.",
            "Ask for an e-mail or a phone fact, or take visitor out of opens.",
        )


def check_role(role: Role, scope: Scope, findings: Findings) -> None:
    """How a role is filled, and until when it holds."""
    findings.condition(role.if_, scope)
    present = scope.assuming(role.if_)
    found = findings.expression(role.who, present)
    if found is not None and found.type.kind not in PEOPLE:
        findings.problem(role.place, f"who of '{role.name}' has to be a person, and this is {found.type}.")
    findings.condition(role.while_, present)
    until = findings.expression(role.until, present)
    if until is not None and until.type.kind not in TIMES | {"any", "unknown"}:
        findings.problem(role.place, f"until of '{role.name}' has to be a date, and this is {until.type}.")
    if role.of and role.of != "organisation":
        findings.named(role.of, findings.definition.roles, role.place, "role")
    if role.mandate and not role.of:
        findings.problem(role.place, f"'{role.name}' acts by mandate, but not for whom.", "Add of with a role.")


def check_promise(promise: Promise, scope: Scope, findings: Findings) -> None:
    """What is promised exists, and there is one clock."""
    definition = findings.definition
    outcomes = {"outcome", *(outcome.name for outcome in definition.outcomes)}
    if promise.of not in outcomes and not is_fact(promise.of, scope) and not is_action(promise.of, scope):
        known = {*outcomes, *definition.facts, *definition.actions}
        findings.problem(
            promise.place,
            f"The promise '{promise.name}' is of '{promise.of}', which does not exist.",
            did_you_mean(promise.of, known),
        )
    start = promise.start
    if (
        start
        and start not in definition.promises
        and not is_fact(start, scope)
        and not is_action(start, scope)
        and start not in outcomes
    ):
        known = {*definition.facts, *definition.actions, *definition.promises}
        findings.problem(
            promise.place,
            f"The promise '{promise.name}' starts from '{start}', which does not exist.",
            did_you_mean(start, known),
        )
    for role in promise.pause:
        findings.named(role, definition.roles, promise.place, "role")
    if (promise.within is None) == (promise.by is None):
        findings.problem(
            promise.place,
            f"The promise '{promise.name}' needs either within or by.",
            "Write for example within: 3 business days.",
        )
    findings.condition(promise.when, scope)
    due = findings.expression(promise.by, scope.assuming(promise.when))
    if due is not None and due.type.kind not in TIMES | {"any", "unknown"}:
        mend = "Take the latest of them: max(...)." if due.type.kind in ("column", "list") else ""
        findings.problem(promise.place, f"by of '{promise.name}' has to be a date, and this is {due.type}.", mend)
