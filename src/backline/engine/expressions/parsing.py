"""From text to tree: Python's own parser, then a walk over a short list of what is allowed; all else is refused."""

from __future__ import annotations

import ast
import re
from functools import lru_cache

from backline.engine.definition import Expression
from backline.engine.expressions.functions import FOLDS, FUNCTIONS
from backline.engine.expressions.lexing import lex
from backline.engine.expressions.nearest import nearest
from backline.engine.expressions.problems import ExpressionProblem, problem_at
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

DEEPEST = 40
MOST_NODES = 600
MOST_LOOPS = 3
MOST_CHAINS = 2
"""The middle of a chain is compared twice, so chains within chains would grow without bound"""
WORDS = {
    "yes": Literal(kind="yes/no", value=True),
    "no": Literal(kind="yes/no", value=False),
    "none": Literal(kind="none"),
    "unknown": Literal(kind="unknown"),
}
OPERATORS: dict[type[ast.operator], str] = {
    ast.Add: "+", ast.Sub: "-", ast.Mult: "*", ast.Div: "/", ast.FloorDiv: "//", ast.Mod: "%",
}  # fmt: skip
COMPARISONS: dict[type[ast.cmpop], str] = {
    ast.Eq: "==", ast.NotEq: "!=", ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.In: "in",
    ast.NotIn: "not in",
}  # fmt: skip


def parse(expression: Expression) -> Tree:
    """The tree of an expression's text; ExpressionProblem where it is not in the language."""
    try:
        return parsed(expression.text)
    except ExpressionProblem:
        return read(expression)


@lru_cache(maxsize=100)
def parsed(text: str) -> Tree:
    """The tree of a text, wherever it stands: one expression is parsed for its own check and as a guard of others."""
    return read(Expression(text=text))


def read(expression: Expression) -> Tree:
    """The tree of an expression, or what is wrong and where."""
    text, literals = lex(expression)
    if not text.strip():
        raise problem_at(expression, 0, "Here an expression is missing.")
    lead = len(text) - len(text.lstrip())
    try:
        node = ast.parse(text.strip(), mode="eval").body
    except SyntaxError as error:
        raise not_python(expression, text, lead, error) from None
    except (ValueError, MemoryError, RecursionError, OverflowError):
        raise problem_at(expression, 0, "This expression is too deeply nested.", "Make facts of its parts.") from None
    return Walk(expression, literals, lead).tree(node, 0)


def not_python(expression: Expression, text: str, lead: int, error: SyntaxError) -> ExpressionProblem:
    """Where Python's parser stumbled, in words."""
    at = min(lead + max((error.offset or 1) - 1, 0), max(len(text.rstrip()) - 1, 0))
    if text.count("(") != text.count(")"):
        return problem_at(expression, at, "The parentheses do not match.", "Close each ( by a ).")
    if re.search(r"\bif\b", text) and not re.search(r"\belse\b", text):
        mend = "Write x if condition else y; and for 'only if both hold', x and y."
        return problem_at(expression, text.find(" if ") + 1 + lead, "An if inside an expression needs an else.", mend)
    glued = re.search(r"[A-Za-z0-9_]\s+[A-Za-z0-9_]", text[at:])
    mend = "Between two values there has to be an operator, such as and, or, ==, +." if glued else ""
    return problem_at(expression, at, "This cannot be read as an expression.", mend)


