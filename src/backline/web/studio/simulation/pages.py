"""``/studio/what-if/``: what would be kept if something were different, over all requests that share teams; and
``/studio/what-if/TYPE/PROMISE/``, where for one promise it is worth the most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any, TypeVar

from django.core.cache import caches
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from backline.cases.fittings import fittings
from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.insight.promises.guarding import percent, span_words
from backline.insight.simulating import answering, offices, silos
from backline.insight.simulating.answering import Outlook
from backline.insight.simulating.recipes import Office, name_of
from backline.insight.simulating.running import Change
from backline.people.actors import Actor
from backline.web.studio.measures import rates_of
from backline.web.studio.promises.entering import for_owners
from backline.web.studio.promises.wording import team_names
from backline.web.studio.simulation import asking, telling
from backline.web.studio.simulation.telling import Words

KEPT_S = 900
Made = TypeVar("Made")


@require_safe
@for_owners
def house(request: HttpRequest, by: Actor) -> HttpResponse:
    """All case types that promise something, at once."""
    return _page(request, offices.all_types(), focus="", context={})


@require_safe
@for_owners
def what_if(request: HttpRequest, by: Actor, key: str, name: str) -> HttpResponse:
    """One promise, with all that shares its teams."""
    loaded, language = _loaded(key, name), get_language() or ""
    context = {
        "title": loaded.texts.title(language),
        "label": loaded.texts.promise(name, language),
        "within": span_words(loaded.definition.promises[name].within),
        "key": key,
        "name": name,
    }
    return _page(request, [key], focus=name_of(key, name), context=context)


def _page(request: HttpRequest, keys: Sequence[str], *, focus: str, context: dict[str, Any]) -> HttpResponse:
    place = "+".join(keys) if focus else "house"
    office = _kept(f"{place}/office", lambda: (_office(keys),))[0]
    if office is None or (focus and focus not in office.given):
        return render(request, "studio/simulation/what_if.html", context)
    words = Words(office=office, language=get_language() or "", teams=team_names())
    change = asking.change_of(request.GET.dict(), office)
    share = _kept(f"{place}/share", lambda: answering.fit(office))
    before = _kept(f"{place}/as it is", lambda: answering.outlook(office, Change(), share=share))
    same = asking.changes_nothing(change)
    after = before if same else answering.outlook(office, change, share=share)
    checked = _kept(f"{place}/check", lambda: answering.check(office))
    context |= {
        "teams": asking.team_fields(office, change, words.teams),
        "steps": asking.step_fields(office, change, words.step, words.title),
        "volumes": asking.volume_fields(office, change, words.title),
        "same": same,
        "promises": telling.promises(before, after, words, first=focus),
        "rows": telling.teams(before, after, words),
        "headline": telling.headline(before, after, focus, same=same),
        "checked": telling.checked(checked, words, first=focus),
        "away": any(one.hours.away for one in office.staff),
        "cases": len(office.recipes),
        "runs": answering.RUNS,
    }
    if focus:
        context |= _silos(place, office, share, before, focus, words)
    return render(request, "studio/simulation/what_if.html", context)


def _silos(
    place: str, office: Office, share: dict[str, float], before: Outlook, focus: str, words: Words
) -> dict[str, Any]:
    kept, rates = before.promises[focus].kept.value, rates_of()
    found = _kept(f"{place}/{focus}/silos/{rates}", lambda: silos.silos(office, focus, share, rates=rates, kept=kept))
    return {
        "silos": [telling.silo(one, focus, words) for one in found],
        "before": percent(kept),
        "rated": rates.known,
    }  # fmt: skip


def _office(keys: Sequence[str]) -> Office | None:
    return offices.office_of(keys, calendar=fittings().calendar, now=datetime.now(UTC))


def _loaded(key: str, name: str) -> LoadedType:
    try:
        loaded = versions.load_current(key)
    except versions.VersionNotFound:
        raise Http404
    if name not in loaded.definition.promises or loaded.definition.promises[name].within is None:
        raise Http404
    return loaded


def _kept(name: str, make: Callable[[], Made]) -> Made:
    """What does not depend on the form is kept for a while."""
    place = "what-if/" + sha256(name.encode()).hexdigest()
    found: Made | None = caches["kept"].get(place)
    if found is None:
        found = make()
        caches["kept"].set(place, found, KEPT_S)
    return found
