"""One view of a case: what is known as of now, or as of the instant at which its outcome began, run through the
program."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from backline.engine.calendars import Calendar
from backline.engine.environment import Environment
from backline.engine.expressions.running import Clock
from backline.engine.generating.program import Frame, Node, Program
from backline.engine.reconciling import History, Key
from backline.engine.record import CaseRecord
from backline.engine.resolving import Heads, heads_of, visible, without_doubted
from backline.engine.statuses import CONFLICT, UNKNOWN

Rows = dict[int, int]


@dataclass(slots=True)
class View:
    """The answers of the program for one set of heads. ``blank`` are optional questions that nobody is asked."""

    program: Program
    heads: Heads
    environment: Environment
    frame: Frame
    blank: int = 0
    tried: dict[Any, tuple[View, Choice]] = field(default_factory=dict)
    """Views with other answers that were looked at, by the questions and their answers"""

    def slot(self, name: str) -> Any:
        """What stands in the frame under a name."""
        return self.frame[self.program.slots[name]]

    def part(self, name: str, position: int = 0) -> tuple[tuple[Any, ...], int, tuple[tuple[int, int], ...]]:
        """One of the small parts, for the case or for an item."""
        return self.program.parts[name](self.frame, self.environment, position)

    def items(self, level: str) -> list[str]:
        """The paths of a list's items; one empty path for the case itself."""
        return list(self.slot(f"i{self.program.by_path[level].number}")) if level else [""]

    def settling(self, facts: int) -> int:
        """What is wanted with facts, given by their bits."""
        if not self.program.flat:
            return facts
        frame, slots = self.frame, self.program.slots
        return sum_of(frame[slots[f"w{node.number}"]] for node in self.program.nodes if node.bit & facts)

    def settling_items(self, nodes: Iterable[Node]) -> tuple[int, Rows]:
        """What is wanted with facts of items: the whole list, and each item's own."""
        wants, rows = 0, Rows()
        for node in nodes:
            for path in _lists_of(node):
                wants |= self.program.by_path[path].bit | self.program.closes[path].bit
            rows[node.number] = (1 << len(self.items(node.level))) - 1
        return wants, rows

    def is_whole(self, level: str) -> bool:
        """Whether a list is complete, and the lists in whose items it lies."""
        if not level:
            return True
        close, outer = self.program.closes[level], level.rpartition("/")[0]
        whole = self.slot(f"zs{close.number}") if close.level else (self.slot(f"z{close.number}"),)
        return all(one is True for one in whole) and self.is_whole(outer)

    def leaves(self, wants: int, rows: Rows) -> tuple[int, Rows]:
        """The leaves that could settle what is wanted."""
        return self.program.demand(self.frame, wants, rows)

    def supposing(self, heads: Heads, blank: int | None = None) -> View:
        """The same view with other answers."""
        return run(self.program, heads, self._environment(heads), self.blank if blank is None else blank)

    def so_far(self) -> View:
        """The same view, in which what was not done yet is not done, even if it may still come."""
        return View(self.program, self.heads, self._environment(self.heads), self.frame, self.blank)

    def _environment(self, heads: Heads) -> Environment:
        old = self.environment
        return Environment(old.program, old.record, heads, old.histories, old.clock, old.since)


def _lists_of(node: Node) -> Iterator[str]:
    """The list in whose items a fact stands, and those around it."""
    level = node.level
    while level:
        yield level
        level = level.rpartition("/")[0]


@dataclass(slots=True)
class Choice:
    """Which outcome holds. ``open`` are those that still may; ``wants`` and ``rows`` say what decides between them."""

    number: int | None
    open: tuple[int, ...]
    wants: int
    rows: Rows


def view_of(
    program: Program, record: CaseRecord, histories: Mapping[Key, History], clock: Clock, since: datetime | None = None
) -> View:
    """The view as of now, or as of an instant at which something began."""
    said: Any = record.assertions
    if program.doubts or program.refusals:
        said = without_doubted(record, said, program.doubts, program.refusals)
    if since is not None:
        said = visible(said, since, program.steady)
    heads = heads_of(said)
    return run(program, heads, Environment(program, record, heads, histories, clock, since))


def view_since(
    program: Program, record: CaseRecord, histories: Mapping[Key, History], since: datetime, calendar: Calendar
) -> View:
    """The view as of an earlier instant, with that day as today."""
    return view_of(program, record, histories, Clock(since, calendar), since)


def sum_of(masks: Iterable[int]) -> int:
    """All bits of these masks."""
    found = 0
    for mask in masks:
        found |= mask
    return found


def run(program: Program, heads: Heads, environment: Environment, blank: int = 0) -> View:
    """Runs the program."""
    return View(program, heads, environment, program.run(heads, environment, blank), blank)


def choose(view: View) -> Choice:
    """The first outcome that holds, when all before it do not."""
    frame = view.frame
    wants, rows = 0, Rows()
    still: list[int] = []
    blocked = False
    for number, (condition, wanted, wanted_rows) in enumerate(view.program.outcome_slots):
        holds = frame[condition]
        if holds is True:
            return Choice(None if blocked else number, (*still, number), wants, rows)
        if holds is UNKNOWN or holds is CONFLICT:
            wants |= frame[wanted]
            for column, more in frame[wanted_rows]:
                rows[column] = rows.get(column, 0) | more
            still.append(number)
            blocked = True
        elif holds is not False and holds.status == "failed":
            break
    return Choice(None, tuple(still), wants, rows)
