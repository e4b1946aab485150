"""What exactly can still change the outcome, decided by trying, while few facts are open.

Kleene logic asks too much: ``(a and b) or (not a and b)`` wants a. Before a person is bothered, every combination of
answers to
the open questions (yes/no and small choices) is tried; a question that changes nothing is not asked, and an outcome
that
all combinations agree on is certain. A question without few answers counts as relevant wherever it is still wanted.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import product
from math import prod
from typing import Any

from backline.engine.answered import Answered
from backline.engine.generating.program import FEW, Leaf
from backline.engine.record import Assertion
from backline.engine.resolving import Heads, each
from backline.engine.views import Choice, Rows, View, choose

MOST_FACTS = 12
MOST_TRIALS = 4096
KEPT_TRIALS = 16


@dataclass(frozen=True, slots=True)
class Trial:
    """The open questions that can be tried, with their answers, and those that cannot."""

    leaves: tuple[Leaf, ...]
    answers: tuple[tuple[Any, ...], ...]
    others: tuple[Leaf, ...]


OPEN: Any = object()
Place = tuple[Leaf, int]
"""A leaf and the position of its item"""


def relevant(answer: Answered, people: Sequence[Place]) -> list[Place]:
    """Of what people would be asked, that which can change the outcome, a payload, or what was promised.

    What is relevant need not be what Kleene logic wants first: of ``c if b else c`` it wants b, and c is asked.
    """
    trial = _trial(answer.judged, answer.choice)
    if trial is None:
        return list(people)
    trial, exact, possible = _exact(answer.judged, trial)
    other = answer.demand.other | (answer.demand.asks if possible is None else _payload_asks(answer, possible))
    kept = [(leaf, position) for leaf, position in people if leaf.level or leaf.number in exact or other & leaf.bit]
    asked = {leaf.number for leaf, _ in people}
    program = answer.program
    kept += [
        (program.leaf(number), 0)
        for number in sorted(exact - asked)
        if _may_be_asked(answer.judged, program.leaf(number))
    ]
    return kept or list(people)


def certain(view: View, choice: Choice) -> int | None:
    """The outcome on which all answers to the open questions agree."""
    trial = _trial(view, choice)
    while trial is not None and not trial.others:
        found, more = _agreed(view, trial)
        if found is not None or not more:
            return found
        trial = _with_more(view, trial, more)
    return None


def _agreed(view: View, trial: Trial) -> tuple[int | None, int]:
    """The outcome on which all combinations agree, or what else would have to be known."""
    found: int | None = None
    for answers in _from_both_ends(trial):
        tried, choice = _tried(view, trial.leaves, answers)
        if choice.number is None:
            mask, rows = tried.leaves(choice.wants, dict(choice.rows))
            return None, 0 if rows else mask
        if found is not None and choice.number != found:
            return None, 0
        found = choice.number
    return found, 0


def _trial(view: View, choice: Choice) -> Trial | None:
    if choice.number is not None or not choice.wants:
        return None
    mask, rows = view.leaves(choice.wants, dict(choice.rows))
    return None if rows else _trial_of(view, mask)


def _with_more(view: View, trial: Trial, mask: int) -> Trial | None:
    """The trial with questions that open only under some of the answers; None when they are too many, or no others."""
    before = sum(leaf.bit for leaf in (*trial.leaves, *trial.others))
    return None if mask & ~before == 0 else _trial_of(view, mask | before)


def _trial_of(view: View, mask: int) -> Trial | None:
    if mask.bit_count() > MOST_FACTS:
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


def _may_be_asked(view: View, leaf: Leaf) -> bool:
    """Whether a question could be asked now: its turn has come, and what it shows is known."""
    if leaf.level or leaf.node < 0 or leaf.kind in ("effect", "time", "party"):
        return False
    mask, _ = view.leaves(view.settling(view.program.nodes[leaf.node].bit), {})
    return bool(mask & leaf.bit)


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


def _payload_asks(answer: Answered, possible: set[int]) -> int:
    """What people would be asked for the arguments of the actions of these outcomes."""
    program, view = answer.program, answer.view
    wants, rows = 0, Rows()
    for path in {path for number in possible for path in program.coming[number]}:
        _, more, columns = program.payloads[path][0](view.frame, view.environment, 0)
        wants |= more
        rows |= dict(columns)
    return view.leaves(wants, rows)[0] & ~program.work


def _exact(view: View, trial: Trial) -> tuple[Trial, set[int], set[int] | None]:
    """The numbers of the leaves on which the outcome depends, and the outcomes that are possible if all that were
    tried.

    The trial grows with what opens only under some answers.
    """
    while True:
        results: list[Any] = []
        wanted = 0
        for answers in product(*trial.answers):
            tried, choice = _tried(view, trial.leaves, answers)
            if choice.number is None:
                wanted |= tried.leaves(choice.wants, dict(choice.rows))[0]
            results.append(OPEN if choice.number is None else choice.number)
        more = _with_more(view, trial, wanted)
        if more is None:
            found = _depended_on(trial, results) | {leaf.number for leaf in trial.others if wanted & leaf.bit}
            return trial, found, None if OPEN in results else set(results)
        trial = more


def _depended_on(trial: Trial, results: list[Any]) -> set[int]:
    found: set[int] = set()
    step = len(results)
    for leaf, answers in zip(trial.leaves, trial.answers, strict=True):
        block, step = step, step // len(answers)
        if _differs(results, block, step, len(answers)):
            found.add(leaf.number)
    return found


def _differs(results: list[Any], block: int, step: int, count: int) -> bool:
    """Whether another answer to one question gives another result, all else being equal. What stays open counts as
    different."""
    for start in range(0, len(results), block):
        for offset in range(step):
            column = [results[start + offset + index * step] for index in range(count)]
            if any(result is OPEN or result != column[0] for result in column):
                return True
    return False


def _tried(view: View, leaves: tuple[Leaf, ...], answers: tuple[Any, ...]) -> tuple[View, Choice]:
    """The view with these answers, and its outcome. What is certain and what is relevant are seen from the same."""
    key = tuple(leaf.number for leaf in leaves), answers
    if key in view.tried:
        return view.tried[key]
    tried = view.supposing(_answering(view.heads, view, leaves, answers))
    found = tried, choose(tried)
    if len(view.tried) < KEPT_TRIALS:
        view.tried[key] = found
    return found


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
