"""What an evaluation was made from: the grounds on which promises, wants and explanations are worked out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import final

from backline.engine.calendars import Calendar
from backline.engine.evaluation import CaseState, Exceptional
from backline.engine.generating.program import Program
from backline.engine.once import once
from backline.engine.reconciling import History, Key, Plan
from backline.engine.record import CaseRecord
from backline.engine.views import Choice, Rows, View
from backline.engine.wishing import Wishes


@dataclass(slots=True)
class Demand:
    """Leaves that could settle what matters: of the case as a mask, of items by position."""

    mask: int = 0
    rows: Rows = field(default_factory=dict)
    other: int = 0
    """Of these, what matters for more than the outcome: arguments, conditions of actions, promised facts"""
    asks: int = 0
    """Of these, what matters only for the actions of an outcome that may still be chosen"""


@final
@dataclass
class Answered:
    """An evaluation with all that it was made from."""

    program: Program
    record: CaseRecord
    now: datetime
    calendar: Calendar
    made: Mapping[Key, History]
    view: View
    judged: View
    choice: Choice
    wishes: Wishes
    plan: Plan
    demand: Demand

    @once
    def state(self) -> CaseState:
        """Open, ended or stuck."""
        if self.choice.number is not None and self.plan.reached and self.plan.quiet and not self.asking:
            return "ended"
        waiting = bool(self.plan.effects) or self.asking or self.underway or self.demand.mask & self.program.pending
        if (
            waiting
            or (self.choice.number is None and self.view.environment.clock.wake is not None)
            or self.wishes.wake is not None
        ):
            return "open"
        return "stuck"

    @property
    def asking(self) -> bool:
        """Whether anything but an event is still wanted."""
        mask = self.program.pending & ~self.program.mask("event")
        return bool(self.demand.mask & mask) or any(rows for leaf, rows in self.demand.rows.items() if mask >> leaf & 1)

    @property
    def underway(self) -> bool:
        """Whether an effect is being made."""
        return any(history.unsettled for history in self.made.values())

    @once
    def exceptions(self) -> tuple[Exceptional, ...]:
        """What only the owner can settle."""
        found = list(self.plan.exceptions)
        found += [Exceptional(kind="stuck", about=path, detail=reason) for path, reason in self.wishes.failed]
        if self.state == "stuck" and not found:
            found.append(Exceptional(kind="stuck", about="outcome"))
        return tuple(found)
