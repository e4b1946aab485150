"""Why a fact is what it is, told without telling: what the asker may not see is unknown in the evaluation that
explains."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from backline.engine.calendars import Calendar
from backline.engine.definition import Expression, Fact
from backline.engine.evaluating import answered
from backline.engine.evaluation import FactState, Status
from backline.engine.expressions.typed import Read, reads
from backline.engine.generating.grounds import source_keys
from backline.engine.generating.ordering import path_of, resolve_name
from backline.engine.generating.program import Node, Program
from backline.engine.record import Assertion, CaseRecord
from backline.engine.resolving import Heads, each
from backline.engine.standing import states_in
from backline.engine.statuses import UNKNOWN
from backline.engine.views import View, choose

DEEPEST = 12


@dataclass(frozen=True, kw_only=True, slots=True)
class Explanation:
    """One reason, and the reasons for it. ``withheld``: there is information behind it that may not be shown."""

    fact: str
    item: str = ""
    status: Status = "unknown"
    value: Any = None
    source: str = ""
    by: str = ""
    said_at: datetime | None = None
    rule: str = ""
    """The expression that decided, as it is written"""
    reason: str = ""
    refusals: tuple[str, ...] = ()
    because: tuple[Explanation, ...] = ()
    withheld: bool = False


def explain(
    program: Program,
    record: CaseRecord,
    fact: str,
    *,
    now: datetime,
    calendar: Calendar,
    hidden: frozenset[str] = frozenset(),
) -> Explanation:
    """Why a fact (``amount``, ``bills/1/billed``) or the ``outcome`` is what it is."""
    answer = answered(program, record, now=now, calendar=calendar)
    view = answer.view.supposing(_masked(answer.view, hidden)) if hidden else answer.view
    shown = states_in(view)
    telling = Telling(program, view, shown, hidden)
    if fact == "outcome":
        chosen = "" if answer.choice.number is None else program.definition.outcomes[answer.choice.number].name
        return telling.outcome(chosen)
    return telling.fact(fact, frozenset())


def hidden_from(program: Program, roles: Iterable[str]) -> frozenset[str]:
    """The facts that somebody in these roles alone may not see."""
    here = frozenset(roles)
    return frozenset(
        path for path, node in program.by_path.items() if node.fact and here and here <= frozenset(node.fact.hide)
    )


@dataclass(frozen=True, slots=True)
class Telling:
    """The view in which hidden facts are unknown, and what is told from it."""

    program: Program
    view: View
    shown: dict[str, FactState]
    hidden: frozenset[str]

    def outcome(self, chosen: str) -> Explanation:
        """Why an outcome was chosen: its own condition, and those before it that did not hold."""
        because: list[Explanation] = []
        rule = ""
        for outcome in self.program.definition.outcomes:
            if outcome.when is not None:
                because += self._because(outcome.when, "", "", frozenset())
            if outcome.name == chosen:
                rule = self._rule(outcome.when)
                break
        seen = choose(self.view).number
        told = "" if seen is None else self.program.definition.outcomes[seen].name
        return Explanation(
            fact="outcome",
            status="value" if chosen else "unknown",
            value=chosen or None,
            rule=rule,
            because=_once(because),
            withheld=told != chosen or any(one.withheld for one in because),
        )

    def fact(self, key: str, above: frozenset[str]) -> Explanation:
        """Why one fact is what it is."""
        item, _, name = key.rpartition("/")
        path = _path(key)
        node = self.program.by_path.get(path)
        if node is None or node.fact is None or path in self.hidden:
            return Explanation(fact=name, item=item, withheld=True)
        state = self.shown[key]
        expression = _deciding(node.fact, state)
        because = (
            () if key in above or len(above) > DEEPEST else self._reasons(node, state, expression, item, above | {key})
        )
        said = next((one for one in each(self.view.heads.get(key)) if one.id == state.assertion), None)
        withheld = any(one.withheld for one in because) or (state.status != "value" and self._rests_on_hidden(node))
        return Explanation(
            fact=name,
            item=item,
            status=state.status,
            value=state.value,
            source=state.source,
            by=state.by,
            said_at=said.said_at if said else None,
            rule=self._rule(expression),
            reason=state.reason,
            refusals=() if withheld else state.refusals,
            because=because,
            withheld=withheld,
        )

    def _rests_on_hidden(self, node: Node) -> bool:
        """Whether what may not be seen could play a part; said of the rules alone, since what it is would tell."""
        inputs = self.program.inputs.get(node.number, frozenset())
        return any(self.program.nodes[number].path in self.hidden for number in inputs)

    def _reasons(
        self, node: Node, state: FactState, expression: Expression | None, item: str, above: frozenset[str]
    ) -> tuple[Explanation, ...]:
        assert node.fact is not None
        found: list[Explanation] = []
        expressions = (
            [expression] if expression is not None else [] if state.status == "value" else _all_expressions(node.fact)
        )
        for one in expressions:
            found += self._because(one, item, node.level, above)
        for source, key in zip(node.fact.sources, source_keys(node.fact.sources), strict=True):
            if key == state.source:
                names = [*source.shows, *([source.document] if source.document else [])]
                found += [
                    self._named(name, item, node.level, above) for name in names if self._named_path(name, node.level)
                ]
        if node.fact.if_ is not None and expression is not node.fact.if_:
            found += self._because(node.fact.if_, item, node.level, above)
        return _once(found)

    def _because(self, expression: Expression, item: str, level: str, above: frozenset[str]) -> list[Explanation]:
        found: list[Explanation] = []
        for read in sorted(reads(self.program.grounds.typed(expression))):
            for key in self._keys(read, item):
                found.append(self.fact(key, above))
        return found

    def _keys(self, read: Read, item: str) -> list[str]:
        path = path_of(read)
        node = self.program.by_path.get(path)
        if node is None or node.kind != "fact" or read.kind not in ("fact", "own", "column", "raw", "raw own"):
            return []
        if read.kind in ("own", "raw own"):
            depth = 2 * (node.level.count("/") + 1)
            return ["/".join([*item.split("/")[:depth], node.name])]
        items = self.view.items(node.level)
        return [f"{one}/{node.name}" if one else node.name for one in items]

    def _named_path(self, name: str, level: str) -> str | None:
        path = resolve_name(self.program.grounds, level, name.partition(".")[0])
        node = self.program.by_path.get(path or "")
        return path if node is not None and node.kind == "fact" else None

    def _named(self, name: str, item: str, level: str, above: frozenset[str]) -> Explanation:
        path = self._named_path(name, level) or name
        return self.fact(f"{item}/{path.rpartition('/')[2]}" if "/" in path else path, above)

    def _rule(self, expression: Expression | None) -> str:
        """A rule as it is written, unless it names what may not be seen."""
        if expression is None:
            return ""
        read = {path_of(one) for one in reads(self.program.grounds.typed(expression))}
        return "" if read & self.hidden else expression.text


def _masked(view: View, hidden: frozenset[str]) -> Heads:
    """The heads in which hidden facts are unknown, also those that would follow from what may be seen."""
    heads = {key: said for key, said in view.heads.items() if _path(key) not in hidden}
    for path in hidden & frozenset(view.program.by_path):
        node = view.program.by_path[path]
        for item in view.items(node.level):
            key = f"{item}/{node.name}" if item else node.name
            heads[key] = Assertion(
                id="",
                fact=node.name,
                item=item,
                value=UNKNOWN,
                source="settle",
                holds_from=view.environment.created,
                said_at=view.environment.created,
            )
    return heads


def _deciding(fact: Fact, state: FactState) -> Expression | None:
    """The expression that gave the value."""
    if state.source == "else":
        return fact.if_
    for source, key in zip(fact.sources, source_keys(fact.sources), strict=True):
        if key == state.source:
            return source.expression
    return None


def _all_expressions(fact: Fact) -> list[Expression]:
    checks = [check.must for check in fact.checks]
    return [*(source.expression for source in fact.sources if source.expression is not None), *checks]


def _path(key: str) -> str:
    """The path of a fact from its key: ``bills/billed`` of ``bills/1/billed``."""
    parts = key.split("/")
    return "/".join(parts[:-1:2] + parts[-1:]) if len(parts) > 1 else key


def _once(found: Iterable[Explanation]) -> tuple[Explanation, ...]:
    kept: dict[tuple[str, str], Explanation] = {}
    for one in found:
        kept.setdefault((one.item, one.fact), one)
    return tuple(replace(one) for one in kept.values())
