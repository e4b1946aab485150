"""Decision tables: cells become conditions over the inputs, outputs become values of the fact's type."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date

from backline.engine.checking.findings import Findings
from backline.engine.definition import Expression, Fact, Place, Table
from backline.engine.expressions.context import Context, Variable
from backline.engine.expressions.judging import Judge, check
from backline.engine.expressions.kinds import BOOLEAN, Type, column, type_of
from backline.engine.expressions.parsing import parse
from backline.engine.expressions.problems import ExpressionProblem, problem_at
from backline.engine.expressions.scopes import Scope
from backline.engine.expressions.trees import Call, Compare, Literal, Logic, Name, Tree
from backline.engine.expressions.typed import INPUTS, Cases, Constant, Slot, Strict, Typed
from backline.engine.expressions.typed import Logic as TypedLogic
from backline.engine.expressions.typed import Not as TypedNot

CELL = Name(name="cell")
OPERATOR = re.compile(r"(==|!=|<=|>=|=|<|>)\s*")
DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
ANYTHING = ("", "-", "*")
WORDS = {"choice", "text", "choices"}


def check_table(fact: Fact, position: int, scope: Scope, findings: Findings) -> None:
    """The typed form of the table behind a ``decide`` source, or the problems of its cells."""
    source = fact.sources[position]
    table = findings.definition.tables.get(source.table)
    place = source.place if source.place.file else fact.place
    if table is None:
        findings.named(source.table, findings.definition.tables, place, "decision table")
        return
    inputs = [findings.expression(expression, scope) for expression in table.inputs]
    if not table.rows:
        findings.problem(table.place, f"'{table.name}' has no rows.")
    rows: list[tuple[Typed | None, Typed]] = []
    for cells in table.rows:
        row = (
            None
            if None in inputs
            else check_row(cells, [each for each in inputs if each], table, fact, scope, findings)
        )
        if row is not None:
            rows.append(row)
    kept = tuple(each for each in inputs if each is not None)
    if len(kept) == len(inputs) and len(rows) == len(table.rows):
        path = scope.here.key(fact.name)
        findings.tables[path, position] = Cases(
            type=type_of(fact.type), place=table.place, inputs=kept, rows=tuple(rows), table=table.name
        )


def check_row(
    cells: tuple[Expression, ...], inputs: list[Typed], table: Table, fact: Fact, scope: Scope, findings: Findings
) -> tuple[Typed | None, Typed] | None:
    """The condition and the output of a row; None when a cell is wrong."""
    if len(cells) != len(inputs) + 1:
        place = cells[0].place if cells else table.place
        findings.problem(place, f"This row has {len(cells)} cells; {len(inputs) + 1} are needed.")
        return None
    conditions: list[Typed] = []
    right = True
    for number, (cell, typed) in enumerate(zip(cells, inputs, strict=False)):
        try:
            condition = cell_condition(cell, typed.type, scope)
        except ExpressionProblem as found:
            findings.problem(found.problem.place, found.problem.message, found.problem.mend)
            right = False
            continue
        if condition is not None:
            conditions.append(renumbered(condition, number))
    output = check_output(cells[-1], fact, scope, findings)
    if output is None or not right:
        return None
    return joined(conditions, cells[0].place), output


def joined(conditions: list[Typed], place: Place) -> Typed | None:
    """All of a row's conditions; None when there are none."""
    if len(conditions) < 2:
        return conditions[0] if conditions else None
    return TypedLogic(type=BOOLEAN, place=place, operator="and", parts=tuple(conditions))


def cell_condition(cell: Expression, kind: Type, scope: Scope) -> Typed | None:
    """A cell as a condition on Slot 0; None for an empty cell, which matches anything."""
    if cell.text.strip() in ANYTHING:
        return None
    trees = [alternative(part, at, cell, kind) for part, at in alternatives(cell.text)]
    tree = trees[0] if len(trees) == 1 else Logic(operator="or", parts=tuple(trees))
    judge = Judge(cell, scope)
    variable = Variable(source=None, level=INPUTS, columns=[slot_column(kind, cell.place)])
    context = Context(variables={CELL.name: variable})
    return judge.condition(tree, context)


