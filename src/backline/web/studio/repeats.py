"""``/studio/repeats/``: questions that somebody had answered in an earlier request, by fact, down to both requests."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from django.core.cache import caches
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from backline.catalogue import versions
from backline.insight.repeating import WITHIN, Repeated, Repeats, repeats
from backline.people.actors import Actor
from backline.web.studio.entering import for_analysts
from backline.web.studio.naming import names_of
from backline.web.studio.spans import percent

KEPT_S, SHOWN = 300, 40


@dataclass(frozen=True, kw_only=True)
class Line:
    """One question, with the request in which it was asked, and the one in which it had been answered."""

    one: Repeated
    question: str
    title: str
    earlier_title: str


@require_safe
@for_analysts
def show(request: HttpRequest, by: Actor) -> HttpResponse:
    """All of them, or those about one fact."""
    language, found = get_language() or "", _repeats()
    labels = {one.fact: _label(one, language) for one in found.found}
    fact = request.GET.get("fact", "")
    chosen = [one for one in found.found if not fact or one.fact == fact]
    part = found.part
    context = {
        "part": percent(part.value, 1) if part else "",
        "between": f"{percent(part.low, 1)} – {percent(part.high, 1)}" if part else "",
        "asked": found.asked,
        "count": len(found.found),
        "days": WITHIN.days,
        "facts": [(key, labels[key], count, key == fact) for key, count in found.facts.items()],
        "fact": labels.get(fact, ""),
        "lines": [_line(one, labels, language) for one in chosen[:SHOWN]],
        "more": max(len(chosen) - SHOWN, 0),
    }
    return render(request, "studio/repeats.html", context)


def _line(one: Repeated, labels: dict[str, str], language: str) -> Line:
    title, earlier = (names_of(key, own=True, language=language).title for key in (one.type_key, one.earlier_key))
    return Line(one=one, question=labels[one.fact], title=title, earlier_title=earlier)


def _label(one: Repeated, language: str) -> str:
    return versions.load_current(one.type_key).texts.label(one.fact, language)


def _repeats() -> Repeats:
    found: Repeats | None = caches["kept"].get("studio/repeats")
    if found is None:
        found = repeats(now=datetime.now(UTC))
        caches["kept"].set("studio/repeats", found, KEPT_S)
    return found
