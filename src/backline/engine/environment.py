"""What an evaluation reads beside the assertions: who takes part, what was done and when, what was promised, the
clock."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from backline.engine.choosing import UNANSWERED
from backline.engine.definition import DERIVED
from backline.engine.expressions.running import Clock
from backline.engine.generating.program import Program
from backline.engine.promising import Standing, promise_status
from backline.engine.reconciling import History, Key
from backline.engine.record import Assertion, CaseRecord, Failure
from backline.engine.resolving import Heads, each
from backline.engine.statuses import ABSENT, UNKNOWN
from backline.engine.values import Row

TICK = timedelta(microseconds=1)


class Environment:
    """One view of a case. ``since`` is set for the view as of an earlier instant: later doings do not count."""

    __slots__ = ("case", "clock", "created", "heads", "histories", "possible", "program", "record", "since")

    def __init__(
        self,
        program: Program,
        record: CaseRecord,
        heads: Heads,
        histories: Mapping[Key, History],
        clock: Clock,
        since: datetime | None = None,
    ) -> None:
        self.program, self.record, self.heads, self.histories = program, record, heads, histories
        self.clock, self.since = clock, since
        self.created = record.opened_at
        self.case = Row(type="case", id=record.case)
        self.possible: Mapping[str, Any] = {}
        """Actions that may still come, by path: UNKNOWN instead of False"""

    def role(self, name: str) -> Any:
        """The party that holds a role."""
        holders = self.record.parties.get(name)
        return holders[0] if holders else self._person(name)

    def roles(self, name: str) -> list[Row]:
        """All parties that hold a role."""
        return list(self.record.parties.get(name, ()))

    def holders(self, name: str) -> list[str]:
        """The ids of a role's holders: one item each."""
        return [row.id for row in self.record.parties.get(name, ())]

    def done(self, path: str, item: str) -> Any:
        """Whether an action was made (and stands)."""
        history = self._history(path, item)
        if history is not None and history.exists and self._counts(history.done_at):
            return True
        return self.possible.get(path, False)

    @property
    def begun(self) -> bool:
        """Whether anything was made, or is being made: what was chosen for it stays chosen."""
        return bool(self.histories)

    def times(self, path: str, item: str) -> int:
        """How often an action was made."""
        history = self._history(path, item)
        return history.times if history is not None else 0

    def at_action(self, path: str, item: str) -> Any:
        """When an action was made last."""
        history = self._history(path, item)
        return UNKNOWN if history is None or history.done_at is None else history.done_at

    def at_fact(self, path: str, item: str) -> Any:
        """When a fact was said; for a computed one, when the last of what it rests on was said."""
        said = [one for one in each(self.heads.get(f"{item}/{path.rpartition('/')[2]}" if item else path))]
        if not said:
            inputs = self.program.inputs[self.program.by_path[path].number]
            said = [one for number in inputs for one in each(self.heads.get(self.program.nodes[number].path))]
        instants = [one.holds_from for one in said if type(one.value) is not Failure]
        return max(instants) if instants else UNKNOWN

    def at_outcome(self, name: str) -> Any:
        """When an outcome was reached: when the last of its effects was made."""
        for outcome in self.program.definition.outcomes:
            if outcome.name == name or name == "outcome":
                made = [self._history(step.action, "") for step in outcome.do if not step.undo]
                instants = [history.done_at for history in made if history is not None and history.done_at is not None]
                if made and len(instants) == len(made):
                    return max(instants)
        return UNKNOWN

    def at_promise(self, name: str) -> Any:
        """When a promise was kept."""
        told = next((row for row in self.record.promises if row.name == name), None)
        return UNKNOWN if told is None or told.kept_at is None else told.kept_at

    def late(self, name: str) -> Any:
        """Whether a promise is broken: it was told so, or its time has run out (what stays so once it was told)."""
        told = next((row for row in self.record.promises if row.name == name), None)
        promise = self.program.definition.promises[name]
        if told is not None and (told.broken_at is not None or told.kept_at is not None):
            return told.broken_at is not None
        start = self._instant(promise.start) if promise.start else self.created
        met = self._instant(promise.of)
        if start is None or promise.within is None or promise.when is not None:
            return False
        if met is None and not self._is_awaited(promise.of):
            return False
        standing = Standing(promise=promise, start=start, met=met)
        calendar = self.clock.calendar.of(promise.calendar or self.program.definition.owner)
        found = promise_status(standing, record=self.record, now=self.clock.now, calendar=calendar)
        if found.due is not None and found.settled_at is None:
            self.clock.wake_at(found.due + TICK)
        return found.state == "broken"

    def _is_awaited(self, name: str) -> bool:
        """Whether it is seen here that something is not there yet: an outcome, an action that may come, an answer; not
        a rule, nor what belongs to an item."""
        node = self.program.by_path.get(name)
        answered = node is not None and node.fact is not None and not node.level
        rule = answered and any(source.kind in DERIVED for source in node.fact.sources)  # type: ignore[union-attr]
        return name == "outcome" or name in self.possible or (answered and not rule)

    def _instant(self, name: str) -> datetime | None:
        """When the outcome was reached, an action made, a promise kept or a fact said."""
        definition = self.program.definition
        if name == "outcome":
            found = self.at_outcome(name)
        elif name in definition.promises:
            found = self.at_promise(name)
        elif name in definition.actions:
            found = self.at_action(name, "")
        else:
            found = self.at_fact(name, "") if name in self.program.by_path else None
        return found if isinstance(found, datetime) else None

    def given(self, name: str, item: str, heads: Assertion | tuple[Assertion, ...] | None) -> Any:
        """What an action gave when it was read back."""
        made = [
            history
            for (action, for_item), history in self.histories.items()
            if for_item == item and history.exists and name in history.gives and history.done_at is not None
        ]
        if made:
            return max(made, key=lambda history: history.done_at or self.created).gives[name]
        said = [one for one in each(heads) if one.source == "effect" and type(one.value) is not Failure]
        return max(said, key=lambda one: (one.holds_from, one.id)).value if said else UNANSWERED

    def _history(self, path: str, item: str) -> History | None:
        return self.histories.get((path.rpartition("/")[2], item))

    def _counts(self, done_at: datetime | None) -> bool:
        return self.since is None or done_at is None or done_at <= self.since

    def _person(self, name: str) -> Any:
        said = [one for one in each(self.heads.get(f"{name}_person")) if isinstance(one.value, Row)]
        if said:
            return said[-1].value
        return UNKNOWN if f"{name}_person" in self.program.by_path else ABSENT
