"""Which steps and cases are measured: a log, a period, cases with a fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime

import ibis.expr.types as ir

from backline.insight.logs import measures


@dataclass(frozen=True, kw_only=True)
class Choice:
    """A log, and which of its cases; a case belongs to a period by its start."""

    log: int
    since: datetime | None = None
    until: datetime | None = None
    """The first instant that does not belong to it"""
    facts: Mapping[str, str] = field(default_factory=dict)
    """What must hold of the case"""

    def cases(self) -> ir.Table:
        """The chosen cases."""
        cases = measures.cases()
        cases = cases.filter(cases.log == self.log)
        if self.since:
            cases = cases.filter(cases.started >= _plain(self.since))
        if self.until:
            cases = cases.filter(cases.started < _plain(self.until))
        for key, value in self.facts.items():
            facts = self.told()
            holds = facts.filter((facts.key == key) & (facts.value == value) & facts.case_number.notnull())
            cases = cases.filter(cases.case_number.isin(holds.case_number))
        return cases

    def steps(self) -> ir.Table:
        """The steps of the chosen cases."""
        steps = measures.steps()
        steps = steps.filter(steps.log == self.log)
        if self.since or self.until or self.facts:
            steps = steps.semi_join(self.cases(), "case_number")
        return steps

    def told(self) -> ir.Table:
        """All facts of the log."""
        facts = measures.facts()
        return facts.filter(facts.log == self.log)


def _plain(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
