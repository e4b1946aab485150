"""Which effects a customer is kept waiting for: those of the outcome, and what these or its choice rest on.

All others, the card that follows by post, have no one standing by: they go straight to the job. So does what an outcome
writes to somebody beside what it does, where a person stands before a page and this process has a loop: what they wait
for is on the page, and not in the message.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from backline.engine.definition import CaseType, Expression, Outcome
from backline.engine.expressions.typed import Read, Typed, reads
from backline.engine.generating.grounds import Grounds, all_actions, all_facts, expressions_of, expressions_of_action
from backline.engine.generating.program import Program

OF_ACTIONS = ("done", "times", "at action")
WRITTEN = ("message", "letter")


def is_waited_for(program: Program, outcome: str, *, action: str, kind: str, page: bool = False) -> bool:
    """Whether somebody is kept waiting for an effect, ``page``: before a page. What has to be undone stands before
    anything new."""
    return kind == "undo" or action in _waited_for(program, outcome, page)


@lru_cache(maxsize=4096)
def rests_on(program: Program, action: str) -> frozenset[str]:
    """Names of the facts that an effect of this action rests on: its own, and where an outcome has it done, those that
    the choice of the outcome rests on."""
    walk = _Walk(program.grounds)
    walk.actions([action])
    if any(step.action == action for outcome in program.definition.outcomes for step in outcome.do):
        walk.expressions(_conditions(program.definition.outcomes))
    return frozenset(walk.names)


@lru_cache(maxsize=1024)
def _waited_for(program: Program, outcome: str, page: bool) -> frozenset[str]:
    """Names of the actions that the chosen outcome waits for; while none is chosen, those that the choice rests on."""
    chosen = [one for one in program.definition.outcomes if one.name == outcome]
    walk = _Walk(program.grounds)
    if chosen:
        walk.actions(_awaited(program.definition, chosen[0], page))
    else:
        walk.expressions(_conditions(program.definition.outcomes))
    return frozenset(walk.found)


def _awaited(definition: CaseType, outcome: Outcome, page: bool) -> list[str]:
    """What the outcome does; before a page without what it writes, unless it does nothing else."""
    steps = [step.action for step in outcome.do if not step.undo]
    done = [name for name in steps if name in definition.actions and definition.actions[name].kind not in WRITTEN]
    return (done if page else steps) or steps


def _conditions(outcomes: Iterable[Outcome]) -> Iterator[Expression]:
    return (outcome.when for outcome in outcomes if outcome.when is not None)


class _Walk:
    """From names to the actions that they rest on. Facts of list items go by their own name, wherever they stand."""

    def __init__(self, grounds: Grounds) -> None:
        self._grounds = grounds
        self._facts = [(path.rpartition("/")[2], path, fact) for path, fact in all_facts(grounds.definition.facts, "")]
        self._actions = [action for _, action in all_actions(grounds.definition)]
        self.names: set[str] = set()
        self.found: set[str] = set()

    def actions(self, names: Iterable[str]) -> None:
        """These actions, and what they rest on."""
        for name in names:
            if name not in self.found:
                self.found.add(name)
                for action in self._actions:
                    if action.name == name:
                        self.expressions(expressions_of_action(action))

    def expressions(self, expressions: Iterable[Expression]) -> None:
        """What these read."""
        for expression in expressions:
            self._typed(self._grounds.typed(expression))

    def _typed(self, typed: Typed) -> None:
        for read in reads(typed):
            self._read(read)

    def _read(self, read: Read) -> None:
        name = read.name.rpartition(".")[2]
        if read.kind in OF_ACTIONS:
            self.actions([name])
        elif name and name not in self.names:
            self.names.add(name)
            self.actions(action.name for action in self._actions if name in action.gives)
            self._fact(name)

    def _fact(self, name: str) -> None:
        for own, path, fact in self._facts:
            if own != name:
                continue
            self.expressions(expressions_of(fact))
            for position, source in enumerate(fact.sources):
                if source.kind == "decide":
                    self._typed(self._grounds.decided(path, position))
                elif source.document:
                    self._read(Read("fact", source.document))
