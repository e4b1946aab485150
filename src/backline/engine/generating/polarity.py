"""Which outcomes could be certain although Kleene logic leaves them open: those in which a fact works in both
directions.

A condition in which every fact occurs in one direction only (never both plain and negated, in no condition of a
choice) is
decided by Kleene logic as soon as it can be: setting all open facts to their best, or all to their worst, reaches
both results.
"""

from __future__ import annotations

from backline.engine.definition import Fact
from backline.engine.expressions.typed import Choose, Get, Known, Logic, Not, Typed
from backline.engine.generating.grounds import Grounds
from backline.engine.generating.ordering import Order, path_of, reads_of
from backline.engine.generating.program import Node

UP, DOWN, BOTH = 1, 2, 3
FLIP = {UP: DOWN, DOWN: UP, BOTH: BOTH}


def doubled(grounds: Grounds, order: Order) -> tuple[bool, ...]:
    """For each outcome, whether some fact under it works in both directions."""
    return tuple(
        outcome.when is not None and _Directions(grounds, order).of(grounds.typed(outcome.when))
        for outcome in grounds.definition.outcomes
    )


class _Directions:
    """Walks from a condition down to the facts that are asked, once per fact and direction."""

    def __init__(self, grounds: Grounds, order: Order) -> None:
        self.grounds, self.order = grounds, order
        self.found: dict[int, int] = {}
        self.seen: set[tuple[int, int]] = set()

    def of(self, typed: Typed) -> bool:
        """Whether any asked fact under this condition works in both directions."""
        self._walk(typed, UP)
        return any(direction == BOTH for direction in self.found.values())

    def _walk(self, typed: Typed, direction: int) -> None:
        if isinstance(typed, Get):
            node = self.order.by_path.get(path_of(typed.read))
            if node is not None:
                self._fact(node, direction)
        elif isinstance(typed, Not):
            self._walk(typed.operand, FLIP[direction])
        elif isinstance(typed, Logic):
            for part in typed.parts:
                self._walk(part, direction)
        elif isinstance(typed, Choose):
            self._walk(typed.condition, BOTH)
            self._walk(typed.then, direction)
            self._walk(typed.otherwise, direction)
        else:
            for child in typed.children:
                self._walk(child, direction if isinstance(typed, Known) else BOTH)

    def _fact(self, node: Node, direction: int) -> None:
        if (node.number, direction) in self.seen:
            return
        self.seen.add((node.number, direction))
        fact = node.fact
        if fact is not None and _one_rule(fact):
            assert fact.sources[0].expression is not None
            self._walk(self.grounds.typed(fact.sources[0].expression), direction)
            return
        self.found[node.number] = self.found.get(node.number, 0) | direction
        if node.kind in ("fact", "list", "close"):
            for read in reads_of(self.grounds, node):
                other = self.order.by_path.get(path_of(read))
                if other is not None:
                    self._fact(other, BOTH)


def _one_rule(fact: Fact) -> bool:
    alone = len(fact.sources) == 1 and fact.sources[0].kind == "is" and fact.if_ is None and not fact.checks
    return alone and fact.type.kind in ("yes/no", "consent")
