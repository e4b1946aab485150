"""What is known of how a case type keeps its promises, learnt from its past cases and kept as a row."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any

from backline.catalogue import listing, versions
from backline.catalogue.versions import LoadedType
from backline.engine.calendars import Calendar
from backline.engine.definition import CaseType, Promise
from backline.insight.forecasting import strata
from backline.insight.forecasting.backtesting import backtest
from backline.insight.forecasting.clocks import Clock
from backline.insight.judging.told import judgements_in
from backline.insight.models import Learnt
from backline.insight.promises.blaming import bottlenecks
from backline.insight.promises.keeping import keepable, kept
from backline.insight.promises.lives import Life, lives_of
from backline.insight.promises.packing import packed_strata
from backline.insight.promises.watched import Backlogs, backlogs_of, clock_for, looks_of

KEPT_ROWS = 30
RECENT = 0.15
"""The newest part of the cases tells how a promise is kept now, if that is enough of them"""
RECENT_CASES = 60


def learn_all(*, calendar: Calendar, now: datetime) -> list[Learnt]:
    """Learn anew about every published case type that promises something."""
    loaded = [versions.load(version.key, version.number) for version in listing.newest()]
    return [learn(one, calendar=calendar, now=now) for one in loaded if one.definition.promises]


def learn(loaded: LoadedType, *, calendar: Calendar, now: datetime) -> Learnt:
    """Learn anew about one case type; the row of before stays for a while, so that one can look back."""
    lives = lives_of(loaded.definition, now=now)
    content = learnt_of(loaded.definition, lives, calendar=calendar, now=now)
    content["judgements"] = judgements_in(loaded.definition)
    row = Learnt.objects.create(type_key=loaded.key, version=loaded.version, at=now, cases=len(lives), content=content)
    old = Learnt.objects.filter(type_key=loaded.key).order_by("-at", "-pk").values_list("pk", flat=True)[KEPT_ROWS:]
    Learnt.objects.filter(pk__in=list(old)).delete()
    return row


def learnt_of(definition: CaseType, lives: Sequence[Life], *, calendar: Calendar, now: datetime) -> dict[str, Any]:
    """What these cases say of each promise, as JSON."""
    if not lives:
        return {"clock": "wall", "since": now.isoformat(), "busy": {}, "usual": {}, "promises": {}}
    name, clock = clock_for(lives, calendar, now)
    backlogs = backlogs_of(lives)
    promises = {
        promise.name: told
        for promise in definition.promises.values()
        if (told := _promise(lives, promise, clock, calendar, backlogs))
    }
    return {
        "clock": name,
        "since": lives[0].opened.isoformat(),
        "busy": dict(backlogs.most),
        "usual": {system: took for system, took in backlogs.usual.items() if math.isfinite(took)},
        "promises": promises,
    }


def latest(type_key: str) -> Learnt | None:
    """What was learnt last of a case type."""
    return Learnt.objects.filter(type_key=type_key).order_by("-at", "-pk").first()


def latest_of_all(type_key: str | None = None) -> dict[str, Learnt]:
    """What was learnt last of each type, or of this one."""
    rows = Learnt.objects.filter(type_key=type_key) if type_key else Learnt.objects.all()
    keys = sorted(rows.order_by().values_list("type_key", flat=True).distinct())
    return {key: row for key in keys if (row := latest(key))}


def recent(lives: Sequence[Life]) -> Sequence[Life]:
    """The newest cases, enough of them to tell."""
    count = max(RECENT_CASES, round(len(lives) * RECENT))
    return lives[-count:]


def _promise(
    lives: Sequence[Life], promise: Promise, clock: Clock, calendar: Calendar, backlogs: Backlogs
) -> Mapping[str, Any] | None:
    looks = looks_of(lives, promise, backlogs, calendar)
    if not len(looks):
        return None
    tested, factor = backtest(looks, clock)
    newest = recent(lives)
    return {
        "strata": packed_strata(strata.fit(looks, clock)),
        "stretch": factor,
        "backtest": tested.told() if tested else None,
        "kept": _kept(lives, promise, calendar),
        "now": _kept(newest, promise, calendar),
        "months": list(_months(lives, promise, calendar)),
        "keepable": _span(newest, promise, calendar),
        "bottlenecks": [one.told() for one in bottlenecks(newest, promise, calendar, clock)],
    }


def _kept(lives: Sequence[Life], promise: Promise, calendar: Calendar) -> dict[str, float] | None:
    found = kept(lives, promise, calendar)
    if found is None:
        return None
    return {"share": found.share, "low": found.low, "high": found.high, "cases": found.cases}


def _months(lives: Sequence[Life], promise: Promise, calendar: Calendar) -> Iterator[dict[str, Any]]:
    """How it was kept in each month."""
    months = sorted({life.opened.strftime("%Y-%m") for life in lives})
    for month in months[-12:]:
        of_month = [life for life in lives if life.opened.strftime("%Y-%m") == month]
        if (found := _kept(of_month, promise, calendar)) and found["cases"]:
            yield {"month": month, **found}


def _span(lives: Sequence[Life], promise: Promise, calendar: Calendar) -> list[Any] | None:
    found = keepable(lives, promise, calendar, float(promise.level))
    return [found.amount, found.unit, found.business] if found else None
