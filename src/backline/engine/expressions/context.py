"""What the typing of one expression carries along: its text, scope, the conditions assumed, the variables of a
``for``."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace

from backline.engine.definition import Expression, Fact, Place
from backline.engine.expressions.entailing import Condition
from backline.engine.expressions.kinds import ANY, Type
from backline.engine.expressions.parsing import parse
from backline.engine.expressions.problems import ExpressionProblem, place_in, problem_at
from backline.engine.expressions.scopes import Scope
from backline.engine.expressions.trees import Member, Name, Tree
from backline.engine.expressions.typed import Read, Slot, Typed


@dataclass(frozen=True, kw_only=True, slots=True)
class ListOf:
    """A list fact with facts of its own, as seen from an expression: how its columns are read and when it is
    complete."""

    key: str
    fact: Fact
    closed: Read | None


@dataclass(kw_only=True, slots=True)
class Variable:
    """The variable of a ``for``: the columns that it used so far, or the one list value that it runs over."""

    source: ListOf | None
    level: int
    columns: list[Typed] = field(default_factory=list)

    def slot(self, column: Typed, *, maybe: bool = False) -> Slot:
        """The current element of a column, which is added when it is new."""
        if column not in self.columns:
            self.columns.append(column)
        item = column.type.item or ANY
        number = self.columns.index(column)
        return Slot(type=item, place=column.place, maybe=maybe, number=number, level=self.level)


@dataclass(frozen=True, kw_only=True, slots=True)
class Context:
    """Conditions that hold at this node, and the variables in reach."""

    assumed: tuple[Condition, ...] = ()
    variables: Mapping[str, Variable] = field(default_factory=dict)
    depth: int = 0
    """How many ``for`` stand around this node"""

    def assuming(self, conditions: Sequence[Condition]) -> Context:
        """The same place with more conditions known to hold."""
        assumed = (*self.assumed, *conditions)
        return Context(assumed=assumed, variables=self.variables, depth=self.depth)

    def naming(self, name: str, variable: Variable) -> Context:
        """The same place inside a ``for``."""
        return replace(self, variables={**self.variables, name: variable}, depth=self.depth + 1)


class Bench(ABC):
    """What the parts of the judge share."""

    def __init__(self, expression: Expression, scope: Scope) -> None:
        self.expression = expression
        self.scope = scope

    @abstractmethod
    def typed(self, tree: Tree, context: Context) -> Typed: ...

    @abstractmethod
    def single(self, tree: Tree, context: Context) -> Typed: ...

    @abstractmethod
    def solid(self, tree: Tree, context: Context) -> Typed: ...

    @abstractmethod
    def condition(self, tree: Tree, context: Context) -> Typed: ...

    @abstractmethod
    def list_of(self, tree: Tree, context: Context) -> ListOf | None: ...

    def place(self, tree: Tree) -> Place:
        return place_in(self.expression, tree.at)

    def problem(self, tree: Tree, message: str, mend: str = "") -> ExpressionProblem:
        return problem_at(self.expression, tree.at, message, mend)

    def words(self, tree: Tree) -> str:
        """A name as it was written, for a message."""
        if isinstance(tree, Member):
            return f"{self.words(tree.base)}.{tree.name}"
        return tree.name if isinstance(tree, Name) else "this"

    def absent(self, tree: Tree, typed: Typed) -> ExpressionProblem:
        name = self.words(tree)
        return self.problem(
            tree,
            f"{'This' if name == 'this' else repr(name)} may be absent here.",
            "Give the fact an else, or ask for its condition first (x if condition else y).",
        )

    def unfit(self, typed: Typed, tree: Tree, wanted: Type) -> ExpressionProblem:
        if wanted.kind == "choice" and typed.type.choices and wanted.choices:
            wrong = ", ".join(sorted(typed.type.choices - wanted.choices))
            return self.problem(
                tree, f"{wrong} is none of the choices.", f"There is: {', '.join(sorted(wanted.choices))}."
            )
        return self.problem(tree, f"This is {typed.type}; {wanted} is needed here.", mend_unfit(typed.type, wanted))

    def expect(self, typed: Typed, tree: Tree, kinds: set[str], message: str, mend: str = "") -> None:
        if typed.type.kind not in kinds | {"any", "unknown", "none"}:
            raise self.problem(tree, message, mend)

    def assumptions(self) -> Iterator[Condition]:
        """The scope's assumed conditions, as trees; one that cannot be read is reported where it stands."""
        for expression, holds in self.scope.assumed:
            try:
                yield parse(expression), holds
            except ExpressionProblem:
                continue


def mend_unfit(found: Type, wanted: Type) -> str:
    """How to turn one type into the other, where that is plain."""
    if wanted.kind == "money" and found.kind in ("integer", "decimal"):
        return "Write the amount with its currency, such as 5 EUR."
    if wanted.kind == "integer" and found.kind == "decimal":
        return "Use round(x), floor(x) or ceil(x)."
    if wanted.kind == "date" and found.kind == "datetime":
        return "Use date(x)."
    if wanted.kind == "yes/no":
        return "Compare it with something, or write known(x)."
    return ""
