"""Writes out what a definition leaves to be understood: people whom a system finds, parameters, types."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import replace

from backline.catalogue.reading.actions import UNTYPED
from backline.catalogue.reading.fields import NAME
from backline.catalogue.reading.templates import Template, fields_of
from backline.catalogue.reading.types import TEXT, words_of
from backline.engine.definition import (
    Action,
    CaseType,
    Expression,
    Fact,
    Operation,
    Place,
    Role,
    Source,
    Surroundings,
    Table,
    ValueType,
)

CALL = re.compile(r"([a-z][a-z0-9_-]*\.[a-z][a-z0-9_-]*)\((.*)\)\Z", re.DOTALL)
NAMED = re.compile(r"\s*([a-z][a-z0-9_]*)\s*=(?!=)\s*(.*)\Z", re.DOTALL)
TEMPLATED = {"letter": "letters", "make": "letters", "message": "messages"}


def complete(
    case_type: CaseType, surroundings: Surroundings, templates: Mapping[tuple[str, str], Mapping[str, Template]]
) -> CaseType:
    """The case type with nothing left to be understood."""
    roles, found = _people(case_type.roles, surroundings.operations)
    facts = {**found, **{name: _chosen(fact, case_type.tables) for name, fact in case_type.facts.items()}}
    names = frozenset(facts) | frozenset(roles)
    names |= {given for action in case_type.actions.values() for given in action.gives}
    return replace(
        case_type,
        roles=roles,
        facts={name: _fact(fact, names, surroundings.operations) for name, fact in facts.items()},
        actions={name: _action(one, names, surroundings.operations) for name, one in case_type.actions.items()},
        letter_fields=_letter_fields(case_type, templates),
    )


def _people(roles: Mapping[str, Role], operations: Mapping[str, Operation]) -> tuple[dict[str, Role], dict[str, Fact]]:
    """Roles whose ``who`` asks a system, and the facts that hold what it answers."""
    named, facts = {}, {}
    for role in roles.values():
        called = CALL.match(role.who.text) if role.who else None
        if role.who and called:
            fact = _person(role, role.who.place, called[1], called[2], operations.get(called[1]))
            facts[fact.name] = fact
            role = replace(role, who=Expression(text=fact.name, place=role.who.place))
        named[role.name] = role
    return named, facts


def _person(role: Role, place: Place, call: str, inside: str, operation: Operation | None) -> Fact:
    at = Place(file=place.file, line=place.line, column=place.column + len(call) + 1)
    arguments = _arguments(inside, at, list(operation.parameters) if operation else [])
    lookup = Source(kind="lookup", place=place, call=call, arguments=arguments)
    type_ = (operation.returns if operation else None) or ValueType(kind="person")
    return Fact(name=f"{role.name}_person", type=type_, place=place, label=role.label, sources=(lookup,), if_=role.if_)


def _arguments(inside: str, place: Place, parameters: list[str]) -> dict[str, Expression]:
    """The arguments of a call by parameter: those without a name go by their position."""
    found = {}
    for position, (text, offset) in enumerate(_split(inside)):
        at = replace(place, column=place.column + offset)
        if named := NAMED.match(text):
            found[named[1]] = Expression(text=named[2].strip(), place=at)
        elif text.strip():
            name = parameters[position] if position < len(parameters) else text.strip()
            found[name if NAME.match(name) else f"argument_{position + 1}"] = Expression(text=text.strip(), place=at)
    return found


def _split(inside: str) -> Iterable[tuple[str, int]]:
    """The parts between commas that stand in no brackets and no quotes, with where each begins."""
    depth, begin, quote = 0, 0, ""
    for at, character in enumerate(inside):
        if quote:
            quote = "" if character == quote else quote
        elif character in "'\"":
            quote = character
        elif character in "([{":
            depth += 1
        elif character in ")]}":
            depth -= 1
        elif character == "," and depth == 0:
            yield inside[begin:at], begin
            begin = at + 1
    yield inside[begin:], begin


def _chosen(fact: Fact, tables: Mapping[str, Table]) -> Fact:
    """A choice that only a table decides has the table's answers as its choices."""
    inner = {name: _chosen(one, tables) for name, one in fact.facts.items()}
    decided = [tables[source.table] for source in fact.sources if source.kind == "decide" and source.table in tables]
    bare = fact.type.kind in ("choice", "choices") and not fact.type.choices and fact.type.choices_from is None
    if not (bare and decided):
        return replace(fact, facts=inner) if inner else fact
    answers = dict.fromkeys(row[-1].text.strip("'\"") for table in decided for row in table.rows)
    return replace(fact, type=replace(fact.type, choices={answer: words_of(answer) for answer in answers if answer}))


