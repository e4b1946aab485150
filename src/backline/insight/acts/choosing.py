"""Which acts are looked at: a log, a period, a team, a channel, an outcome, any fact."""

from __future__ import annotations

from dataclasses import dataclass, field

import ibis.expr.types as ir

from backline.insight.acts import tables
from backline.insight.logs.choosing import Choice


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """A choice of cases, narrowed to those in which a team or channel (by its number) took part."""

    cases: Choice
    team: int | None = None
    channel: int | None = None
    activities: tuple[int, ...] = field(default=())

    @property
    def everything(self) -> bool:
        """Whether nothing is left out of the log."""
        plain = not (self.cases.since or self.cases.until or self.cases.facts)
        return plain and self.team is None and self.channel is None

    def acts(self) -> ir.Table:
        """The acts of the chosen cases."""
        acts = tables.acts()
        acts = acts.filter(acts.log == self.cases.log)
        return acts if self.everything else acts.semi_join(self.chosen_cases(), "case_number")

    def chosen_cases(self) -> ir.Table:
        """The chosen cases."""
        cases = self.cases.cases()
        for column, number in (("actor", self.team), ("channel", self.channel)):
            if number is not None:
                acts = tables.acts()
                there = acts.filter((acts.log == self.cases.log) & (acts[column] == number))
                cases = cases.filter(cases.case_number.isin(there.case_number))
        return cases
