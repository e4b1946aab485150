"""``/studio/promises/``: every promise that is made, how it is kept, and how well its dates would have done."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backline.catalogue import listing, versions
from backline.catalogue.versions import LoadedType
from backline.engine.definition import Promise
from backline.insight.models import Doubt, Learnt
from backline.insight.promises import learning, watching
from backline.insight.promises.guarding import percent, span_words
from backline.insight.promises.keeping import FEWEST
from backline.people.actors import Actor
from backline.web.studio.promises.entering import for_owners
from backline.web.studio.promises.wording import hours_words

DAY_H = 24.0


@dataclass(frozen=True, kw_only=True)
class Standing:
    """How it stands with a promise, in one word and a tone."""

    key: str
    words: str
    tone: str
    sign: str


@dataclass(frozen=True, kw_only=True)
class Row:
    """One promise of one case type."""

    key: str
    name: str
    title: str
    label: str
    within: str
    level: str
    standing: Standing
    kept: str = ""
    interval: str = ""
    cases: int = 0
    dates: str = ""
    dates_low: bool = False
    error: str = ""
    instead: str = ""


@require_safe
@for_owners
def overview(request: HttpRequest, by: Actor) -> HttpResponse:
    """All promises, those that do not hold first."""
    language = get_language() or ""
    learnt, doubts = learning.latest_of_all(), watching.open_doubts()
    rows = [
        row_of(loaded, promise, learnt.get(loaded.key), doubts.get((loaded.key, promise.name)), language)
        for loaded in (versions.load(version.key, version.number) for version in listing.newest())
        for promise in loaded.definition.promises.values()
    ]
    order = ("doubt", "despite", "unknown", "holds")
    rows.sort(key=lambda row: (order.index(row.standing.key), row.title, row.label))
    at: datetime | None = max((row.at for row in learnt.values()), default=None)
    return render(request, "studio/promises/overview.html", {"rows": rows, "at": at, "by": by})


def row_of(loaded: LoadedType, promise: Promise, row: Learnt | None, doubt: Doubt | None, language: str) -> Row:
    """One promise as the list shows it."""
    told: dict[str, Any] = (row.content["promises"].get(promise.name) if row else None) or {}
    found, tested = told.get("now") or told.get("kept"), told.get("backtest")
    if told.get("kept") and found and found["cases"] < FEWEST:
        found = told["kept"]
    instead = watching.instead_of(doubt) if doubt else None
    return Row(
        key=loaded.key,
        name=promise.name,
        title=loaded.texts.title(language),
        label=loaded.texts.promise(promise.name, language),
        within=span_words(promise.within) or _("on a day that is named"),
        level=percent(float(promise.level)),
        standing=standing_of(loaded, promise, found, doubt),
        kept=percent(found["share"]) if found else "",
        interval=_("%(low)s to %(high)s") % {"low": percent(found["low"]), "high": percent(found["high"])}
        if found
        else "",
        cases=found["cases"] if found else 0,
        dates=percent(tested["covered"]) if tested else "",
        dates_low=tested is not None and tested["covered"] < float(promise.level),
        error=hours_words(tested["error_s"] / 3600, DAY_H) if tested else "",
        instead=span_words(instead),
    )


def standing_of(loaded: LoadedType, promise: Promise, found: dict[str, Any] | None, doubt: Doubt | None) -> Standing:
    """In doubt, published against the guard, too little known, or it holds."""
    if doubt is not None:
        return Standing(key="doubt", words=_("In doubt"), tone="bad", sign="alert")
    if watching.overridden(loaded, promise):
        return Standing(key="despite", words=_("Published despite"), tone="warn", sign="alert")
    if found is None or found["cases"] < FEWEST:
        return Standing(key="unknown", words=_("Too little known"), tone="", sign="circle-dashed")
    return Standing(key="holds", words=_("Holds"), tone="good", sign="check")
