"""Discreet facts never steer a question: whatever they say, the same is asked, in the same order.

What people would be asked under each value that a discreet fact can have is asked of everybody, and no outcome is
chosen before it was answered: an end that comes early would tell as much as a question that does not come.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import product
from math import prod
from typing import Any

from backline.engine.generating.program import FEW, Node
from backline.engine.record import Assertion
from backline.engine.resolving import Heads
from backline.engine.statuses import UNKNOWN
from backline.engine.views import Choice, Rows, View, choose

MOST = 16
"""How many combinations of discreet values are looked at; beyond, discreet facts count as unknown"""


def discreetly(view: View, choice: Choice, mask: int, rows: Rows) -> tuple[Choice, int, Rows]:
    """The choice held back while there are questions left that another discreet value would ask, and the leaves wanted
    with these questions: of the case, and of items by their positions."""
    questions, of_items = 0, dict(rows)
    asked = view.program.questions
    for heads in _other_heads(view):
        other = view.supposing(heads)
        found = choose(other)
        if found.number is None:
            more, more_rows = other.leaves(found.wants, dict(found.rows))
            questions |= more & asked
            for leaf, positions in more_rows.items():
                if asked >> leaf & 1:
                    of_items[leaf] = of_items.get(leaf, 0) | positions
    if choice.number is not None and (questions or of_items):
        return Choice(None, choice.open, questions, Rows()), questions, of_items
    return choice, mask | questions, of_items


def _other_heads(view: View) -> Iterator[Heads]:
    """The same case under each combination of values that what is discreet can have, in every item that has it."""
    places = [(node, item) for node in view.program.discreet for item in view.items(node.level)]
    count = prod(len(_values(node)) for node, _ in places)
    combinations = product(*(_values(node) for node, _ in places)) if count <= MOST else [(UNKNOWN,) * len(places)]
    for values in combinations:
        said = [_said(view, node, item, value) for (node, item), value in zip(places, values, strict=True)]
        yield {**view.heads, **{f"{one.item}/{one.fact}" if one.item else one.fact: one for one in said}}


def _values(node: Node) -> tuple[Any, ...]:
    """All values that a discreet fact can have, if they are few."""
    assert node.fact is not None
    kind = node.fact.type
    if kind.kind in ("yes/no", "consent"):
        return True, False
    if kind.kind == "choice" and 0 < len(kind.choices) <= FEW:
        return tuple(kind.choices)
    return (UNKNOWN,)


def _said(view: View, node: Node, item: str, value: Any) -> Assertion:
    created = view.environment.created
    return Assertion(
        id="", fact=node.name, item=item, value=value, source="settle", holds_from=created, said_at=created
    )
