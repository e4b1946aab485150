"""Names that have to be known: what templates print, and the tables by which facts are decided."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from backline.catalogue.reading.completing import templates_of
from backline.catalogue.reading.fields import Complaints, did_you_mean
from backline.catalogue.reading.templates import ALWAYS, Template, find_holes
from backline.engine.definition import Action, CaseType, Fact, Place


def check_names(
    case_type: CaseType, templates: Mapping[tuple[str, str], Mapping[str, Template]], complaints: Complaints
) -> None:
    """Complains of names that stand for nothing."""
    _check_templates(case_type, templates, complaints)
    _check_tables(case_type, complaints)
    names = frozenset(case_type.facts) | frozenset(case_type.roles)
    for fact in case_type.facts.values():
        _check_fact(fact, names, case_type, complaints)


def _check_fact(fact: Fact, names: frozenset[str], case_type: CaseType, complaints: Complaints) -> None:
    """From whom it is hidden, and what its checks print. A shared fact may be hidden from roles of other case types."""
    for role in fact.hide:
        if role not in case_type.roles and not fact.shared:
            mend = did_you_mean(role, case_type.roles)
            complaints.say(fact.place, f"'{fact.name}' is hidden from '{role}', which is no role.", mend)
    inner = names | frozenset(fact.facts) | {fact.name}
    for check in fact.checks:
        _check_saying(check.say, fact, inner, complaints)
    for one in fact.facts.values():
        _check_fact(one, inner, case_type, complaints)


def _check_saying(text: str, fact: Fact, names: frozenset[str], complaints: Complaints) -> None:
    inside = Complaints()
    for hole in find_holes(text, fact.place, inside):
        if hole.fact not in names | ALWAYS:
            message = f"What a check of '{fact.name}' says names '{hole.fact}', which is no fact."
            complaints.say(fact.place, message, did_you_mean(hole.fact, names))
    for problem in inside.problems:
        complaints.say(fact.place, problem.message, problem.mend)


def _check_templates(
    case_type: CaseType, templates: Mapping[tuple[str, str], Mapping[str, Template]], complaints: Complaints
) -> None:
    for action, names in _actions_in_scope(case_type):
        allowed = names | frozenset(action.arguments) | ALWAYS
        for folder, name in templates_of(action):
            if (folder, name) in templates:
                _check_holes(templates[(folder, name)], allowed, complaints)
            else:
                known = [other for kind, other in templates if kind == folder]
                near = did_you_mean(name, known)
                mend = near if near.startswith("Did") else f"Write the file {folder}/{name}.en.md."
                complaints.say(action.place, f"There is no {folder[:-1]} '{name}'.", mend)


def _check_holes(found: Mapping[str, Template], allowed: frozenset[str], complaints: Complaints) -> None:
    for template in found.values():
        for hole in template.holes:
            if hole.fact not in allowed:
                complaints.say(hole.place, f"There is no fact '{hole.fact}'.", did_you_mean(hole.fact, allowed))


def _actions_in_scope(case_type: CaseType) -> Iterator[tuple[Action, frozenset[str]]]:
    """Every action with the names that it can print."""
    given = {name for action in case_type.actions.values() for name in action.gives}
    names = frozenset(case_type.facts) | frozenset(case_type.roles) | given
    for action in case_type.actions.values():
        yield action, names
    for fact in case_type.facts.values():
        yield from _actions_of_items(fact, names)


def _actions_of_items(fact: Fact, names: frozenset[str]) -> Iterator[tuple[Action, frozenset[str]]]:
    given = {name for action in fact.actions.values() for name in action.gives}
    inner = names | frozenset(fact.facts) | given
    for action in fact.actions.values():
        yield action, inner
    for one in fact.facts.values():
        yield from _actions_of_items(one, inner)


def _check_tables(case_type: CaseType, complaints: Complaints) -> None:
    used: dict[str, Place] = {}
    facts = list(case_type.facts.values())
    while facts:
        fact = facts.pop()
        facts.extend(fact.facts.values())
        used |= {source.table: source.place for source in fact.sources if source.kind == "decide" and source.table}
    for name, place in used.items():
        if name not in case_type.tables:
            mend = did_you_mean(name, case_type.tables) or "Put the file beside type.yaml."
            complaints.say(place, f"There is no decision table {name}.csv.", mend)
