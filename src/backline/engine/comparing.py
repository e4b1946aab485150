"""Move along: an open case under the old and the new version of its type, and what would differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from backline.engine.calendars import Calendar
from backline.engine.evaluating import evaluate
from backline.engine.evaluation import DesiredEffect, Evaluation, FactState, Wanted
from backline.engine.generating.program import Program
from backline.engine.reconciling import histories
from backline.engine.record import CaseRecord


@dataclass(frozen=True, kw_only=True, slots=True)
class Difference:
    """One fact that would stand otherwise; None where a version does not have it."""

    fact: str
    old: FactState | None
    new: FactState | None


@dataclass(frozen=True, kw_only=True, slots=True)
class Comparison:
    """What would differ. A case moves by itself only when nothing is in the way: ``orphans`` are effects without a
    counterpart."""

    old: Evaluation
    new: Evaluation
    facts: tuple[Difference, ...]
    asked: tuple[Wanted, ...]
    """Wanted under the new version only"""
    spared: tuple[Wanted, ...]
    """Wanted under the old version only"""
    effects: tuple[DesiredEffect, ...]
    """What the new version would do at once and the old would not"""
    orphans: tuple[str, ...]

    @property
    def same(self) -> bool:
        """Nothing differs that anybody would notice."""
        unnoticed = not (self.facts or self.asked or self.spared or self.effects or self.orphans)
        return unnoticed and self.old.outcome == self.new.outcome

    @property
    def moves_by_itself(self) -> bool:
        """Every effect has its counterpart, and nothing is undone, made again or amended."""
        return not self.orphans and not any(effect.kind != "do" for effect in self.effects)


def compare(old: Program, new: Program, record: CaseRecord, *, now: datetime, calendar: Calendar) -> Comparison:
    """Evaluates one case under two versions."""
    before = evaluate(old, record, now=now, calendar=calendar)
    after = evaluate(new, record, now=now, calendar=calendar)
    was, would = {_wish(one) for one in before.wanted}, {_wish(one) for one in after.wanted}
    wished = {(one.action, one.item, one.kind) for one in before.effects}
    return Comparison(
        old=before,
        new=after,
        facts=_differences(before, after),
        asked=tuple(one for one in after.wanted if _wish(one) not in was),
        spared=tuple(one for one in before.wanted if _wish(one) not in would),
        effects=tuple(one for one in after.effects if (_was(new, one.action), one.item, one.kind) not in wished),
        orphans=_orphans(new, record),
    )


def _differences(before: Evaluation, after: Evaluation) -> tuple[Difference, ...]:
    names = sorted({*before.facts, *after.facts})
    found = [Difference(fact=name, old=before.facts.get(name), new=after.facts.get(name)) for name in names]
    return tuple(one for one in found if one.old is None or one.new is None or not _equal(one.old, one.new))


def _equal(old: FactState, new: FactState) -> bool:
    return (old.status, old.value) == (new.status, new.value)


def _orphans(new: Program, record: CaseRecord) -> tuple[str, ...]:
    """Effects that stand or are under way, and that the new version does not know."""
    made = histories(record, new.was)
    return tuple(
        sorted(
            f"{item}/{action}" if item else action
            for (action, item), history in made.items()
            if (history.exists or history.unsettled) and action not in new.by_name
        )
    )


def _was(new: Program, action: str) -> str:
    return new.by_name[action].was or action


def _wish(wanted: Wanted) -> tuple[str, str, str, str]:
    return wanted.item, wanted.fact, wanted.source, wanted.who