def slot_column(kind: Type, place: Place) -> Typed:
    """Something of which the cell's input is an element, so that it can stand as a variable."""
    return Constant(type=column(kind), place=place, value=None)


def alternatives(text: str) -> list[tuple[str, int]]:
    """The parts between ``|`` with their positions; ``|`` within quotes does not count."""
    parts: list[tuple[str, int]] = []
    start, quote = 0, ""
    for position, sign in enumerate(text):
        if quote:
            quote = "" if sign == quote else quote
        elif sign in "'\"":
            quote = sign
        elif sign == "|":
            parts.append((text[start:position], start))
            start = position + 1
    parts.append((text[start:], start))
    return parts


def alternative(part: str, start: int, cell: Expression, kind: Type) -> Tree:
    """One part of a cell: a literal, a comparison, or a range with both ends."""
    at = start + len(part) - len(part.lstrip())
    text = part.strip()
    found = OPERATOR.match(text)
    if found:
        operator = "==" if found[1] == "=" else found[1]
        right = literal(text[found.end() :], at + found.end(), cell, kind)
        return Compare(at=at, operator=operator, left=replace(CELL, at=at), right=right)
    low, dots, high = text.partition("..")
    if dots and kind.kind not in WORDS:
        first = literal(low, at, cell, kind)
        second = literal(high, at + len(low) + 2, cell, kind)
        left = replace(CELL, at=at)
        ends = (
            Compare(at=at, operator=">=", left=left, right=first),
            Compare(at=at, operator="<=", left=left, right=second),
        )
        return Logic(at=at, operator="and", parts=ends)
    operator = "in" if kind.kind == "choices" else "=="
    value = literal(text, at, cell, kind)
    if operator == "in":
        return Compare(at=at, operator="in", left=value, right=replace(CELL, at=at))
    return Compare(at=at, operator="==", left=replace(CELL, at=at), right=value)


def literal(text: str, at: int, cell: Expression, kind: Type) -> Tree:
    """A value as cells write it: choices and texts bare or in quotes, dates as 2026-03-12."""
    text = text.strip()
    if not text:
        raise problem_at(cell, at, "Here a value is missing.", "Write both: 1..5; or < 5, <= 5, > 1, >= 1.")
    if kind.kind in WORDS and text != "none":
        bare = text[1:-1] if len(text) > 1 and text[0] == text[-1] and text[0] in "'\"" else text
        return Literal(at=at, kind="text", value=bare)
    if DAY.fullmatch(text):
        try:
            day = date.fromisoformat(text)
        except ValueError:
            raise problem_at(cell, at, f"There is no day {text}.") from None
        numbers = tuple(Literal(at=at, kind="integer", value=number) for number in (day.year, day.month, day.day))
        return Call(at=at, function="date", arguments=numbers)
    try:
        tree = parse(Expression(text=text, place=cell.place))
    except ExpressionProblem as found:
        raise problem_at(cell, at, found.problem.message, found.problem.mend) from None
    return tree


def check_output(cell: Expression, fact: Fact, scope: Scope, findings: Findings) -> Typed | None:
    """The last cell of a row: a choice or text bare, anything else an expression of the fact's type."""
    kind = type_of(fact.type)
    text = cell.text.strip()
    bare = kind.kind in WORDS and text not in ("none", "unknown") and text[:1] not in ("'", '"')
    quoted = Expression(text=f"'{text}'", place=cell.place) if bare and text and "'" not in text else cell
    try:
        return check(quoted, scope, wanted=kind)
    except ExpressionProblem as found:
        findings.problem(found.problem.place, found.problem.message, found.problem.mend)
        return None


def renumbered(typed: Typed, number: int) -> Typed:
    """The same condition over the input of that number."""
    match typed:
        case Slot():
            return replace(typed, number=number)
        case Strict():
            return replace(typed, arguments=tuple(renumbered(argument, number) for argument in typed.arguments))
        case TypedLogic():
            return replace(typed, parts=tuple(renumbered(part, number) for part in typed.parts))
        case TypedNot():
            return replace(typed, operand=renumbered(typed.operand, number))
    return typed
