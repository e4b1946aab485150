"""The forecasts of all open cases, kept as rows so that a work list can be put in order by them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from backline.cases.models import Case
from backline.catalogue import versions
from backline.engine.calendars import Calendar
from backline.insight.models import Forecast, Learnt
from backline.insight.promises.foretelling import Foretold, Learning, backlog_now, foretell_case, latest_learning

OLD = timedelta(hours=1)
BATCH = 500
UPDATED = ("likely_at", "sure_at", "keeps", "alike", "level", "case_version", "at")


def renew(*, calendar: Calendar, now: datetime, most: int = BATCH) -> int:
    """Foretell anew what changed or is old; answers how many cases were looked at."""
    Forecast.objects.filter(case__state=Case.State.ENDED).delete()
    keys = Learnt.objects.order_by().values_list("type_key", flat=True).distinct()
    learnt = {key: found for key in keys if (found := latest_learning(key, calendar))}
    newest = max((one.at for one in learnt.values()), default=now)
    cases = list(_due(learnt, now, newest=newest)[:most])
    backlogs = {key: backlog_now(one.backlogs.usual, now=now) for key, one in learnt.items()} if cases else {}
    for case in cases:
        _write(case, _foretold(case, learnt[case.type_key], backlogs[case.type_key], calendar, now), now)
    return len(cases)


def foretold_now(case: Case, *, calendar: Calendar, now: datetime) -> dict[str, Foretold]:
    """What is foretold of one case, by promise; nothing where nothing was learnt."""
    learning = latest_learning(case.type_key, calendar)
    if learning is None or (case.state == Case.State.ENDED and not _runs(case)):
        return {}
    open_now = backlog_now(learning.backlogs.usual, now=now)
    return {one.promise: one for one in _foretold(case, learning, open_now, calendar, now)}


def _runs(case: Case) -> bool:
    """Whether something promised is still to come."""
    return any(told["state"] in ("running", "at risk") for told in case.snapshot["promises"].values())


def _foretold(
    case: Case, learning: Learning, open_now: dict[str, int], calendar: Calendar, now: datetime
) -> list[Foretold]:
    definition = versions.load(case.type_key, case.type_version).definition
    return foretell_case(case, definition, learning, calendar=calendar, now=now, open_now=open_now)


def _due(types: Iterable[str], now: datetime, *, newest: datetime) -> QuerySet[Case]:
    """Open cases of which nothing is foretold as they stand, the oldest forecast first."""
    told = Forecast.objects.filter(case=OuterRef("pk")).order_by("at")
    rows = Case.objects.filter(type_key__in=list(types)).exclude(state=Case.State.ENDED)
    rows = rows.annotate(
        told_at=Subquery(told.values("at")[:1]), told_version=Subquery(told.values("case_version")[:1])
    )
    changed = Q(told_at__isnull=True) | Q(told_at__lt=max(now - OLD, newest)) | ~Q(told_version=F("version"))
    return rows.filter(changed).order_by(F("told_at").asc(nulls_first=True), "pk")


def _write(case: Case, found: list[Foretold], now: datetime) -> None:
    Forecast.objects.filter(case=case).exclude(promise__in=[one.promise for one in found]).delete()
    Forecast.objects.bulk_create(
        _rows(case, found, now), update_conflicts=True, unique_fields=["case", "promise"], update_fields=UPDATED
    )


def _rows(case: Case, found: list[Foretold], now: datetime) -> Iterator[Forecast]:
    for one in found:
        yield Forecast(
            case=case, promise=one.promise, likely_at=one.likely, sure_at=one.sure, keeps=one.keeps, alike=one.alike,
            level=one.level, case_version=case.version, at=now,
        )  # fmt: skip
