"""By when an open case will have what it was promised: asked of what was learnt, about the case as it stands."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

import numpy as np
from django.db.models import Count

from backline.cases.models import Case, Effect, Want
from backline.engine.calendars import Calendar
from backline.engine.definition import CaseType, Promise
from backline.insight.forecasting.clocks import Clock, WallClock, WorkingClock, moment
from backline.insight.forecasting.strata import Strata, Stratum
from backline.insight.forecasting.survival import BEFORE
from backline.insight.models import Learnt
from backline.insight.promises.lives import Life, life_of
from backline.insight.promises.packing import unpacked_strata
from backline.insight.promises.watched import SYSTEM, Backlogs, keys_of

LIKELY, SURE = 0.5, 0.9
UNDER_WAY = ("planned", "started", "unknown")


@dataclass(frozen=True, kw_only=True)
class Foretold:
    """What is foretold of one promise of one case, and from what."""

    promise: str
    likely: datetime
    sure: datetime
    keeps: float | None
    """How likely it is there by the due time"""
    alike: int
    level: int
    since: datetime
    """The look that is compared: since then, the same is awaited"""


@dataclass(frozen=True, eq=False)
class Learning:
    """What was learnt of a case type, ready to be asked."""

    at: datetime
    clock: Clock
    backlogs: Backlogs
    strata: Mapping[str, Strata]
    stretch: Mapping[str, float]
    covered: Mapping[str, float]
    """How often the sure date was kept when it was tried on later cases"""

    def foretell(
        self, life: Life, promise: Promise, *, due: datetime | None, calendar: Calendar, open_now: Mapping[str, int]
    ) -> Foretold | None:
        """By when; None where it is there, is not on its way, or nothing alike was seen."""
        if promise.name not in self.strata or life.ended is not None or life.met(promise.of) is not None:
            return None
        since = max((one for one in life.changes() if one <= life.seen), default=life.opened)
        awaited = life.state_at(since)
        busy = self.backlogs.busy(awaited, since.timestamp(), open_now=open_now)
        then, now = self._read(since), self._read(life.seen)
        keys = keys_of(awaited, since, busy, calendar)
        stretch = self.stretch.get(promise.name, 1.0)
        waited = now - then if now > then else BEFORE
        stratum = self.strata[promise.name].alike(keys, given=waited / stretch)
        return self._of_stratum(stratum, promise, then, waited, stretch, due, since) if stratum else None

    def _of_stratum(
        self, stratum: Stratum, promise: Promise, then: float, waited: float, stretch: float, due: datetime | None,
        since: datetime,
    ) -> Foretold | None:  # fmt: skip
        """At the pace of late: times are stretched, and what has been waited counts for as much less."""
        curve, given = stratum.curve, waited / stretch
        sure = curve.quantile(SURE, given=given)
        if sure is None:
            return None
        likely = curve.quantile(LIKELY, given=waited)
        likely = sure * stretch if likely is None else min(likely, sure * stretch)
        keeps = None
        if due is not None:
            keeps = curve.by(max(self._read(due) - then, 0.0) / stretch, given=given)
        return Foretold(
            promise=promise.name, likely=self._when(then + likely), sure=self._when(then + sure * stretch),
            keeps=keeps, alike=curve.watched, level=stratum.level, since=since,
        )  # fmt: skip

    def _read(self, at: datetime) -> float:
        return float(self.clock.read(np.array([at.timestamp()]))[0])

    def _when(self, reading: float) -> datetime:
        return moment(float(self.clock.when(np.array([reading]))[0]))


def foretell_case(
    case: Case, definition: CaseType, learning: Learning, *, calendar: Calendar, now: datetime,
    open_now: Mapping[str, int],
) -> list[Foretold]:  # fmt: skip
    """What is foretold of each promise of a case that is not settled yet."""
    life = life_of(case, definition, now=now)
    found = []
    for name, told in case.snapshot["promises"].items():
        promise = definition.promises.get(name)
        if promise is None or told["state"] in ("kept", "paused"):
            continue
        due = datetime.fromisoformat(told["due"]) if told["due"] else None
        one = learning.foretell(life, promise, due=due, calendar=calendar, open_now=open_now)
        if one is not None:
            found.append(one)
    return found


def latest_learning(type_key: str, calendar: Calendar) -> Learning | None:
    """What was learnt last of a case type, read and unpacked once by each process; None where nothing was."""
    rows = Learnt.objects.filter(type_key=type_key).order_by("-at", "-pk")
    pk = rows.values_list("pk", flat=True).first()
    if pk is None:
        return None
    if pk not in _known:
        _forget_oldest()
        _known[pk] = _unpacked(Learnt.objects.get(pk=pk), calendar)
    return _known[pk] if _known[pk].strata else None


def backlog_now(usual: Mapping[str, float], *, now: datetime) -> dict[str, int]:
    """How many tasks lie with each team, and how many effects each system has kept waiting for longer than usual."""
    rows = Want.objects.filter(kind="work", closed_at__isnull=True)
    found = {row["team"]: row["n"] for row in rows.values("team").annotate(n=Count("pk"))}
    for system, took in usual.items():
        stuck = Effect.objects.filter(state__in=UNDER_WAY, call__startswith=f"{system}.", case__state="open")
        found[f"{SYSTEM}{system}"] = stuck.filter(planned_at__lt=now - timedelta(seconds=took)).count()
    return found


_known: dict[int, Learning] = {}
MOST_KNOWN = 600


def _forget_oldest() -> None:
    for pk in sorted(_known)[: max(len(_known) - MOST_KNOWN, 0)]:
        _known.pop(pk, None)


def _unpacked(row: Learnt, calendar: Calendar) -> Learning:
    content = row.content
    first = datetime.fromisoformat(content["since"])
    clock: Clock = WorkingClock(calendar, first=first, last=row.at) if content["clock"] == "working" else WallClock()
    promises = content["promises"]
    return Learning(
        at=row.at,
        clock=clock,
        backlogs=Backlogs({}, {}, content["busy"], content["usual"]),
        strata={name: unpacked_strata(one["strata"]) for name, one in promises.items()},
        stretch={name: one["stretch"] for name, one in promises.items()},
        covered={name: one["backtest"]["covered"] for name, one in promises.items() if one["backtest"]},
    )
