"""Types: from the tree as written to the typed tree, or an ExpressionProblem with the mend."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from backline.engine.definition import Expression
from backline.engine.expressions.calling import Calling
from backline.engine.expressions.comparing import Comparing
from backline.engine.expressions.context import Context
from backline.engine.expressions.kinds import (
    ANY,
    BOOLEAN,
    DECIMAL,
    DURATION,
    INTEGER,
    LOOSE,
    MONEY,
    NONE,
    NUMBERS,
    OPEN,
    SPAN,
    TEXT,
    TIMES,
    Type,
    fits,
    unified,
)
from backline.engine.expressions.naming import Naming
from backline.engine.expressions.parsing import parse
from backline.engine.expressions.scopes import Scope
from backline.engine.expressions.trees import (
    Binary,
    Call,
    Choose,
    Compare,
    Each,
    Literal,
    Logic,
    Member,
    Name,
    Negate,
    Not,
    Several,
    Tree,
)
from backline.engine.expressions.typed import Choose as TypedChoose
from backline.engine.expressions.typed import Constant, Strict, Typed
from backline.engine.expressions.typed import Logic as TypedLogic
from backline.engine.expressions.typed import Not as TypedNot
from backline.engine.statuses import UNKNOWN

LITERALS = {
    "integer": INTEGER, "decimal": DECIMAL, "money": MONEY, "span": SPAN, "yes/no": BOOLEAN, "none": NONE,
    "unknown": OPEN,
}  # fmt: skip


def check(expression: Expression, scope: Scope, *, wanted: Type | None = None, absent: bool = False) -> Typed:
    """The typed tree of an expression; ``wanted`` is the type it has to have, ``absent`` whether it may be absent."""
    judge = Judge(expression, scope)
    context = Context(assumed=tuple(judge.assumptions()))
    tree = parse(expression)
    return judge.bound(judge.typed(tree, context), tree, wanted, absent)


class Judge(Naming, Calling, Comparing):
    """Types one expression in one scope."""

    def typed(self, tree: Tree, context: Context) -> Typed:
        """The typed node of a tree; columns may come out, whole lists become rows."""
        return METHODS[type(tree)](self, tree, context)

    def negative(self, tree: Negate, context: Context) -> Typed:
        operand = self.solid(tree.operand, context)
        kinds = {"integer", "decimal", "money", "duration"}
        self.expect(operand, tree.operand, kinds, "A minus sign stands before a number.")
        return Strict(type=operand.type, place=self.place(tree), function="negative", arguments=(operand,))

    def out_of_place(self, tree: Several | Each, context: Context) -> Typed:
        if isinstance(tree, Several):
            raise self.problem(tree, "A list written out stands only after in.", "Write x in ['a', 'b'].")
        raise self.problem(tree, "for ... in stands only inside sum, any, all and their like.")

    def literal(self, tree: Literal, context: Context) -> Typed:
        kind = LITERALS.get(tree.kind, TEXT)
        if tree.kind == "text":
            kind = Type(kind="text", choices=frozenset({str(tree.value)}))
        return Constant(type=kind, place=self.place(tree), value=UNKNOWN if tree.kind == "unknown" else tree.value)

    def solid(self, tree: Tree, context: Context) -> Typed:
        """A typed node that is one value and cannot be absent."""
        typed = self.single(tree, context)
        if typed.maybe:
            raise self.absent(tree, typed)
        return typed

    def single(self, tree: Tree, context: Context) -> Typed:
        """A typed node that is one value, not one per item."""
        typed = self.typed(tree, context)
        if typed.type.kind == "column":
            raise self.problem(
                tree, "This is one value for each item, not one value.", "Use sum, any, all, min, max, count or last."
            )
        return typed

    def condition(self, tree: Tree, context: Context) -> Typed:
        """A truth value; it may be absent."""
        typed = self.single(tree, context)
        if typed.type.kind == "signature":
            return Strict(type=BOOLEAN, place=typed.place, maybe=typed.maybe, function="given", arguments=(typed,))
        mend = (
            f"Write known({self.words(tree)}), or compare it."
            if isinstance(tree, Name | Member)
            else "Compare it with something."
        )
        self.expect(typed, tree, {"yes/no"}, f"Here a yes or no is needed, and this is {typed.type}.", mend)
        return typed

    def logic(self, tree: Logic, context: Context) -> Typed:
        parts = []
        for part in tree.parts:
            others = [(other, tree.operator == "and") for other in tree.parts if other is not part]
            parts.append(self.condition(part, context.assuming(others)))
        maybe = all(part.maybe for part in parts)
        return TypedLogic(type=BOOLEAN, place=self.place(tree), maybe=maybe, operator=tree.operator, parts=tuple(parts))

    def negation(self, tree: Not, context: Context) -> Typed:
        operand = self.condition(tree.operand, context)
        return TypedNot(type=BOOLEAN, place=self.place(tree), maybe=operand.maybe, operand=operand)

    def choice(self, tree: Choose, context: Context) -> Typed:
        condition = self.condition(tree.condition, context)
        if condition.maybe:
            raise self.absent(tree.condition, condition)
        then = self.single(tree.then, context.assuming([(tree.condition, True)]))
        otherwise = self.single(tree.otherwise, context.assuming([(tree.condition, False)]))
        kind = unified(then.type, otherwise.type)
        if kind is None:
            message = f"Before if stands {then.type}, after else {otherwise.type}; both have to be of one type."
            raise self.problem(tree.otherwise, message)
        maybe = then.maybe or otherwise.maybe
        return TypedChoose(
            type=kind, place=self.place(tree), maybe=maybe, condition=condition, then=then, otherwise=otherwise
        )  # fmt: skip

    def binary(self, tree: Binary, context: Context) -> Typed:
        self.refuse_time(tree.left, tree.right)
        left, right = self.solid(tree.left, context), self.solid(tree.right, context)
        kind, function = arithmetic(tree.operator, left.type, right.type)
        if kind is None:
            message = f"{left.type} {tree.operator} {right.type} has no meaning."
            raise self.problem(tree, message, mend_arithmetic(left.type, right.type))
        return Strict(type=kind, place=self.place(tree), function=function, arguments=(left, right))

    def bound(self, typed: Typed, tree: Tree, wanted: Type | None, absent: bool) -> Typed:
        """The root as the thing it is for: of the wanted type, converted, rounded when it becomes money."""
        if typed.type.kind == "column":
            raise self.problem(
                tree, "This is one value for each item, not one value.", "Use sum, any, all, min, max, count or last."
            )
        if typed.maybe and not absent:
            raise self.absent(tree, typed)
        if wanted is None:
            return typed
        if not fits(typed.type, wanted):
            raise self.unfit(typed, tree, wanted)
        function = CONVERSIONS.get((typed.type.kind, wanted.kind), "")
        if not function or isinstance(typed, Constant):
            return typed
        if function == "rounded" and isinstance(typed, Strict) and typed.function in ("+", "-", "*", "/ money"):
            function = "money rounded"
        return Strict(type=wanted, place=typed.place, maybe=typed.maybe, function=function, arguments=(typed,))


METHODS: Mapping[type[Tree], Callable[[Judge, Any, Context], Typed]] = {
    Literal: Judge.literal,
    Name: Judge.name,
    Member: Judge.member,
    Call: Judge.call,
    Compare: Judge.compare,
    Logic: Judge.logic,
    Not: Judge.negation,
    Choose: Judge.choice,
    Binary: Judge.binary,
    Negate: Judge.negative,
    Several: Judge.out_of_place,
    Each: Judge.out_of_place,
}
"""How each kind of node is typed"""

CONVERSIONS = {
    ("money", "money"): "rounded", ("any", "money"): "rounded", ("integer", "decimal"): "to decimal",
    ("signature", "yes/no"): "given",
    ("date", "datetime"): "to datetime",
}  # fmt: skip


def arithmetic(operator: str, left: Type, right: Type) -> tuple[Type | None, str]:
    """The type of an arithmetic operation (None: it has no meaning) and the function that does it."""
    kinds = (left.kind, right.kind)
    if left.kind in LOOSE or right.kind in LOOSE:
        return (ANY, operator)
    if operator in ("+", "-"):
        return sums(operator, left, right)
    if set(kinds) <= NUMBERS:
        return (DECIMAL, "/") if operator == "/" else (unified(left, right), operator)
    if operator == "*" and kinds in {
        ("money", "integer"),
        ("money", "decimal"),
        ("integer", "money"),
        ("decimal", "money"),
    }:
        return MONEY, "*"
    if operator == "/" and left.kind == "money" and right.kind in NUMBERS | {"money"}:
        return (DECIMAL if right.kind == "money" else MONEY), "/ money"
    return None, ""


def sums(operator: str, left: Type, right: Type) -> tuple[Type | None, str]:
    """Sums and differences: of numbers, money, times with lengths of time, and texts."""
    kinds = (left.kind, right.kind)
    if set(kinds) <= NUMBERS or kinds in {("money", "money"), ("duration", "duration")}:
        return unified(left, right), operator
    if left.kind in TIMES and right.kind in ("span", "duration"):
        return left, "add time" if operator == "+" else "subtract time"
    if operator == "-" and left.kind == right.kind and left.kind in TIMES:
        return DURATION, "-"
    if operator == "+" and set(kinds) <= {"text", "choice"}:
        return TEXT, "+"
    if operator == "+" and left.kind == "span" and right.kind in TIMES:
        return right, "add time to"
    return None, ""


def mend_arithmetic(left: Type, right: Type) -> str:
    """What the writer may have meant."""
    kinds = {left.kind, right.kind}
    if "money" in kinds and kinds & NUMBERS:
        return "Write the amount with its currency, such as 5 EUR."
    if kinds & TIMES and kinds & NUMBERS:
        return "Write a length of time, such as 30 days or days(n)."
    return ""
