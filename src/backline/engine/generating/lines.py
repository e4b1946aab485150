"""What the lines of a fact are written with: its locals, and the text of an expression."""

from __future__ import annotations

from dataclasses import dataclass, field

from backline.engine.definition import Expression, Fact
from backline.engine.expressions import Read
from backline.engine.expressions.typed import Typed
from backline.engine.generating.grounds import source_keys
from backline.engine.generating.naming import Names
from backline.engine.generating.ordering import reads_of
from backline.engine.generating.program import Node


@dataclass(kw_only=True)
class FactLines:
    """The lines for one fact. They assign ``v`` (value), ``w`` (wants), ``s`` (source) and, with columns, ``x``
    (rows)."""

    names: Names
    node: Node
    indent: int
    lines: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        assert self.node.fact is not None
        self.fact: Fact = self.node.fact
        number = self.node.number
        self.v, self.w, self.s, self.e, self.u = f"v{number}", f"w{number}", f"s{number}", f"e{number}", f"u{number}"
        self.keys = source_keys(self.fact.sources)
        self.columns = self._columns()
        self.conflict = self.names.leaf("conflict", number, level=self.node.level, key="conflict").bit
        self.level = self.indent

    def add(self, text: str, deeper: int = 0) -> None:
        """One line."""
        self.lines.append("    " * (self.level + deeper) + text)

    def expression(self, expression: Typed, target: str, wants: bool = True) -> None:
        """The lines of an expression."""
        self.lines += self.names.emit(expression, target, self.w if wants else "", self.level)

    def _columns(self) -> list[Read]:
        return self.names.columns(reads_of(self.names.grounds, self.node))

    @property
    def has_events(self) -> bool:
        return any(source.kind == "event" for source in self.fact.sources)

    def _otherwise(self, deeper: int) -> None:
        """The value of ``else``, or absent."""
        self.level += deeper
        if self.fact.else_ is None:
            self.add(f"{self.v} = ABSENT")
        else:
            self._value(self.fact.else_)
        self.level -= deeper

    def _value(self, expression: Expression) -> None:
        self.expression(self.names.grounds.typed(expression), self.v)

    @property
    def _wanting(self) -> str:
        return " or ".join([self.w, *(self.names.rows[read] for read in self.columns)])
