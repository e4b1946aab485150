"""Assertions to heads: which answers stand, after replacements, doubts and the view as of an earlier instant.

A head is an assertion that nothing visible replaces. Heads are keyed by ``fact``, or ``bills/1/billed`` for a fact of a
list item; an item itself stands under ``bills/1``. Where several heads stand, they come as a tuple in the order of
their ids,
so that the order of arrival cannot matter.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime

from backline.engine.record import Assertion, CaseRecord, Failure

Heads = dict[str, "Assertion | tuple[Assertion, ...]"]
Doubts = Mapping[str, tuple[tuple[object, tuple[str, ...]], ...]]
"""doubting fact -> (its value, the facts that are then in doubt), ..."""

FREE = ("offer", "settle")
"""Sources that are accepted under a condition of their own, and so count at any time"""


def heads_of(assertions: Iterable[Assertion]) -> Heads:
    """The heads of a set of assertions, by key."""
    heads: Heads = {}
    twice: dict[str, list[Assertion]] = {}
    gone: list[str] = []
    for said in assertions:
        key = said.fact
        if said.item:
            key = key_of(said)
        if key in heads:
            twice.setdefault(key, [heads[key]]).append(said)  # type: ignore[list-item]
        heads[key] = said
        if said.replaces:
            gone.extend(said.replaces)
    if twice:
        for key, several in twice.items():
            heads[key] = tuple(sorted(several, key=_by_id))
    return _without(heads, gone) if gone else heads


def key_of(said: Assertion) -> str:
    """Under which key an assertion stands."""
    return key_in(said.item, said.fact)


def key_in(item: str, fact: str) -> str:
    """The key of a fact in an item; of the item itself when the fact is its list."""
    if not item:
        return fact
    return item if item.rpartition("/")[0].rpartition("/")[2] == fact else f"{item}/{fact}"


def each(heads: Assertion | tuple[Assertion, ...] | None) -> tuple[Assertion, ...]:
    """The heads under a key, one or several or none, as a tuple."""
    if heads is None:
        return ()
    return heads if type(heads) is tuple else (heads,)  # type: ignore[return-value]


def visible(assertions: Sequence[Assertion], as_of: datetime, steady: frozenset[str]) -> list[Assertion]:
    """What counts for something that began at ``as_of``: what held then, corrections, and first answers.

    A later change does not count. A question that had no answer then may get its first one later, also when it is asked
    anew since a correction changed what it is about; except about a ``steady`` fact, which had a value without any
    answer (an event that had not come).
    """
    then = [said for said in assertions if _counts(said, as_of)]
    answered = {_question(said) for said in then}
    first: dict[object, list[Assertion]] = {}
    for said in assertions:
        question = _question(said)
        if question not in answered and said.fact not in steady and not said.replaces:
            first.setdefault(question, []).append(said)
    for several in first.values():
        earliest = min(said.holds_from for said in several)
        then.extend(said for said in several if said.holds_from == earliest)
    return _with_corrections(then, assertions)


def without_doubted(
    record: CaseRecord, assertions: Iterable[Assertion], doubts: Doubts, refused: Doubts
) -> list[Assertion]:
    """The assertions that are not in doubt: not said before somebody doubted them, nor before a system refused them."""
    said_of = list(assertions)
    until = _doubted_until(record, said_of, doubts, refused)
    if not until:
        return said_of
    return [said for said in said_of if said.fact not in until or said.said_at > until[said.fact]]


def _by_id(said: Assertion) -> str:
    return said.id


def _question(said: Assertion) -> object:
    """What an assertion answers: a fact, about what was shown."""
    about = None if said.basis is None else tuple(sorted((name, repr(value)) for name, value in said.basis.items()))
    return key_of(said), about


def _without(heads: Heads, gone: Iterable[str]) -> Heads:
    replaced = frozenset(gone)
    left: Heads = {}
    for key, standing in heads.items():
        kept = [said for said in each(standing) if said.id not in replaced]
        if len(kept) == 1:
            left[key] = kept[0]
        elif kept:
            left[key] = tuple(kept)
    return left


def _counts(said: Assertion, as_of: datetime) -> bool:
    return said.holds_from <= as_of or said.source in FREE or said.source == "effect"


def _with_corrections(then: list[Assertion], assertions: Sequence[Assertion]) -> list[Assertion]:
    """Adds corrections of what is seen, and corrections of those."""
    seen = {said.id for said in then}
    waiting = [said for said in assertions if said.correction and said.id not in seen]
    while waiting:
        reached = [said for said in waiting if any(other in seen for other in said.replaces)]
        if not reached:
            break
        then.extend(reached)
        seen.update(said.id for said in reached)
        waiting = [said for said in waiting if said.id not in seen]
    return then


def _doubted_until(
    record: CaseRecord, assertions: Sequence[Assertion], doubts: Doubts, refused: Doubts
) -> dict[str, datetime]:
    until: dict[str, datetime] = {}
    replaced = {other for said in assertions for other in said.replaces}
    for said in assertions:
        for value, facts in doubts.get(said.fact, ()):
            if said.id not in replaced and type(said.value) is not Failure and said.value == value:
                _later(until, facts, said.said_at)
    for effect in record.effects:
        if effect.state == "refused":
            for code, facts in refused.get(effect.action, ()):
                if code == effect.refusal:
                    _later(until, facts, effect.settled_at or effect.planned_at)
    return until


def _later(until: dict[str, datetime], facts: Iterable[str], instant: datetime) -> None:
    for fact in facts:
        until[fact] = max(instant, until.get(fact, instant))
