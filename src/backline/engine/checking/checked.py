"""A case type that was checked: the definition with the typed form of every expression in it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from backline.engine.definition import CaseType, Expression, Opening, ValueKind, ValueType
from backline.engine.expressions.scopes import Scope
from backline.engine.expressions.typed import Typed


@dataclass(frozen=True, kw_only=True, slots=True)
class TimedOpening:
    """An opening by the clock, with what its ``at`` may name: the members of a row, by name."""

    opening: Opening
    members: Mapping[str, ValueType]
    kind: ValueKind
    """Whether ``at`` is a date or a datetime"""


@dataclass(frozen=True, kw_only=True, slots=True)
class CheckedType:
    """What evaluation is generated from. Expressions are found by identity: ask with those of ``definition``."""

    definition: CaseType
    scope: Scope
    expressions: Mapping[int, tuple[Expression, Typed]] = field(repr=False)
    tables: Mapping[tuple[str, int], Typed] = field(repr=False)
    timed: tuple[TimedOpening, ...] = ()
    """What opens cases at a time"""

    def typed(self, expression: Expression) -> Typed:
        """The typed form of an expression that stands in the definition."""
        found = self.expressions.get(id(expression))
        if found is None:
            raise KeyError(f"{expression.place}: {expression.text} was not checked")
        return found[1]

    def decided(self, path: str, position: int) -> Typed:
        """The decision table behind the ``decide`` source at a position of a fact (``bills/kind``)."""
        return self.tables[path, position]
