"""What exactly can still change the outcome, decided by trying, while few facts are open.

Kleene logic asks too much: ``(a and b) or (not a and b)`` wants a. Before a person is bothered, every combination of answers to
the open questions (yes/no and small choices) is tried; a question that changes nothing is not asked, and an outcome that
all combinations agree on is certain. A question without few answers counts as relevant wherever it is still wanted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import TYPE_CHECKING, Any

from backline.engine.generating.program import FEW, Leaf
from backline.engine.record import Assertion
from backline.engine.resolving import Heads, each
from backline.engine.views import Choice, View, choose

if TYPE_CHECKING:
    from backline.engine.evaluating import Answered

MOST_FACTS = 12
MOST_TRIALS = 4096


@dataclass(frozen=True, slots=True)
class Trial:
    """The open questions that can be tried, with their answers, and those that cannot."""

    leaves: tuple[Leaf, ...]
    answers: tuple[tuple[Any, ...], ...]
    others: tuple[Leaf, ...]


OPEN: Any = object()


def relevant(answer: Answered, people: Sequence[tuple[Leaf, int]]) -> list[tuple[Leaf, int]]:
    """Of what people would be asked, that which can change the outcome, a payload, or what was promised."""
    trial = _trial(answer.judged, answer.choice)
    if trial is None:
        return list(people)
    exact = _exact(answer.judged, trial)
    asked = {leaf.number for leaf in (*trial.leaves, *trial.others)}
    keep = [
        (leaf, position)
        for leaf, position in people
        if leaf.level or leaf.number in exact or leaf.number not in asked or answer.demand.other & leaf.bit
    ]
    return keep or list(people)


def certain(view: View, choice: Choice) -> int | None:
    """The outcome on which all answers to the open questions agree."""
    trial = _trial(view, choice)
    if trial is None or trial.others:
        return None
    found: int | None = None
    for answers in _from_both_ends(trial):
        number = choose(view.supposing(_answering(view.heads, view, trial.leaves, answers))).number
        if number is None or (found is not None and number != found):
            return None
        found = number
    return found


def _trial(view: View, choice: Choice) -> Trial | None:
    if choice.number is not None or not choice.wants:
        return None
    mask, rows = view.leaves(choice.wants, dict(choice.rows))
    if rows or mask.bit_count() > MOST_FACTS:
        return None
    leaves = [leaf for leaf in view.program.leaves if mask & leaf.bit]
    possible = [(leaf, _answers(view, leaf)) for leaf in leaves]
    tried = [(leaf, answers) for leaf, answers in possible if answers]
    if not tried or prod(len(answers) for _, answers in tried) > MOST_TRIALS:
        return None
    if len({leaf.node for leaf, _ in tried}) < len(tried):
        return None
    return Trial(
        tuple(leaf for leaf, _ in tried),
        tuple(answers for _, answers in tried),
        tuple(leaf for leaf, answers in possible if not answers),
    )


def _answers(view: View, leaf: Leaf) -> tuple[Any, ...]:
    """All answers that a question can have, if they are few."""
    if leaf.kind == "conflict":
        key = view.program.nodes[leaf.node].path
        return tuple(said.value for said in each(view.heads.get(key)))[:FEW]
    return view.program.few.get(leaf.number, ())


def _from_both_ends(trial: Trial) -> Iterator[tuple[Any, ...]]:
    """All combinations, the most different first, so that a difference is soon found."""
    yield tuple(answers[-1] for answers in trial.answers)
    yield from product(*trial.answers)


def _exact(view: View, trial: Trial) -> set[int]:
    """The numbers of the leaves on which the outcome depends."""
    results: list[Any] = []
    found: set[int] = set()
    others = {leaf.number: leaf.bit for leaf in trial.others}
    for answers in product(*trial.answers):
        tried = view.supposing(_answering(view.heads, view, trial.leaves, answers))
        choice = choose(tried)
        if choice.number is None:
            mask, _ = tried.leaves(choice.wants, dict(choice.rows))
            found |= {number for number, bit in others.items() if mask & bit}
        results.append(OPEN if choice.number is None else choice.number)
    step = len(results)
    for leaf, answers in zip(trial.leaves, trial.answers, strict=True):
        block, step = step, step // len(answers)
        if _differs(results, block, step, len(answers)):
            found.add(leaf.number)
    return found


def _differs(results: list[Any], block: int, step: int, count: int) -> bool:
    """Whether another answer to one question gives another result, all else being equal. What stays open counts as different."""
    for start in range(0, len(results), block):
        for offset in range(step):
            column = [results[start + offset + index * step] for index in range(count)]
            if any(result is OPEN or result != column[0] for result in column):
                return True
    return False


def _answering(heads: Heads, view: View, leaves: Sequence[Leaf], answers: Sequence[Any]) -> Heads:
    said = dict(heads)
    for leaf, value in zip(leaves, answers, strict=True):
        key = view.program.nodes[leaf.node].path
        one = Assertion(
            id="",
            fact=key,
            value=value,
            source="settle" if leaf.kind == "conflict" else leaf.key,
            holds_from=view.environment.created,
            said_at=view.environment.created,
            role=leaf.who,
        )
        before = tuple(other for other in each(heads.get(key)) if other.source != one.source)
        said[key] = (*before, one) if before else one
    return said
