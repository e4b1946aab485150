"""A checked expression: every node has a type, a place, and says whether it may be absent. Frozen, and open to
inspection."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal as OneOf
from typing import NamedTuple

from backline.engine.definition import Place
from backline.engine.expressions.kinds import Type
from backline.engine.expressions.templates import NEEDS_CLOCK

ReadKind = OneOf[
    "fact", "raw", "own", "raw own", "previous", "column", "items", "closed", "rows", "role", "roles", "done", "times",
    "at action", "at fact",
    "at outcome", "at promise", "late", "lapsed", "created", "case", "clock",
]  # fmt: skip


class Read(NamedTuple):
    """Something that an expression looks at."""

    kind: ReadKind
    name: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Typed:
    """A node of a checked expression."""

    type: Type
    place: Place
    maybe: bool = False
    """May be absent"""

    @property
    def children(self) -> tuple[Typed, ...]:
        """The typed parts, in the order they are written."""
        return ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Constant(Typed):
    """A literal; the literal ``unknown`` has the value ``statuses.UNKNOWN``."""

    value: object


@dataclass(frozen=True, kw_only=True, slots=True)
class Get(Typed):
    """A leaf: the value of a read."""

    read: Read


MEMBERS, INPUTS = -1, -2
"""Levels of slots that no variable names: of a loop over members of rows, and of a table's inputs"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Slot(Typed):
    """The current element of a column of the Loop of that level; at level INPUTS, a table's input."""

    number: int
    level: int = MEMBERS


@dataclass(frozen=True, kw_only=True, slots=True)
class Member(Typed):
    """A member of a row; strict."""

    base: Typed
    name: str

    @property
    def children(self) -> tuple[Typed, ...]:
        return (self.base,)


@dataclass(frozen=True, kw_only=True, slots=True)
class Strict(Typed):
    """An operator or function that needs all its arguments; ``function`` is a key of ``templates.TEMPLATES``."""

    function: str
    arguments: tuple[Typed, ...]

    @property
    def children(self) -> tuple[Typed, ...]:
        return self.arguments


@dataclass(frozen=True, kw_only=True, slots=True)
class TimeCompare(Typed):
    """``today + shift < other``, ``age(birth) >= other``: the only use of the time that passes. Adds to the clock's
    wake."""

    subject: OneOf["today", "now", "age"]
    operator: str
    shift: Typed | None
    birth: Typed | None
    other: Typed

    @property
    def children(self) -> tuple[Typed, ...]:
        return tuple(part for part in (self.shift, self.birth, self.other) if part is not None)


@dataclass(frozen=True, kw_only=True, slots=True)
class Loop(Typed):
    """One value per item: ``element`` over the columns (or over the elements of one list value), where ``condition``
    holds."""

    columns: tuple[Typed, ...]
    element: Typed
    condition: Typed | None = None
    level: int = MEMBERS
    """By which its element's slots tell it from loops around it"""

    @property
    def children(self) -> tuple[Typed, ...]:
        condition = () if self.condition is None else (self.condition,)
        return (*self.columns, self.element, *condition)


@dataclass(frozen=True, kw_only=True, slots=True)
class Fold(Typed):
    """``sum any all min max len count last known`` of a column, a Loop or a list value. ``closed`` is None where what
    is there is all."""

    function: str
    over: Typed
    closed: Read | None
    default: Typed | None = None

    @property
    def children(self) -> tuple[Typed, ...]:
        return (self.over,) if self.default is None else (self.over, self.default)


@dataclass(frozen=True, kw_only=True, slots=True)
class Bounded(Typed):
    """A comparison of ``count`` or ``len`` with a number: settled as soon as the bounds settle it."""

    operator: str
    fold: Fold
    other: Typed

    @property
    def children(self) -> tuple[Typed, ...]:
        return (self.fold, self.other)


@dataclass(frozen=True, kw_only=True, slots=True)
class Known(Typed):
    """True for a value; unknown, absent and failed stay what they are."""

    operand: Typed

    @property
    def children(self) -> tuple[Typed, ...]:
        return (self.operand,)


@dataclass(frozen=True, kw_only=True, slots=True)
class Not(Typed):
    """The other truth value."""

    operand: Typed

    @property
    def children(self) -> tuple[Typed, ...]:
        return (self.operand,)


@dataclass(frozen=True, kw_only=True, slots=True)
class Logic(Typed):
    """``and``, ``or`` of two or more parts, in the Kleene logic of five statuses."""

    operator: OneOf["and", "or"]
    parts: tuple[Typed, ...]

    @property
    def children(self) -> tuple[Typed, ...]:
        return self.parts


@dataclass(frozen=True, kw_only=True, slots=True)
class Choose(Typed):
    """``then if condition else otherwise``; strict in the condition, looks at one branch."""

    condition: Typed
    then: Typed
    otherwise: Typed

    @property
    def children(self) -> tuple[Typed, ...]:
        return (self.condition, self.then, self.otherwise)


@dataclass(frozen=True, kw_only=True, slots=True)
class Cases(Typed):
    """A decision table: the output of the first row whose condition holds; a row that is not decided blocks. No row:
    failed."""

    inputs: tuple[Typed, ...]
    rows: tuple[tuple[Typed | None, Typed], ...]
    """Condition (over Slots that stand for the inputs; None: always) and output"""
    table: str

    @property
    def children(self) -> tuple[Typed, ...]:
        outputs = (output for _, output in self.rows)
        return (*self.inputs, *outputs)


def walk(typed: Typed) -> Iterator[Typed]:
    """The node and all below it."""
    yield typed
    for child in typed.children:
        yield from walk(child)


def reads(typed: Typed) -> frozenset[Read]:
    """All that an expression can ever look at."""
    found: set[Read] = set()
    for node in walk(typed):
        if isinstance(node, Get):
            found.add(node.read)
        elif isinstance(node, Fold) and node.closed is not None:
            found.add(node.closed)
        elif isinstance(node, TimeCompare) or (isinstance(node, Strict) and node.function in NEEDS_CLOCK):
            found.add(Read("clock"))
    return frozenset(found)
