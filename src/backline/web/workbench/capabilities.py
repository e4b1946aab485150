"""``/work/map``: what there is and what hangs on what; and "this system is down until then"."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime, time, timedelta

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backline.channels import outages
from backline.channels.models import Outage
from backline.channels.outages import Concerned
from backline.insight.capabilities import CapabilityMap, SystemNode, TypeNode, capability_map
from backline.people.actors import Actor
from backline.people.refusals import Refusal
from backline.web.workbench import acting, map_drawing

DUTIES = ("administrator", "analyst", "auditor")
MOST_CONCERNED = 50


@dataclass(frozen=True, kw_only=True)
class Down:
    """A system that is down, and what that puts at risk."""

    outage: Outage
    title: str
    concerned: tuple[Concerned, ...]
    more: int


@dataclass(frozen=True, kw_only=True)
class TypeLine:
    """A case type in the table, its teams and systems by their names."""

    type: TypeNode
    teams: str
    promises: tuple[tuple[str, str], ...]
    """What each is called, and the systems that it needs"""
    systems: tuple[tuple[str, str], ...]
    """Key and name"""


@require_safe
@acting.for_staff
def show(request: HttpRequest, by: Actor) -> HttpResponse:
    """The drawing, the table beside it, and what is down."""
    if not may_see(by):
        raise Http404
    return _page(request, by)


@require_POST
@acting.for_staff
def declare(request: HttpRequest, by: Actor, system: str) -> HttpResponse:
    """``POST /work/map/SYSTEM/outage``: it is down until then."""
    if not may_see(by):
        raise Http404
    told, now = request.POST, acting.now()
    try:
        until = _until(told.get("until", ""), now)
        outages.declare(by=by, system=system, until=until, why=told.get("why", ""), say=told.get("say", ""), now=now)
    except Refusal as refused:
        return _page(request, by, wrong=str(refused), focus=system)
    messages.success(request, _("Noted. The customers concerned are told."))
    return redirect("work-map")


@require_POST
@acting.for_staff
def end(request: HttpRequest, by: Actor, outage: int) -> HttpResponse:
    """``POST /work/map/outages/ID/end``: it is back."""
    row = Outage.objects.filter(pk=outage).first()
    if row is None or not may_see(by):
        raise Http404
    try:
        outages.end(by=by, outage=row, now=acting.now())
        messages.success(request, _("Noted. It is promised again what needs it."))
    except Refusal as refused:
        messages.error(request, str(refused))
    return redirect("work-map")


def may_see(by: Actor) -> bool:
    """Whether the map is among this colleague's duties; leaders see it, too."""
    return bool(by.leads) or any(by.has_duty(duty) for duty in DUTIES)


def _page(request: HttpRequest, by: Actor, *, wrong: str = "", focus: str = "") -> HttpResponse:
    language, now = get_language() or "", acting.now()
    whole = capability_map(language=language)
    chosen = focus or request.GET.get("system", "")
    system = next((one for one in whole.systems if one.name == chosen), None)
    running = outages.running(now)
    shown = _only(whole, system) if system else whole
    down = frozenset(running)
    context = {
        "map": shown, "lines": [_line(one, whole) for one in shown.types], "whole": whole, "system": system,
        "down": [_down(one, whole, language) for one in running.values()],
        "drawing": map_drawing.draw(shown, down=down) if len(shown.types) <= map_drawing.MOST_TYPES else None,
        "down_names": down, "wrong": wrong, "said": request.POST, "uses": _uses(system) if system else (),
        "may_change": bool(by.leads) or any(by.has_duty(duty) for duty in outages.DUTIES),
    }  # fmt: skip
    return render(request, "workbench/map.html", context, status=422 if wrong else 200)


def _only(whole: CapabilityMap, system: SystemNode) -> CapabilityMap:
    """What hangs on one system."""
    types = tuple(one for one in whole.types if one.key in system.types)
    teams = {team for one in types for team in one.teams}
    return replace(whole, systems=(system,), types=types, teams=tuple(one for one in whole.teams if one.key in teams))


def _line(one: TypeNode, whole: CapabilityMap) -> TypeLine:
    titles = {system.name: system.title for system in whole.systems}
    teams = {team.key: team.name for team in whole.teams}

    def called(names: Iterable[str]) -> str:
        return ", ".join(titles.get(name, name) for name in names)

    return TypeLine(
        type=one, teams=", ".join(teams.get(key, key) for key in one.teams),
        promises=tuple((promise.label, called(promise.systems)) for promise in one.promises),
        systems=tuple((name, titles.get(name, name)) for name in one.systems),
    )  # fmt: skip


def _uses(system: SystemNode) -> Iterable[tuple[object, object]]:
    return tuple((operation, operation.used) for operation in system.operations)


def _down(outage: Outage, whole: CapabilityMap, language: str) -> Down:
    found = list(outages.concerned(outage.system, language=language))
    title = next((one.title for one in whole.systems if one.name == outage.system), outage.system)
    return Down(
        outage=outage, title=title, concerned=tuple(found[:MOST_CONCERNED]), more=max(len(found) - MOST_CONCERNED, 0)
    )


def _until(text: str, now: datetime) -> datetime:
    """``2026-11-22T14:00`` or ``14:00``, by the reader's clock."""
    zone = timezone.get_current_timezone()
    try:
        if len(text) == 5:
            local = datetime.combine(now.astimezone(zone).date(), time.fromisoformat(text), zone)
            return local if local > now else local + timedelta(days=1)
        return datetime.fromisoformat(text).replace(tzinfo=zone)
    except ValueError:
        raise outages.OutageRefused(_("Please say until when, such as 14:00."))