class Walk:
    """One walk over one expression; it counts nodes and refuses what is not on the list."""

    def __init__(self, expression: Expression, literals: dict[int, Literal], lead: int) -> None:
        self.expression = expression
        self.literals = literals
        self.lead = lead
        self.nodes = 0
        self.loops = 0
        self.chains = 0

    def at(self, node: ast.expr) -> int:
        """The node's first character in the text as written (it holds ASCII alone once literals are lexed)."""
        return node.col_offset + self.lead

    def problem(self, node: ast.expr, message: str, mend: str = "") -> ExpressionProblem:
        return problem_at(self.expression, self.at(node), message, mend)

    def tree(self, node: ast.expr, depth: int) -> Tree:
        self.nodes += 1
        if depth > DEEPEST or self.nodes > MOST_NODES:
            raise self.problem(node, "This expression is too long or too deeply nested.", "Make facts of its parts.")
        depth += 1
        match node:
            case ast.Name():
                return self.name(node)
            case ast.Attribute():
                return self.member(node, depth)
            case ast.BoolOp() | ast.UnaryOp() | ast.Compare() | ast.BinOp() | ast.IfExp():
                return self.operation(node, depth)
            case ast.Call():
                return self.call(node, depth)
            case ast.List(elts=items) | ast.Tuple(elts=items):
                return Several(at=self.at(node), items=tuple(self.tree(item, depth) for item in items))
            case _:
                raise self.refused(node)

    def name(self, node: ast.Name) -> Tree:
        at = self.at(node)
        if at in self.literals:
            return self.literals[at]
        if node.id in WORDS:
            word = WORDS[node.id]
            return Literal(at=at, kind=word.kind, value=word.value)
        return Name(at=at, name=node.id)

    def member(self, node: ast.Attribute, depth: int) -> Tree:
        name_at = (node.end_col_offset or 0) - len(node.attr) + self.lead
        base = self.tree(node.value, depth)
        if node.attr.startswith("_") or isinstance(base, Literal):
            raise problem_at(self.expression, name_at, "After a point stands the name of a member.")
        return Member(at=self.at(node), base=base, name=node.attr, name_at=name_at)

    def operation(self, node: ast.expr, depth: int) -> Tree:
        at = self.at(node)
        match node:
            case ast.BoolOp(op=op, values=values):
                parts = tuple(self.tree(value, depth) for value in values)
                return Logic(at=at, operator="and" if isinstance(op, ast.And) else "or", parts=parts)
            case ast.UnaryOp(op=ast.Not(), operand=operand):
                return Not(at=at, operand=self.tree(operand, depth))
            case ast.UnaryOp(op=ast.USub(), operand=operand):
                return Negate(at=at, operand=self.tree(operand, depth))
            case ast.BinOp(op=op, left=left, right=right) if type(op) in OPERATORS:
                operator = OPERATORS[type(op)]
                return Binary(at=at, operator=operator, left=self.tree(left, depth), right=self.tree(right, depth))
            case ast.IfExp(test=test, body=body, orelse=orelse):
                condition, then = self.tree(test, depth), self.tree(body, depth)
                return Choose(at=at, condition=condition, then=then, otherwise=self.tree(orelse, depth))
            case ast.Compare():
                return self.comparison(node, depth)
            case _:
                raise self.refused(node)

    def comparison(self, node: ast.Compare, depth: int) -> Tree:
        chained = len(node.ops) > 1
        self.chains += chained
        if self.chains > MOST_CHAINS:
            raise self.problem(node, "Too many chains of comparisons stand within one another.", "Make facts of them.")
        sides = [self.tree(side, depth) for side in (node.left, *node.comparators)]
        self.chains -= chained
        parts: list[Tree] = []
        for op, left, right in zip(node.ops, sides, sides[1:], strict=False):
            if type(op) not in COMPARISONS:
                raise self.problem(node, "Here, is does not compare.", "Write == or !=.")
            parts.append(Compare(at=left.at, operator=COMPARISONS[type(op)], left=left, right=right))
        return parts[0] if len(parts) == 1 else Logic(at=self.at(node), operator="and", parts=tuple(parts))

    def call(self, node: ast.Call, depth: int) -> Tree:
        name = node.func.id if isinstance(node.func, ast.Name) else ""
        if name not in FUNCTIONS:
            near = nearest(name, FUNCTIONS)
            mend = (
                f"Did you mean '{near}'?"
                if near
                else "What a system or a person has to say is a fact with lookup or ask."
            )
            raise self.problem(node, f"There is no function '{name}'." if name else "Only functions are called.", mend)
        if node.keywords or any(isinstance(argument, ast.Starred) for argument in node.args):
            raise self.problem(node, f"'{name}' takes plain arguments, separated by commas.")
        arguments = []
        for argument in node.args:
            each = isinstance(argument, ast.GeneratorExp | ast.ListComp)
            arguments.append(self.each(name, argument, depth) if each else self.tree(argument, depth))
        return Call(at=self.at(node), function=name, arguments=tuple(arguments))

    def each(self, function: str, node: ast.expr, depth: int) -> Each:
        assert isinstance(node, ast.GeneratorExp | ast.ListComp)
        if function not in FOLDS:
            raise self.problem(node, f"for ... in stands only inside {', '.join(sorted(FOLDS))}.")
        loop = node.generators[0]
        if len(node.generators) > 1 or len(loop.ifs) > 1 or loop.is_async or not isinstance(loop.target, ast.Name):
            raise self.problem(
                node, "Only one for and one if can stand here.", "Write sum(x.price for x in items if x.ok)."
            )
        self.loops += 1
        if self.loops > MOST_LOOPS:
            raise self.problem(
                node, f"There are at most {MOST_LOOPS} for within one another.", "Make facts of the inner ones."
            )
        variable = loop.target.id
        if self.at(loop.target) in self.literals or variable in WORDS:
            raise self.problem(loop.target, "After for stands a name of your choice.")
        condition = self.tree(loop.ifs[0], depth + 1) if loop.ifs else None
        source, element = self.tree(loop.iter, depth + 1), self.tree(node.elt, depth + 1)
        self.loops -= 1
        return Each(at=self.at(node.elt), element=element, variable=variable, source=source, condition=condition)

    def refused(self, node: ast.expr) -> ExpressionProblem:
        """What Python allows and this language does not, with the mend for the likely cases."""
        match node:
            case ast.Constant(value=bool() | None):
                return self.problem(node, "Python's True, False and None are not used here.", "Write yes, no or none.")
            case ast.Subscript():
                return self.problem(node, "Square brackets do not pick a value.", "Use a decision table (decide).")
            case ast.GeneratorExp() | ast.ListComp():
                return self.problem(node, f"for ... in stands only inside {', '.join(sorted(FOLDS))}.")
            case ast.BinOp(op=ast.Pow()):
                return self.problem(node, "Powers (**) are not in the language.", "Multiply.")
            case _:
                return self.problem(node, "This is not in the expression language.")
