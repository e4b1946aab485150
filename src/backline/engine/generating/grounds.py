"""A checked type as the generator reads it: typed expressions, and the paths of all that has a value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from functools import cached_property

from backline.engine.checking import CheckedType
from backline.engine.definition import Action, CaseType, Expression, Fact, Source
from backline.engine.expressions.typed import Typed


class Grounds:
    """What the generator needs to know of a checked type."""

    def __init__(self, checked: CheckedType) -> None:
        self.checked = checked
        self.definition: CaseType = checked.definition

    def typed(self, expression: Expression) -> Typed:
        """The checked form of an expression that stands in the definition."""
        return self.checked.typed(expression)

    def decided(self, path: str, position: int) -> Typed:
        """The decision table of a fact's source, with its inputs."""
        return self.checked.decided(path, position)

    @cached_property
    def given(self) -> dict[str, Fact]:
        """What actions give, by path."""
        found: dict[str, Fact] = {}
        for path, action in all_actions(self.definition):
            level = path.rpartition("/")[0]
            for name, given in action.gives.items():
                found.setdefault(f"{level}/{name}" if level else name, Fact(name=name, type=given))
        return found

    @cached_property
    def paths(self) -> frozenset[str]:
        """The paths of all facts, those that actions give included."""
        return frozenset(path for path, _ in all_facts(self.definition.facts, "")) | frozenset(self.given)

    def all_typed(self) -> Iterator[Typed]:
        """The checked form of every expression that has a part in an evaluation."""
        for path, fact in all_facts(self.definition.facts, ""):
            yield from self._typed_of_fact(path, fact)
        for _, action in all_actions(self.definition):
            yield from (self.typed(expression) for expression in expressions_of_action(action))
        others = [outcome.when for outcome in self.definition.outcomes]
        for promise in self.definition.promises.values():
            others += [promise.by, promise.when]
        others += [role.if_ for role in self.definition.roles.values()]
        yield from (self.typed(expression) for expression in others if expression is not None)

    def _typed_of_fact(self, path: str, fact: Fact) -> Iterator[Typed]:
        yield from (self.typed(expression) for expression in expressions_of(fact))
        for position, source in enumerate(fact.sources):
            if source.kind == "decide":
                yield self.decided(path, position)
            extras = (source.while_, source.level, source.match)
            yield from (self.typed(expression) for expression in extras if expression is not None)


def expressions_of(fact: Fact) -> Iterator[Expression]:
    """All expressions that a fact's value rests on (not the condition under which it may be offered)."""
    alone = (fact.if_, fact.else_, fact.lapse, fact.starts, fact.done, fact.repeat, fact.type.choices_from)
    yield from (expression for expression in alone if expression is not None)
    yield from (check.must for check in fact.checks)
    for source in fact.sources:
        if source.expression is not None:
            yield source.expression
        yield from source.arguments.values()


def expressions_of_action(action: Action) -> Iterator[Expression]:
    """All expressions of an action."""
    alone = (action.when, action.at, action.one_at_a_time)
    yield from (expression for expression in alone if expression is not None)
    yield from action.arguments.values()


def all_actions(definition: CaseType) -> Iterator[tuple[str, Action]]:
    """Every action with its path."""
    yield from definition.actions.items()
    for path, fact in all_facts(definition.facts, ""):
        for name, action in fact.actions.items():
            yield f"{path}/{name}", action


def all_facts(facts: Mapping[str, Fact], level: str) -> Iterator[tuple[str, Fact]]:
    """Every fact with its path."""
    for name, fact in facts.items():
        path = f"{level}/{name}" if level else name
        yield path, fact
        yield from all_facts(fact.facts, path)


def is_checked(fact: Fact) -> bool:
    """Whether a value that was said may still be refused."""
    return bool(fact.checks) or fact.type.choices_from is not None


def is_list(fact: Fact) -> bool:
    """Whether a fact has items with facts of their own (a list without them is an ordinary value)."""
    return bool(fact.facts or fact.actions)


def source_keys(sources: Iterable[Source]) -> list[str]:
    """The key of each source: its kind, with a position from the second on."""
    seen: Mapping[str, int]
    seen, keys = {}, []
    for source in sources:
        count = seen.get(source.kind, 0)
        keys.append(f"{source.kind}#{count}" if count else source.kind)
        seen = {**seen, source.kind: count + 1}
    return keys
