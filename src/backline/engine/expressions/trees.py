"""An expression as it was written: small frozen nodes, equal when they say the same wherever they stand."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Literal as OneOf

from backline.engine.definition import Span
from backline.engine.values import Money, Number

LiteralKind = OneOf["integer", "decimal", "money", "span", "text", "yes/no", "none", "unknown"]
LiteralValue = Number | Money | Span | str | bool | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Tree:
    """A node; ``at`` is its first character in the text and plays no part in equality."""

    at: int = field(default=0, compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Literal(Tree):
    """A value written down: ``5 EUR``, ``3 business days``, ``'gold'``, ``yes``, ``unknown``."""

    kind: LiteralKind
    value: LiteralValue = None


@dataclass(frozen=True, kw_only=True, slots=True)
class Name(Tree):
    """A fact, a role, a list, or the variable of a ``for``."""

    name: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Member(Tree):
    """``slot.start``, ``bills.billed``."""

    base: Tree
    name: str
    name_at: int = field(default=0, compare=False)


@dataclass(frozen=True, kw_only=True, slots=True)
class Call(Tree):
    """A function of the fixed table with its arguments."""

    function: str
    arguments: tuple[Tree, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Each(Tree):
    """``element for variable in source if condition``, only inside sum, any, all and their like."""

    element: Tree
    variable: str
    source: Tree
    condition: Tree | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Several(Tree):
    """A written list: ``['interview', 'visit']``."""

    items: tuple[Tree, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Negate(Tree):
    """``-x``."""

    operand: Tree


@dataclass(frozen=True, kw_only=True, slots=True)
class Binary(Tree):
    """Arithmetic: ``+ - * / // %``."""

    operator: str
    left: Tree
    right: Tree


@dataclass(frozen=True, kw_only=True, slots=True)
class Compare(Tree):
    """``== != < <= > >= in`` and ``not in``; a chain is written as an ``and`` of these."""

    operator: str
    left: Tree
    right: Tree


@dataclass(frozen=True, kw_only=True, slots=True)
class Not(Tree):
    """``not x``."""

    operand: Tree


@dataclass(frozen=True, kw_only=True, slots=True)
class Logic(Tree):
    """``and`` or ``or`` of two or more parts."""

    operator: OneOf["and", "or"]
    parts: tuple[Tree, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Choose(Tree):
    """``then if condition else otherwise``."""

    condition: Tree
    then: Tree
    otherwise: Tree
