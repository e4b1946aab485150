"""``/studio/what-if/TYPE/PROMISE/``: what would be kept if something were different; and where it is worth the most."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from typing import TypeVar

from django.core.cache import cache
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backline.cases.fittings import fittings
from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.engine.definition import Promise
from backline.insight.promises.guarding import percent, span_words
from backline.insight.promises.lives import lives_of
from backline.insight.promises.watched import working_clock
from backline.insight.simulating import answering, silos
from backline.insight.simulating.answering import Figure, Outlook
from backline.insight.simulating.recipes import Office, office_of
from backline.insight.simulating.running import Change
from backline.people.actors import Actor
from backline.web.studio.promises.entering import for_owners
from backline.web.studio.promises.wording import hours_words, team_names
from backline.web.studio.simulation import asking

MOST_CASES, FEWEST = 600, 60
KEPT_S = 900
Made = TypeVar("Made")


@dataclass(frozen=True, kw_only=True)
class Row:
    """One figure, as it is and as it would be."""

    label: str
    before: str
    before_range: str
    after: str
    after_range: str


@require_safe
@for_owners
def what_if(request: HttpRequest, by: Actor, key: str, name: str) -> HttpResponse:
    """The form, and the answer."""
    loaded, language, teams = _loaded(key, name), get_language() or "", team_names()
    promise = loaded.definition.promises[name]
    office, given = _office(loaded, promise)
    context = {
        "title": loaded.texts.title(language),
        "label": loaded.texts.promise(name, language),
        "within": span_words(promise.within),
        "key": key,
        "name": name,
        "cases": len(office.recipes) if office else 0,
    }
    if office is None:
        return render(request, "studio/simulation/what_if.html", context)
    change = asking.change_of(request.GET, office)
    share = _kept(f"{key}/{name}/share", lambda: answering.fit(office))
    before = _kept(f"{key}/{name}/as it is", lambda: answering.outlook(office, Change(), given, share=share))
    same = asking.changes_nothing(change)
    after = before if same else answering.outlook(office, change, given, share=share)
    hours = office.day / 3600
    context |= {
        "teams": asking.team_fields(office, change, teams),
        "steps": asking.step_fields(office, change, loaded, language),
        "volumes": [(value, f"{value:g}", value == change.volume) for value in asking.VOLUMES],
        "same": same,
        "rows": _rows(before, after, hours, teams),
        "headline": _headline(before, after, same),
        "checked": _checked(f"{key}/{name}/check", office, given, hours),
        "silos": _silos(f"{key}/{name}/silos", office, given, share, loaded, language, teams),
        "before": percent(before.kept.value),
    }
    return render(request, "studio/simulation/what_if.html", context)


def _loaded(key: str, name: str) -> LoadedType:
    try:
        loaded = versions.load_current(key)
    except versions.VersionNotFound:
        raise Http404
    if name not in loaded.definition.promises or loaded.definition.promises[name].within is None:
        raise Http404
    return loaded


def _office(loaded: LoadedType, promise: Promise) -> tuple[Office | None, float]:
    """The teams as they were lately, and the seconds that are promised, on the working clock."""
    now, calendar = datetime.now(UTC), fittings().calendar
    lives = lives_of(loaded.definition, now=now, most=MOST_CASES)
    if len(lives) < FEWEST or promise.within is None:
        return None, 0.0
    clock = working_clock(calendar, lives[0].opened, now)
    office = office_of(lives, promise, clock)
    if len(office.recipes) < FEWEST or not office.people:
        return None, 0.0
    within = promise.within
    if within.business and within.unit == "days":
        return office, within.amount * clock.day
    days = {"seconds": 1, "minutes": 60, "hours": 3600, "days": office.day, "weeks": 5 * office.day}
    return office, within.amount * float(days.get(within.unit, 21 * office.day))


def _kept(name: str, make: Callable[[], Made]) -> Made:
    """What does not depend on the form is kept for a while."""
    place = "what-if/" + sha256(name.encode()).hexdigest()
    found: Made | None = cache.get(place)
    if found is None:
        found = make()
        cache.set(place, found, KEPT_S)
    return found


def _rows(before: Outlook, after: Outlook, day_h: float, teams: dict[str, str]) -> list[Row]:
    rows = [
        _row(_("Promises kept"), before.kept, after.kept, percent),
        _row(_("Half have it within"), before.median_s, after.median_s, lambda s: hours_words(max(s, 0) / 3600, day_h)),
        _row(_("Nine of ten within"), before.p90_s, after.p90_s, lambda s: hours_words(max(s, 0) / 3600, day_h)),
    ]
    for team in before.busy:
        told = {"team": teams.get(team, team)}
        rows.append(
            _row(
                _("A task waits for %(team)s") % told,
                before.waited_s[team],
                after.waited_s[team],
                lambda s: hours_words(max(s, 0) / 3600, day_h),
            )
        )
        rows.append(_row(_("%(team)s is busy") % told, before.busy[team], after.busy[team], percent))
    return rows


def _row(label: str, before: Figure, after: Figure, words: Callable[[float], str]) -> Row:
    def between(one: Figure) -> str:
        return f"{words(max(one.low, 0.0))} – {words(one.high)}"

    return Row(
        label=label, before=words(before.value), before_range=between(before), after=words(after.value),
        after_range=between(after),
    )  # fmt: skip


def _headline(before: Outlook, after: Outlook, same: bool) -> str:
    told = {"before": percent(before.kept.value), "after": percent(max(min(after.kept.value, 1.0), 0.0))}
    if same:
        return _("As it is, %(before)s of the promises are kept.") % told
    if after.kept.low > before.kept.high:
        return _("%(after)s of the promises would be kept, instead of %(before)s.") % told
    if after.kept.high < before.kept.low:
        return _("Only %(after)s of the promises would be kept, instead of %(before)s.") % told
    return _("It makes no difference that can be told from chance: %(after)s instead of %(before)s.") % told


def _checked(name: str, office: Office, given: float, day_h: float) -> dict[str, str] | None:
    found = _kept(name, lambda: (answering.check(office, given),))[0]
    if found is None:
        return None
    return {
        "cases": str(found.cases),
        "real_median": hours_words(found.real_median_s / 3600, day_h),
        "median": hours_words(found.simulated.median_s.value / 3600, day_h),
        "real_p90": hours_words(found.real_p90_s / 3600, day_h),
        "p90": hours_words(found.simulated.p90_s.value / 3600, day_h),
        "real_kept": percent(found.real_kept),
        "kept": percent(found.simulated.kept.value),
    }


def _silos(
    name: str, office: Office, given: float, share: dict[str, float], loaded: LoadedType, language: str,
    teams: dict[str, str],
) -> list[dict[str, str]]:  # fmt: skip
    found = _kept(name, lambda: silos.silos(office, given, share))
    return [
        {
            "what": _called(one.what, loaded, language),
            "where": teams.get(one.team, one.team) if one.team else _("system, or the customer"),
            "cases": str(one.cases),
            "hours": f"{one.hours:.0f}",
            "waited": f"{one.waited:.0f}",
            "broken": str(one.broken),
            "automatic": percent(min(one.automatic.value, 1.0)),
            "quicker": percent(min(one.quicker.value, 1.0)),
        }
        for one in found
    ]


def _called(what: str, loaded: LoadedType, language: str) -> str:
    if what in loaded.definition.actions:
        return loaded.texts.action(what, language)
    return loaded.texts.label(what, language)
