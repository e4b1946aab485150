"""Which acts are looked at: a log, a period, a team, a channel, an outcome, any fact."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import ibis.expr.types as ir

from backline.insight.acts import tables
from backline.insight.logs.choosing import Choice


@dataclass(frozen=True, kw_only=True)
class Chosen:
    """Which cases of a log: those that began in a period, have facts, and in which a team or channel took part."""

    log: int
    since: datetime | None = None
    until: datetime | None = None
    facts: Mapping[str, str] = field(default_factory=dict)
    team: int | None = None
    channel: int | None = None
    ended: int | None = None
    """The activity with which the case ended"""

    @property
    def everything(self) -> bool:
        """Whether nothing is left out of the log."""
        return not (self.since or self.until or self.facts) and self.team is self.channel is self.ended is None

    def acts(self) -> ir.Table:
        """The acts of the chosen cases."""
        acts = tables.acts()
        acts = acts.filter(acts.log == self.log)
        return acts if self.everything else acts.semi_join(self.cases(), "case_number")

    def cases(self) -> ir.Table:
        """The chosen cases."""
        cases = Choice(log=self.log, since=self.since, until=self.until, facts=self.facts).cases()
        acts = tables.acts()
        acts = acts.filter(acts.log == self.log)
        for column, number in (("actor", self.team), ("channel", self.channel)):
            if number is not None:
                cases = cases.filter(cases.case_number.isin(acts.filter(acts[column] == number).case_number))
        if self.ended is not None:
            last = acts.filter(acts["last"] & (acts.activity == self.ended))
            cases = cases.filter(cases.case_number.isin(last.case_number))
        return cases