def _fact(fact: Fact, names: frozenset[str], operations: Mapping[str, Operation]) -> Fact:
    inner = names | frozenset(fact.facts)
    inner |= {given for action in fact.actions.values() for given in action.gives}
    changes: dict[str, object] = {}
    if any(source.kind == "lookup" and source.call in operations for source in fact.sources):
        changes["sources"] = tuple(_source(source, fact, names, operations) for source in fact.sources)
    if fact.facts:
        changes["facts"] = {name: _fact(one, inner, operations) for name, one in fact.facts.items()}
    if fact.actions:
        changes["actions"] = {name: _action(one, inner, operations) for name, one in fact.actions.items()}
    return replace(fact, **changes) if changes else fact  # type: ignore[arg-type]


def _source(source: Source, fact: Fact, names: frozenset[str], operations: Mapping[str, Operation]) -> Source:
    operation = operations.get(source.call) if source.kind == "lookup" else None
    if operation is None:
        return source
    return replace(source, arguments=_filled(source.arguments, operation, names - {fact.name}, source.place))


def _action(action: Action, names: frozenset[str], operations: Mapping[str, Operation]) -> Action:
    operation = operations.get(action.target) if action.kind == "call" else None
    gives = {name: _given(name, type_, operation) for name, type_ in action.gives.items()}
    if operation is None:
        return replace(action, gives=gives) if gives else action
    arguments = _filled(action.arguments, operation, names - frozenset(gives), action.place)
    return replace(action, gives=gives, arguments=arguments)


def _given(name: str, type_: ValueType, operation: Operation | None) -> ValueType:
    if type_ is not UNTYPED:
        return type_
    return operation.gives.get(name, TEXT) if operation else TEXT


def _filled(
    arguments: Mapping[str, Expression], operation: Operation, names: frozenset[str], place: Place
) -> dict[str, Expression]:
    missing = [name for name in operation.parameters if name not in arguments and name in names]
    return {**arguments, **{name: Expression(text=name, place=place) for name in missing}}


def _letter_fields(
    case_type: CaseType, templates: Mapping[tuple[str, str], Mapping[str, Template]]
) -> dict[str, tuple[str, ...]]:
    """For each template that an action uses, the facts that it prints and that the action does not give itself."""
    found: dict[str, tuple[str, ...]] = {}
    for action in actions_of(case_type):
        for folder, name in templates_of(action):
            printed = fields_of(templates.get((folder, name), {}).values())
            wanted = tuple(fact for fact in printed if fact not in action.arguments)
            found[name] = tuple(dict.fromkeys((*found.get(name, ()), *wanted)))
    return found


def templates_of(action: Action) -> Iterable[tuple[str, str]]:
    """The templates that an action sends, also when it is amended or undone: (letters or messages, name)."""
    if action.kind in TEMPLATED and action.target:
        yield TEMPLATED[action.kind], action.target
    for reversal in (action.undo, action.amend):
        kind, _, name = reversal.partition(":")
        if name and kind in TEMPLATED:
            yield TEMPLATED[kind], name


def actions_of(case_type: CaseType) -> Iterable[Action]:
    """All actions, those of list items included."""
    yield from case_type.actions.values()
    lists = list(case_type.facts.values())
    while lists:
        fact = lists.pop()
        yield from fact.actions.values()
        lists.extend(fact.facts.values())
