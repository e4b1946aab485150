"""When a case opens by the clock: once at a time, again and again from it on, or as a row's own members say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from typing import Any

from backline.engine.calendars import Calendar
from backline.engine.checking import CheckedType, check
from backline.engine.checking.checked import TimedOpening
from backline.engine.checking.openings import opening_type
from backline.engine.definition import Expression, Fact, Opening, Outcome, Source, Span, Surroundings, ValueType
from backline.engine.evaluating import evaluate
from backline.engine.generating import compile_type
from backline.engine.generating.program import Program
from backline.engine.record import Assertion, CaseRecord

AT = "opens_at"
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
DAILY = Span(amount=1, unit="days")


@dataclass(frozen=True, kw_only=True, eq=False)
class OpeningClock:
    """One opening by the clock, compiled. It knows no clock of its own."""

    opening: Opening
    members: Mapping[str, ValueType]
    program: Program

    @property
    def reads_every(self) -> Span:
        """How often the rows of ``for each`` are read."""
        return self.opening.every or DAILY

    def instant(self, row: Mapping[str, Any], *, now: datetime, calendar: Calendar) -> datetime | None:
        """When the case of this row opens; None where that is not known or does not apply."""
        said = tuple(
            Assertion(id=name, fact=name, value=row[name], holds_from=EPOCH, said_at=EPOCH)
            for name in self.members
            if row.get(name) is not None
        )
        found = evaluate(self.program, CaseRecord(opened_at=now, assertions=said), now=now, calendar=calendar)
        state = found.facts[AT]
        if state.status != "value" or not isinstance(state.value, date):
            return None
        return state.value if isinstance(state.value, datetime) else calendar.start_of(state.value)

    def around(self, *, now: datetime, calendar: Calendar) -> tuple[datetime | None, datetime | None]:
        """Without rows: the latest time up to now at which a case opens, and the next one after."""
        first = self.instant({}, now=now, calendar=calendar)
        if first is None or first > now:
            return None, first
        every = self.opening.every
        if every is None:
            return first, None
        count = _steps(first, every, now, calendar)
        return _after(first, every, count, calendar), _after(first, every, count + 1, calendar)


def clocks_of(checked: CheckedType) -> tuple[OpeningClock, ...]:
    """What opens cases of this type at a time, in the order in which it is written."""
    return tuple(_clock(checked, timed) for timed in checked.timed)


def _clock(checked: CheckedType, timed: TimedOpening) -> OpeningClock:
    assert timed.opening.at is not None
    bare = opening_type(checked.definition, timed.opening, timed.members)
    facts = {name: replace(fact, sources=(Source(kind="offer", who=("row",)),)) for name, fact in bare.facts.items()}
    at = Expression(text=timed.opening.at.text, place=timed.opening.at.place)
    instant = Fact(name=AT, type=ValueType(kind=timed.kind), sources=(Source(kind="is", expression=at),))
    definition = replace(bare, facts={**facts, AT: instant}, outcomes=(Outcome(name="otherwise", when=None),))
    program = compile_type(check(definition, Surroundings(records=checked.scope.records)))
    return OpeningClock(opening=timed.opening, members=timed.members, program=program)


def _steps(first: datetime, every: Span, now: datetime, calendar: Calendar) -> int:
    """How many times the span fits between the first time and now: doubled, then halved."""
    high = 1
    while _after(first, every, high, calendar) <= now:
        high *= 2
    low = high // 2
    while high - low > 1:
        middle = (low + high) // 2
        low, high = (middle, high) if _after(first, every, middle, calendar) <= now else (low, middle)
    return low


def _after(first: datetime, every: Span, count: int, calendar: Calendar) -> datetime:
    return calendar.add(first, replace(every, amount=every.amount * count)) if count else first
