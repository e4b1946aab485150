"""``/studio/promises/TYPE/PROMISE/``: the evidence about one promise."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backline.cases.fittings import fittings
from backline.cases.showing.naming import names_of
from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.insight.forecasting.backtesting import LIKELY, SURE
from backline.insight.promises import learning, watching
from backline.insight.promises.guarding import percent
from backline.insight.promises.packing import unpacked_strata
from backline.people.actors import Actor
from backline.web.studio.promises.bars import bars_of
from backline.web.studio.promises.entering import for_owners
from backline.web.studio.promises.listing import row_of
from backline.web.studio.promises.wording import awaited_words, bottleneck_words, hours_words, team_names

STATE_LEVEL = 2
MOST_STATES = 12


@dataclass(frozen=True, kw_only=True)
class Lost:
    """Where time goes in requests whose promise was broken."""

    words: str
    share: str
    width: int
    broken: int
    in_broken: str
    in_kept: str


@dataclass(frozen=True, kw_only=True)
class Ahead:
    """How long it still takes, by what is awaited."""

    words: str
    half: str
    nine: str
    cases: int


@require_safe
@for_owners
def show(request: HttpRequest, by: Actor, key: str, name: str) -> HttpResponse:
    """How one promise is kept, what breaks it, and what its dates are worth."""
    loaded, language = _loaded(key, name), get_language() or ""
    row = learning.latest(key)
    told: dict[str, Any] = (row.content["promises"].get(name) if row else None) or {}
    doubt = watching.open_doubts(key).get((key, name))
    working = bool(row) and row is not None and row.content["clock"] == "working"
    context = {
        "p": row_of(loaded, loaded.definition.promises[name], row, doubt, language),
        "doubt": doubt,
        "seen_by": names_of({doubt.seen_by}).get(doubt.seen_by, "") if doubt and doubt.seen_by else "",
        "overridden": _overridden(loaded, name),
        "months": bars_of(told.get("months", []), float(loaded.definition.promises[name].level)),
        "lost": _lost(told, loaded, language, working),
        "ahead": _ahead(told, loaded, language, working),
        "tested": _tested(told),
        "working": working,
        "row": row,
        "may_publish": by.has_duty("analyst") or by.has_duty("administrator"),
        "by": by,
    }
    return render(request, "studio/promises/promise.html", context)


@require_POST
@for_owners
def see(request: HttpRequest, by: Actor, key: str, name: str) -> HttpResponse:
    """Somebody answers for a doubt."""
    doubt = watching.open_doubts(key).get((key, name))
    if doubt is None:
        raise Http404
    watching.mark_seen(doubt=doubt.pk, by=by, now=datetime.now(UTC))
    messages.success(request, _("Noted: you take care of it."))
    return HttpResponseRedirect(reverse("studio-promise", args=[key, name]))


def _loaded(key: str, name: str) -> LoadedType:
    try:
        loaded = versions.load_current(key)
    except versions.VersionNotFound:
        raise Http404
    if name not in loaded.definition.promises:
        raise Http404
    return loaded


def _overridden(loaded: LoadedType, name: str) -> dict[str, Any] | None:
    found = watching.overridden(loaded, loaded.definition.promises[name])
    if found is None:
        return None
    return {**found, "name": names_of({found["by"]}).get(found["by"], found["by"])}


def _lost(told: dict[str, Any], loaded: LoadedType, language: str, working: bool) -> list[Lost]:
    teams, day = team_names(), _day(working)
    return [
        Lost(
            words=bottleneck_words(one["kind"], one["what"], one["who"], loaded.texts, language, teams),
            share=percent(one["share"]),
            width=round(100 * one["share"]),
            broken=one["broken"],
            in_broken=hours_words(one["median_broken_h"], day),
            in_kept=hours_words(one["median_kept_h"], day),
        )
        for one in told.get("bottlenecks", [])
        if one["share"] >= 0.005
    ]


def _ahead(told: dict[str, Any], loaded: LoadedType, language: str, working: bool) -> list[Ahead]:
    if not told:
        return []
    teams, day, stretch = team_names(), _day(working), told["stretch"]
    found = []
    for state, curve in unpacked_strata(told["strata"]).levels[STATE_LEVEL].items():
        half, nine = curve.quantile(LIKELY), curve.quantile(SURE)
        if half is not None and nine is not None:
            words = awaited_words(state, loaded.texts, language, teams)
            found.append(
                Ahead(
                    words=words,
                    half=hours_words(half / 3600, day),
                    nine=hours_words(nine * stretch / 3600, day),
                    cases=curve.watched,
                )
            )
    return sorted(found, key=lambda one: -one.cases)[:MOST_STATES]


def _tested(told: dict[str, Any]) -> dict[str, Any] | None:
    one = told.get("backtest")
    if not one:
        return None
    return {
        "looks": one["looks"],
        "cases": one["cases"],
        "covered": percent(one["covered"]),
        "error": hours_words(one["error_s"] / 3600, 24.0),
        "mean_error": hours_words(one["mean_error_s"] / 3600, 24.0),
        "since": datetime.fromtimestamp(one["since"], UTC),
        "until": datetime.fromtimestamp(one["until"], UTC),
    }


def _day(working: bool) -> float:
    if not working:
        return 24.0
    calendar = fittings().calendar
    minutes = (calendar.closes.hour - calendar.opens.hour) * 60 + calendar.closes.minute - calendar.opens.minute
    return minutes / 60 or 24.0
