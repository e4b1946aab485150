"""Outcomes: in order, with an ``otherwise`` at the end, each reachable; and yes-or-no facts that can become both."""

from __future__ import annotations

import re
from collections.abc import Mapping

from backline.engine.checking.findings import Findings
from backline.engine.checking.names import is_action, is_fact
from backline.engine.definition import Expression, Fact, Outcome
from backline.engine.expressions.entailing import Condition, TooMany, possible
from backline.engine.expressions.nearest import did_you_mean
from backline.engine.expressions.parsing import parse
from backline.engine.expressions.problems import ExpressionProblem
from backline.engine.expressions.scopes import Scope
from backline.engine.expressions.trees import Name, Tree

HOLE = re.compile(r"\{([A-Za-z][A-Za-z0-9_.]*)\}")


def check_outcomes(scope: Scope, findings: Findings) -> None:
    """Each outcome by itself, then all in their order."""
    definition = findings.definition
    for outcome in definition.outcomes:
        check_outcome(outcome, scope, findings)
    endings = [outcome for outcome in definition.outcomes if outcome.when is None]
    if not endings:
        mend = "Add otherwise as the last one, so that every case can end."
        findings.problem(definition.place, "The outcomes leave cases that end nowhere.", mend)
    for outcome in endings:
        if outcome is not definition.outcomes[-1]:
            findings.problem(
                outcome.place,
                f"'{outcome.name}' holds always, so what stands after it can never be chosen.",
                "Put it last.",
            )
    check_reachable(findings)


def check_outcome(outcome: Outcome, scope: Scope, findings: Findings) -> None:
    """Its condition, the actions that it makes or undoes, and what its text names."""
    findings.condition(outcome.when, scope)
    for step in outcome.do:
        if (step.undo and step.action == "all") or is_action(step.action, scope):
            continue
        place = step.place if step.place.file else outcome.place
        findings.problem(
            place, f"There is no action '{step.action}'.", did_you_mean(step.action, findings.definition.actions)
        )
    _check_else(outcome, findings)
    for name in HOLE.findall(outcome.say):
        if not is_fact(name, scope) and name.split(".")[0] not in {*findings.definition.roles, "case", "reference"}:
            findings.problem(
                outcome.place,
                f"The text of '{outcome.name}' names '{name}', which is no fact.",
                did_you_mean(name, scope.names()),
            )


def _check_else(outcome: Outcome, findings: Findings) -> None:
    """What follows when a step can't be done stands after it, so that no case goes round in a circle."""
    names = [one.name for one in findings.definition.outcomes]
    later = names[names.index(outcome.name) + 1 :]
    if outcome.else_ and outcome.else_ not in later:
        findings.problem(
            outcome.place,
            f"'else' of '{outcome.name}' names '{outcome.else_}', which is no outcome after it.",
            f"Name one of: {', '.join(later)}." if later else "It is the last: take 'else' away.",
        )


def check_reachable(findings: Findings) -> None:
    """An outcome that is never true while all before it are false will never be chosen."""
    facts = findings.definition.facts
    domains = choices_of(facts)
    earlier: list[Condition] = []
    for outcome in findings.definition.outcomes:
        tree = tree_of(outcome.when)
        if tree is None or id(outcome.when) not in findings.expressions:
            continue  # what is wrong in it was said
        if impossible([(tree, True)], domains):
            findings.problem(
                outcome.place,
                f"The condition of '{outcome.name}' contradicts itself: it can never hold.",
                "Take one part of it away.",
            )
        elif impossible([*earlier, (tree, True)], domains):
            mend = "An outcome before it holds whenever this one does; change the order or the conditions."
            findings.problem(outcome.place, f"The outcome '{outcome.name}' can never be chosen.", mend)
        earlier.append((tree, False))


def impossible(conditions: list[Condition], domains: Mapping[Tree, frozenset[str]]) -> bool:
    """Whether the conditions exclude one another; undecided counts as no."""
    try:
        return possible(conditions, domains) is None
    except TooMany:
        return False


def choices_of(facts: Mapping[str, Fact]) -> dict[Tree, frozenset[str]]:
    """The values that choice facts can have."""
    return {Name(name=name): frozenset(fact.type.choices) for name, fact in facts.items() if fact.type.choices}


def tree_of(expression: Expression | None) -> Tree | None:
    """A condition as it is written; None when there is none or it cannot be read."""
    if expression is None:
        return None
    try:
        return parse(expression)
    except ExpressionProblem:
        return None


def check_sides(facts: Mapping[str, Fact], findings: Findings) -> None:
    """A fact with only ``yes if`` and ``no if`` must become one of the two; otherwise nothing ever settles the rest."""
    for fact in facts.values():
        kinds = {source.kind for source in fact.sources}
        if (
            fact.type.kind == "yes/no"
            and kinds
            and kinds <= {"yes if", "no if"}
            and fact.else_ is None
            and fact.lapse is None
        ):
            check_both_sides(fact, facts, findings)
        check_sides(fact.facts, findings)


def check_both_sides(fact: Fact, facts: Mapping[str, Fact], findings: Findings) -> None:
    trees = [tree_of(source.expression) for source in fact.sources]
    conditions: list[Condition] = [(tree, False) for tree in trees if tree is not None]
    try:
        gap = len(conditions) == len(trees) and possible(conditions, choices_of(facts)) is not None
    except TooMany:
        return
    if gap:
        sides = {source.kind for source in fact.sources}
        settled = "only yes" if sides == {"yes if"} else "only no" if sides == {"no if"} else "not every case"
        mend = "Add another source (work, ask), or write is, which settles both."
        findings.problem(fact.place, f"The sources of '{fact.name}' settle {settled}.", mend)
