"""A conflict that does not matter: if all candidates lead to the same result, nobody is asked between them."""

from __future__ import annotations

from itertools import product
from typing import Any

from backline.engine.choosing import UNANSWERED, over
from backline.engine.record import Assertion, Failure
from backline.engine.resolving import Heads, each
from backline.engine.views import Choice, View, choose

MOST = 16
"""How many combinations of candidates are tried"""


def settled_anyway(view: View, choice: Choice) -> tuple[View, Choice]:
    """The view under the first candidates, if the result is the same whichever of them is right."""
    mask, rows = view.leaves(choice.wants, dict(choice.rows))
    if not mask & view.program.conflicts:
        return view, choice
    disputed = [leaf for leaf in view.program.leaves if leaf.kind == "conflict" and mask & leaf.bit and not leaf.level]
    keys = [view.program.nodes[leaf.node].path for leaf in disputed]
    candidates = [_candidates(view, key) for key in keys]
    if not keys or rows or any(len(several) < 2 for several in candidates):
        return view, choice
    combinations = list(product(*candidates))
    if len(combinations) > MOST:
        return view, choice
    tried = [view.supposing(_with(view.heads, dict(zip(keys, one, strict=True)))) for one in combinations]
    choices = [choose(other) for other in tried]
    results = [_result(other, chosen) for other, chosen in zip(tried, choices, strict=True)]
    if results[0] is None or any(result != results[0] for result in results):
        return view, choice
    return tried[0], choices[0]


def candidates_of(heads: Heads, key: str) -> tuple[Assertion, ...]:
    """The heads between which a person would have to decide."""
    return tuple(said for said in each(heads.get(key)) if type(said.value) is not Failure)


def _candidates(view: View, key: str) -> list[Assertion]:
    heads = candidates_of(view.heads, key)
    return [] if over(heads)[0] is not UNANSWERED and len(heads) < 2 else list(heads)


def _with(heads: Heads, chosen: dict[str, Assertion]) -> Heads:
    return {**heads, **chosen}


def _result(view: View, choice: Choice) -> Any:
    """The outcome and what its actions would be made with; None while anything of it is open."""
    if choice.number is None:
        return None
    payloads = []
    for step in view.program.definition.outcomes[choice.number].do:
        if not step.undo:
            values, wants, _ = view.part(f"payload {step.action}")
            if wants:
                return None
            payloads.append(values)
    return choice.number, payloads
