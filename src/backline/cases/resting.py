"""What a promise, or a whole case type, rests on: the operations of systems without which it can't be."""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache

from backline.engine.definition import Action, Expression, Promise
from backline.engine.expressions.typed import Typed, reads
from backline.engine.generating.grounds import all_actions, all_facts, expressions_of, expressions_of_action
from backline.engine.generating.program import Program

OF_ACTIONS = ("done", "times", "at action")
OURSELVES = "people"
"""What Backline answers itself is no system of record"""


@lru_cache(maxsize=4096)
def behind_promise(program: Program, name: str) -> frozenset[str]:
    """Operations (``system.operation``) that a promise can't be kept without."""
    promise = program.definition.promises[name]
    walk = _Walk(program)
    walk.expressions(one for one in (promise.when, promise.by) if one is not None)
    walk.named(promise.of)
    return frozenset(walk.operations)


@lru_cache(maxsize=1024)
def of_type(program: Program) -> frozenset[str]:
    """Every operation that a case type may use, those that undo and amend included."""
    found = {source.call for _, fact in all_facts(program.definition.facts, "") for source in fact.sources
             if source.kind == "lookup"}  # fmt: skip
    for _, action in all_actions(program.definition):
        found |= {one for one in (action.target if action.kind == "call" else "", action.undo, action.amend) if one}
    return frozenset(one for one in found if _is_outside(one))


def needs(program: Program, promise: Promise, system: str) -> bool:
    """Whether a promise can't be kept without this system."""
    return any(one.partition(".")[0] == system for one in behind_promise(program, promise.name))


class _Walk:
    """From names to the operations that they rest on."""

    def __init__(self, program: Program) -> None:
        self._program = program
        self._facts = [(path.rpartition("/")[2], path, fact) for path, fact in all_facts(program.definition.facts, "")]
        self._actions = {action.name: action for _, action in all_actions(program.definition)}
        self._seen: set[str] = set()
        self.operations: set[str] = set()

    def named(self, name: str) -> None:
        """A fact, an action, or the outcome."""
        if name == "outcome":
            self._outcomes()
        elif (action := self._actions.get(name.rpartition(".")[2])) is not None:
            self._action(action)
        else:
            self._fact(name.rpartition(".")[2])

    def expressions(self, expressions: Iterable[Expression]) -> None:
        """What these read."""
        for expression in expressions:
            self._typed(self._program.grounds.typed(expression))

    def _typed(self, typed: Typed) -> None:
        for read in reads(typed):
            name = read.name.rpartition(".")[2]
            if read.kind in OF_ACTIONS:
                self.named(name)
            elif name:
                self._fact(name)

    def _outcomes(self) -> None:
        if "outcome" in self._seen:
            return
        self._seen.add("outcome")
        self.expressions(one.when for one in self._program.definition.outcomes if one.when is not None)

    def _action(self, action: Action) -> None:
        if f"action {action.name}" in self._seen:
            return
        self._seen.add(f"action {action.name}")
        if action.kind == "call" and _is_outside(action.target):
            self.operations.add(action.target)
        self.expressions(expressions_of_action(action))
        if action.name in self._program.steps:
            self._outcomes()

    def _fact(self, name: str) -> None:
        if f"fact {name}" in self._seen:
            return
        self._seen.add(f"fact {name}")
        for action in self._actions.values():
            if name in action.gives:
                self._action(action)
        for own, path, fact in self._facts:
            if own != name:
                continue
            self.expressions(expressions_of(fact))
            for position, source in enumerate(fact.sources):
                if source.kind == "lookup" and _is_outside(source.call):
                    self.operations.add(source.call)
                if source.kind == "decide":
                    self._typed(self._program.grounds.decided(path, position))
                elif source.document:
                    self._fact(source.document)


def _is_outside(operation: str) -> bool:
    system, dot, _name = operation.partition(".")
    return bool(dot) and system != OURSELVES and ":" not in operation
