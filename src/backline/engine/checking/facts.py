"""Facts: their conditions, checks, lists, and what stands around their sources."""

from __future__ import annotations

import keyword

from backline.engine.checking.actions import check_action
from backline.engine.checking.findings import Findings
from backline.engine.checking.names import check_facts_named
from backline.engine.checking.sources import check_source
from backline.engine.definition import Fact
from backline.engine.expressions.functions import FUNCTIONS
from backline.engine.expressions.kinds import type_of
from backline.engine.expressions.nearest import did_you_mean
from backline.engine.expressions.scopes import Scope

RESERVED = frozenset({"yes", "no", "none", "unknown", "today", "now", "created", "case", "previous", "outcome"})


def check_fact(fact: Fact, scope: Scope, findings: Findings) -> None:
    """Everything about one fact, its items' facts included."""
    check_name(fact, findings)
    findings.condition(fact.if_, scope)
    kind = type_of(fact.type)
    present = scope.assuming(fact.if_)
    findings.expression(fact.else_, scope, kind)
    findings.expression(fact.lapse, present, kind)
    findings.expression(fact.type.choices_from, present)
    judging = present.judging(fact)
    for check in fact.checks:
        findings.condition(check.must, judging)
    for position, source in enumerate(fact.sources):
        check_source(fact, position, present, findings)
        if (
            source.kind == "ask"
            and fact.type.kind == "choice"
            and not fact.type.choices
            and fact.type.choices_from is None
        ):
            findings.problem(source.place, f"'{fact.name}' is a choice without choices.", "Add choices.")
    check_relations(fact, scope, findings)
    if fact.facts or fact.actions:
        check_list(fact, present, findings)
    elif fact.repeat is not None or fact.done is not None:
        findings.problem(
            fact.place, f"'{fact.name}' has no facts of its own, so done and repeat have no meaning.", "Add facts."
        )


def check_name(fact: Fact, findings: Findings) -> None:
    """A name that an expression could not say, or would take for something else."""
    if keyword.iskeyword(fact.name) or fact.name in RESERVED:
        findings.problem(fact.place, f"'{fact.name}' is a word of the expression language.", "Choose another name.")
    elif fact.name in FUNCTIONS and fact.facts:
        findings.problem(
            fact.place, f"'{fact.name}' is a function; a list cannot have its name.", "Choose another name."
        )


def check_relations(fact: Fact, scope: Scope, findings: Findings) -> None:
    """What a fact says of roles and of other facts by name."""
    roles = findings.definition.roles
    for role in fact.hide:
        if role not in roles and role not in findings.surroundings.teams and findings.surroundings.complete:
            findings.problem(fact.place, f"hide names '{role}', which is no role.", did_you_mean(role, roles))
    if fact.of:
        findings.named(fact.of, roles, fact.place, "role")
    if fact.agree is not None:
        check_facts_named([fact.agree.fact], scope, fact.place, findings, where="agree")
    for value, names in fact.doubts.items():
        known = {"yes", "no"} if fact.type.kind in ("yes/no", "consent") else set(fact.type.choices)
        if known and value not in known:
            findings.problem(
                fact.place, f"doubts speaks of '{value}', which '{fact.name}' never is.", did_you_mean(value, known)
            )
        check_facts_named(names, scope, fact.place, findings, where="doubts")


def check_list(fact: Fact, scope: Scope, findings: Findings) -> None:
    """A list's own rules, and its items' facts and actions."""
    low, high = fact.many
    if high is not None and high < low:
        findings.problem(
            fact.place, f"'{fact.name}' wants at least {low} and at most {high}.", "Write the smaller number first."
        )
    if fact.type.kind != "list":
        findings.problem(
            fact.place, f"'{fact.name}' has facts of its own but is {fact.type.kind}.", "Write type: list."
        )
    judging = scope.judging(fact)
    findings.expression(fact.starts, scope)
    findings.condition(fact.done, judging)
    findings.condition(fact.repeat, judging)
    inside = scope.inside(fact)
    for inner in fact.facts.values():
        check_fact(inner, inside, findings)
    for action in fact.actions.values():
        check_action(action, inside, findings)
