"""What opens a case by itself: the time is a time, the rows are rows, and somebody is there whom the case is for."""

from __future__ import annotations

import keyword
from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass

from backline.engine.checking.checked import TimedOpening
from backline.engine.checking.findings import Findings
from backline.engine.checking.operations import operation_of
from backline.engine.definition import CaseType, Fact, Opening, ValueType
from backline.engine.expressions.kinds import TIMES
from backline.engine.expressions.nearest import did_you_mean
from backline.engine.expressions.parsing import parse
from backline.engine.expressions.problems import ExpressionProblem, place_in
from backline.engine.expressions.scopes import BUILT_IN_MEMBERS, Scope
from backline.engine.expressions.trees import Name, Tree

PEOPLE = ("person", "organisation")
CLOCK = frozenset({"today", "now"})
"""Parameters of an operation that a time fills by itself"""


def check_openings(findings: Findings) -> None:
    """Each entry of ``opens`` that is an event or a time."""
    for opening in findings.definition.openings:
        rows = rows_of(opening, findings)
        if opening.every is not None and opening.every.amount < 1:
            findings.problem(opening.place, "every is no length of time.", "Write for example every: 1 month.")
        elif opening.at is not None:
            check_time(opening, rows, findings)
            check_customer(opening, rows, findings)
        elif opening.every is not None:
            mend = "Take every out; it belongs to at."
            findings.problem(opening.place, f"'{opening.event}' opens a case whenever it happens.", mend)


def rows_of(opening: Opening, findings: Findings) -> ValueType | None:
    """The type of the list that ``for each`` goes through; None where there is none, or it can't be known here."""
    if not opening.for_each:
        return None
    if "." not in opening.for_each:
        if not opening.event:
            mend = "Write for each: system.operation."
            findings.problem(opening.place, f"'{opening.for_each}' is no operation of a system.", mend)
        return None
    operation = operation_of(opening.for_each, opening.place, findings)
    if operation is None:
        return None
    if operation.writes:
        findings.problem(opening.place, f"'{operation.name}' writes; for each may only read.", "Name one that reads.")
        return None
    if operation.returns is None or operation.returns.kind != "list":
        told = "nothing" if operation.returns is None else operation.returns.kind
        mend = "Name an operation that returns a list, such as {list: RECORD}."
        findings.problem(opening.place, f"for each goes through a list, and '{operation.name}' returns {told}.", mend)
        return None
    strange = sorted(set(operation.parameters) - CLOCK) if opening.at is not None else []
    for name in strange:
        mend = "Name an operation that needs nothing but today or now."
        findings.problem(opening.place, f"'{operation.name}' needs '{name}', which a time does not bring.", mend)
    return operation.returns


def check_time(opening: Opening, rows: ValueType | None, findings: Findings) -> None:
    """``at`` is a date or a time, and rests on nothing that only a case would know."""
    assert opening.at is not None
    members = members_of(rows, findings)
    if opening.for_each and rows is None:
        members = {**members, **dict.fromkeys(names_in(opening), ValueType(kind="datetime"))}
    if refuse_facts(opening, members, findings):
        return
    definition = opening_type(findings.definition, opening, members)
    typed = findings.expression(opening.at, Scope.of(definition, findings.surroundings.records))
    if typed is None:
        return
    if typed.type.kind not in TIMES | {"any", "unknown"}:
        mend = "Write for example date(2027, 1, 31), or last_visit + 12 months."
        findings.problem(opening.at.place, f"at has to be a date or a time, and this is {typed.type}.", mend)
        return
    kind = "date" if typed.type.kind == "date" else "datetime"
    findings.timed.append(TimedOpening(opening=opening, members=members, kind=kind))  # type: ignore[arg-type]


def refuse_facts(opening: Opening, members: Mapping[str, ValueType], findings: Findings) -> bool:
    """Says so where ``at`` names what is not there before the case is."""
    assert opening.at is not None
    try:
        tree = parse(opening.at)
    except ExpressionProblem:
        return False
    facts = {*findings.definition.facts, *findings.definition.roles}
    wrong = [name for name in names(tree) if name.name in facts - members.keys()]
    for name in wrong:
        message = f"'{name.name}' is not known before there is a case, so no time can rest on it."
        mend = did_you_mean(name.name, members)
        if not opening.for_each:
            mend = "Add for each with the operation that knows it."
        elif not mend:
            mend = f"'{opening.for_each}' gives nothing of the kind."
        findings.problem(place_in(opening.at, name.at), message, mend)
    return bool(wrong)


def check_customer(opening: Opening, rows: ValueType | None, findings: Findings) -> None:
    """Somebody has to be there whom the case is for."""
    definition = findings.definition
    role = definition.roles.get(definition.for_)
    if role is None or role.who is not None or (opening.for_each and rows is None):
        return
    members = members_of(rows, findings)
    if definition.for_ in members or (rows is not None and rows.of in PEOPLE):
        return
    if opening.for_each:
        mend = f"Let its rows have a member '{definition.for_}', or give the role a who."
        message = f"Nobody would be '{definition.for_}' in what '{opening.for_each}' opens."
    else:
        mend = f"Add for each with rows that have '{definition.for_}', give the role a who, or write for: none."
        message = f"Nobody would be '{definition.for_}' in what opens at this time."
    findings.problem(opening.place, message, mend)


def members_of(rows: ValueType | None, findings: Findings) -> dict[str, ValueType]:
    """What a row has, by names that an expression can say."""
    if rows is None:
        return {}
    if rows.of in BUILT_IN_MEMBERS:
        found = {name: ValueType(kind=kind.kind) for name, kind in BUILT_IN_MEMBERS[rows.of].items()}  # type: ignore[arg-type]
    else:
        record = findings.surroundings.records.get(rows.of)
        found = dict(record.members) if record else {}
    return {name: kind for name, kind in found.items() if name.isidentifier() and not keyword.iskeyword(name)}


def opening_type(definition: CaseType, opening: Opening, members: Mapping[str, ValueType]) -> CaseType:
    """A case type in which nothing is known but a row."""
    facts = {name: Fact(name=name, type=kind, place=opening.place) for name, kind in members.items()}
    return CaseType(key=definition.key, title=definition.title, place=opening.place, facts=facts)


def names_in(opening: Opening) -> list[str]:
    """The names that a time rests on; none where it can't be read."""
    try:
        return [name.name for name in names(parse(opening.at))] if opening.at else []
    except ExpressionProblem:
        return []


def names(tree: Tree) -> Iterator[Name]:
    """Every name in an expression."""
    if isinstance(tree, Name):
        yield tree
    for each in fields(tree):
        inner = getattr(tree, each.name)
        for one in inner if isinstance(inner, tuple) else (inner,):
            if is_dataclass(one) and isinstance(one, Tree):
                yield from names(one)
