"""``/studio/judgements/``: what colleagues judge, how alike, at what cost; and the table that says the same."""

from __future__ import annotations

import csv
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backline.catalogue import versions
from backline.insight.costing import part_of, rate_of, times
from backline.insight.judging import adopting, shadowing
from backline.insight.judging.told import answered_in, hours_in, learnt_from
from backline.insight.promises import learning
from backline.insight.promises.guarding import percent
from backline.people.actors import Actor
from backline.people.models import Team
from backline.web.studio.entering import for_analysts
from backline.web.studio.measures import rates_of
from backline.web.studio.money import money, money_range


@dataclass(frozen=True, kw_only=True)
class Line:
    """One judgement."""

    key: str
    fact: str
    title: str
    question: str
    team: str
    count: int
    a_month: str
    hours: str
    each: str
    """Money for one, with ``each_range``: empty where nobody says what work costs"""
    each_range: str
    costs: str
    """Money a month"""
    costs_range: str
    saves: str
    """What the table would save of it"""
    saves_range: str
    people: int
    agreement: str
    covered: str
    precision: str
    words: str
    tone: str


@require_safe
@for_analysts
def overview(request: HttpRequest, by: Actor) -> HttpResponse:
    """All of them, the most work first."""
    found = [
        (told.get("hours_a_month") or 0.0, _line(key, fact, told))
        for key, row in learning.latest_of_all().items()
        for fact, told in row.content.get("judgements", {}).items()
    ]
    lines = [line for _hours, line in sorted(found, key=lambda one: -one[0])]
    return render(request, "studio/judgements/overview.html", {"lines": lines, "rated": rates_of().known})


@require_safe
@for_analysts
def show(request: HttpRequest, by: Actor, key: str, fact: str) -> HttpResponse:
    """One of them with its table."""
    told = _told(key, fact)
    rows = list(csv.reader(told["rule"]["csv"].splitlines())) if told["rule"] else []
    seen = shadowing.seen(key, fact)
    context = {
        "line": _line(key, fact, told),
        "told": told,
        "minutes": f"{told['minutes']:.0f}" if told["minutes"] is not None else "",
        "head": rows[0] if rows else [],
        "rows": rows[1:],
        "tried": told["rule"]["tried"] if told["rule"] else 0,
        "seen": seen,
        "agreed": percent(seen.agreed / seen.answered) if seen and seen.answered else "",
    }
    return render(request, "studio/judgements/judgement.html", context)


@require_POST
@for_analysts
def shadow(request: HttpRequest, by: Actor, key: str, fact: str) -> HttpResponse:
    """Let the table speak unheard, or end that."""
    told, now = _told(key, fact), datetime.now(UTC)
    if request.POST.get("end"):
        shadowing.end(type_key=key, fact=fact, now=now)
        messages.success(request, _("The table speaks no more."))
    elif told["rule"]:
        shadowing.begin(type_key=key, fact=fact, learnt=learnt_from(told), by=by, now=now)
        messages.success(request, _("From now on what the table says is noted beside what people say."))
    return HttpResponseRedirect(reverse("studio-judgement", args=[key, fact]))


@require_POST
@for_analysts
def draft(request: HttpRequest, by: Actor, key: str, fact: str) -> HttpResponse:
    """Adopt the table as a draft."""
    told = _told(key, fact)
    back = HttpResponseRedirect(reverse("studio-judgement", args=[key, fact]))
    if not told["rule"]:
        return back
    try:
        folder = settings.ORGANISATION.folder
        adopted = adopting.adopt(organisation=folder, type_key=key, fact=fact, learnt=learnt_from(told), by=by)
    except adopting.AdoptingRefused as refused:
        messages.error(request, str(refused))
        return back
    if adopted.problems:
        messages.error(request, " ".join(adopted.problems))
        return back
    messages.success(request, _("The draft is in %(folder)s and passes its check.") % {"folder": adopted.folder})
    return HttpResponseRedirect(reverse("studio-publication", args=[key]))


def _told(key: str, fact: str) -> dict[str, Any]:
    row = learning.latest(key)
    told: dict[str, Any] | None = row.content.get("judgements", {}).get(fact) if row else None
    if told is None:
        raise Http404
    return told


def _line(key: str, fact: str, told: dict[str, Any]) -> Line:
    loaded, language = versions.load_current(key), get_language() or ""
    declared = loaded.definition.facts.get(fact)
    team = next((source.team for source in declared.sources if source.kind == "work"), "") if declared else ""
    rule = told["rule"]
    words, tone = _verdict(told)
    rate = rate_of(rates_of(), team)
    each = times(hours_in(told), rate) if rate else None
    costs = times(each, told["a_month"])
    saves = part_of(costs, answered_in(told))
    return Line(
        key=key,
        fact=fact,
        title=loaded.texts.title(language),
        question=loaded.texts.label(fact, language),
        team=Team.objects.filter(key=team).values_list("name", flat=True).first() or team,
        count=told["count"],
        a_month=f"{told['a_month']:.0f}",
        hours=f"{told['hours_a_month']:.0f}" if told["hours_a_month"] is not None else "",
        each=money(each.value) if each else "",
        each_range=money_range(each),
        costs=money(costs.value) if costs else "",
        costs_range=money_range(costs),
        saves=money(saves.value) if saves else "",
        saves_range=money_range(saves),
        people=told["people"],
        agreement=percent(told["agreement"]) if told["agreement"] is not None else "",
        covered=percent(rule["covered"]) if rule else "",
        precision=percent(rule["precision"]) if rule else "",
        words=words,
        tone=tone,
    )


def _verdict(told: dict[str, Any]) -> tuple[str, str]:
    """Whether a person needs to be here, as far as can be said."""
    rule = told["rule"]
    if not rule or rule["covered"] < 0.1:
        return _("needs a person"), ""
    if rule["precision"] >= 0.95 and rule["covered"] >= 0.9:
        return _("hardly needs a person"), "good"
    return _("needs a person in part"), "warn"
