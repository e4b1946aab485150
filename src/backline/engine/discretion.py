"""Discreet facts never steer a question: whatever they say, the same is asked, in the same order.

What people would be asked under each value that a discreet fact can have is asked of everybody, and no outcome is
chosen before it was answered: an end that comes early would tell as much as a question that does not come.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from typing import Any

from backline.engine.generating.program import FEW, Node
from backline.engine.record import Assertion
from backline.engine.resolving import Heads
from backline.engine.statuses import UNKNOWN
from backline.engine.views import Choice, Rows, View, choose

MOST = 16
"""How many combinations of discreet values are looked at; beyond, discreet facts count as unknown"""


def discreetly(view: View, choice: Choice, mask: int) -> tuple[Choice, int]:
    """The choice held back while there are questions left that another discreet value would ask, and the leaves wanted
    with these questions."""
    questions = 0
    for heads in _other_heads(view):
        other = view.supposing(heads)
        found = choose(other)
        if found.number is None:
            questions |= other.leaves(found.wants, dict(found.rows))[0] & view.program.questions
    if choice.number is not None and questions:
        return Choice(None, choice.open, questions, Rows()), questions
    return choice, mask | questions


def _other_heads(view: View) -> Iterator[Heads]:
    nodes = view.program.discreet
    possible = [_values(node) for node in nodes]
    combinations = list(product(*possible))
    if len(combinations) > MOST:
        combinations = [(UNKNOWN,) * len(nodes)]
    for values in combinations:
        yield {**view.heads, **{node.path: _said(view, node, value) for node, value in zip(nodes, values, strict=True)}}


def _values(node: Node) -> tuple[Any, ...]:
    """All values that a discreet fact can have, if they are few."""
    assert node.fact is not None
    kind = node.fact.type
    if kind.kind in ("yes/no", "consent"):
        return True, False
    if kind.kind == "choice" and 0 < len(kind.choices) <= FEW:
        return tuple(kind.choices)
    return (UNKNOWN,)


def _said(view: View, node: Node, value: Any) -> Assertion:
    created = view.environment.created
    return Assertion(id="", fact=node.name, value=value, source="settle", holds_from=created, said_at=created)
