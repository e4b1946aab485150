"""A small decision tree, learnt from judgements and written as a decision table that people can read and keep.

L. Breiman et al., "Classification and Regression Trees" (1984), by scikit-learn. Only the branches that are nearly
always right become rows; where no row matches, the question still goes to a person.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import numpy as np

from backline.engine.values import Money
from backline.insight.judging.judgements import Judgement, agreement

LEARNT = 0.7
"""Of the judgements, the oldest; the others try what was learnt"""
DEPTH, LEAST_LEAF, SURE, FEWEST = 4, 12, 0.93, 60


@dataclass(frozen=True, kw_only=True)
class Test:
    """One condition: a feature is one of these words, or not, or lies in a range."""

    feature: str
    above: Decimal | None = None
    upto: Decimal | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Rule:
    """A row of the table: when all of these hold, that is the answer; how often it was so, of how many."""

    tests: tuple[Test, ...]
    value: str
    right: float
    cases: int


@dataclass(frozen=True, kw_only=True)
class Learnt:
    """What was learnt of one question, and how it did on judgements that were not learnt from."""

    rules: tuple[Rule, ...]
    tried: int
    covered: float
    """The share of cases that it would have answered"""
    precision: float
    """The share of its answers that were those of the people"""
    agreement: float | None
    """How often two people say the same where it sees no difference"""
    units: Mapping[str, str] = field(default_factory=dict)
    """The currency of amounts, by feature"""


def learn(judgements: Sequence[Judgement]) -> Learnt | None:
    """Learn from the older judgements and try on the newer; None where there are too few, or all are the same."""
    if len(judgements) < FEWEST or len({one.value for one in judgements}) < 2:
        return None
    cut = round(len(judgements) * LEARNT)
    columns = _columns(judgements)
    table = _matrix(judgements, columns)
    values = np.array([one.value for one in judgements])
    tree = _tree(table[:cut], values[:cut])
    rules = tuple(_rules(tree, columns, judgements[:cut]))
    said = [answer(rules, one.seen) for one in judgements[cut:]]
    heard = [(told, one.value) for told, one in zip(said, judgements[cut:], strict=True) if told is not None]
    leaves = tree.apply(table)
    return Learnt(
        rules=rules,
        tried=len(said),
        covered=len(heard) / len(said) if said else 0.0,
        precision=sum(told == value for told, value in heard) / len(heard) if heard else 0.0,
        agreement=agreement(judgements, dict(enumerate(leaves.tolist()))),
        units={
            name: value.currency for one in judgements for name, value in one.seen.items() if isinstance(value, Money)
        },
    )


def answer(rules: Sequence[Rule], seen: Mapping[str, object]) -> str | None:
    """What the table says: the first row of which all conditions hold; None where none does."""
    return next((rule.value for rule in rules if all(_holds(test, seen) for test in rule.tests)), None)


def as_csv(learnt: Learnt, fact: str) -> str:
    """The table as the catalogue reads it."""
    features = sorted({test.feature for rule in learnt.rules for test in rule.tests})
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    writer.writerow([*features, fact, "# seen"])
    for rule in learnt.rules:
        cells = [_cell(rule, feature, learnt.units.get(feature, "")) for feature in features]
        writer.writerow([*cells, rule.value, f"{rule.cases} cases, {100 * rule.right:.0f} % so"])
    return written.getvalue()


Column = tuple[str, str]
"""A feature, and the word that it may have; no word for a number"""


def _columns(judgements: Sequence[Judgement]) -> list[Column]:
    numbers: set[str] = set()
    words: set[Column] = set()
    for one in judgements:
        for name, value in one.seen.items():
            if isinstance(value, bool | str):
                words.add((name, _word(value)))
            else:
                numbers.add(name)
    return [*((name, "") for name in sorted(numbers)), *sorted(words)]


def _matrix(judgements: Sequence[Judgement], columns: Sequence[Column]) -> np.ndarray:
    return np.array([[_number(one.seen.get(name), word) for name, word in columns] for one in judgements], dtype=float)


def _number(value: object, word: str) -> float:
    if word:
        return float(isinstance(value, bool | str) and _word(value) == word)
    if isinstance(value, Money):
        return float(value.amount)
    return float(value) if isinstance(value, int | Decimal) else -1.0


def _tree(table: np.ndarray, values: np.ndarray) -> Any:
    from sklearn.tree import DecisionTreeClassifier

    leaf = max(LEAST_LEAF, round(len(values) * 0.02))
    return DecisionTreeClassifier(max_depth=DEPTH, min_samples_leaf=leaf, random_state=0).fit(table, values)


def _rules(tree: Any, columns: Sequence[Column], judgements: Sequence[Judgement]) -> list[Rule]:
    """Each sure leaf as a row, those with the most cases first."""
    found: list[Rule] = []
    inner = tree.tree_

    def visit(node: int, tests: tuple[tuple[Column, float, bool], ...]) -> None:
        if inner.children_left[node] == -1:
            counts = inner.value[node][0]
            right = float(counts.max() / counts.sum())
            if right >= SURE:
                value = str(tree.classes_[int(counts.argmax())])
                merged = _merged(tests, judgements)
                found.append(Rule(tests=merged, value=value, right=right, cases=int(inner.n_node_samples[node])))
            return
        column, threshold = columns[int(inner.feature[node])], float(inner.threshold[node])
        visit(int(inner.children_left[node]), (*tests, (column, threshold, False)))
        visit(int(inner.children_right[node]), (*tests, (column, threshold, True)))

    visit(0, ())
    return sorted(found, key=lambda rule: -rule.cases)


def _merged(tests: Sequence[tuple[Column, float, bool]], judgements: Sequence[Judgement]) -> tuple[Test, ...]:
    """The conditions on the way to a leaf, one for each feature."""
    merged: list[Test] = []
    for feature in dict.fromkeys(column[0] for column, _, _ in tests):
        own = [(column[1], threshold, above) for column, threshold, above in tests if column[0] == feature]
        if own[0][0]:
            merged.append(_of_words(feature, own, judgements))
        else:
            low = [threshold for _, threshold, above in own if above]
            high = [threshold for _, threshold, above in own if not above]
            above = _round(max(low), feature, judgements) if low else None
            upto = _round(min(high), feature, judgements) if high else None
            merged.append(Test(feature=feature, above=above, upto=upto))
    return tuple(merged)


def _of_words(feature: str, own: Sequence[tuple[str, float, bool]], judgements: Sequence[Judgement]) -> Test:
    every = sorted({_word(one.seen[feature]) for one in judgements if feature in one.seen})
    wanted = [word for word, _, above in own if above]
    barred = {word for word, _, above in own if not above}
    return Test(feature=feature, words=tuple(wanted or [word for word in every if word not in barred]))


def _round(threshold: float, feature: str, judgements: Sequence[Judgement]) -> Decimal:
    """The roundest number between the two values that the threshold lies between."""
    values = sorted({_number(one.seen.get(feature), "") for one in judgements if feature in one.seen})
    below = max((one for one in values if one <= threshold), default=threshold)
    over = min((one for one in values if one > threshold), default=threshold)
    for digits in range(-3, 5):
        rounded = round(threshold, digits)
        if below <= rounded < over or (below < rounded <= over and rounded != over):
            return Decimal(f"{rounded:.{max(digits, 0)}f}")
    return Decimal(f"{threshold:.4f}")


def _holds(test: Test, seen: Mapping[str, object]) -> bool:
    value = seen.get(test.feature)
    if value is None:
        return False
    if test.words:
        return isinstance(value, bool | str) and _word(value) in test.words
    number = Decimal(str(value.amount if isinstance(value, Money) else value))
    return (test.above is None or number > test.above) and (test.upto is None or number <= test.upto)


def _cell(rule: Rule, feature: str, unit: str) -> str:
    test = next((one for one in rule.tests if one.feature == feature), None)
    if test is None:
        return ""
    if test.words:
        return "|".join(test.words)
    low, high = (f"{one}{' ' + unit if unit else ''}" if one is not None else "" for one in (test.above, test.upto))
    if low and high:
        return f"{low}..{high}"
    return f"> {low}" if low else f"<= {high}"


def _word(value: object) -> str:
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
