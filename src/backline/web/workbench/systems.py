"""``/work/systems``: each system of record, how it stands, what it allows, and what waits on it."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_safe

from backline.connectors.models import Call
from backline.connectors.standing import Limits, Standing, standings
from backline.insight.waiting_on import Waiting, waiting_on
from backline.people.actors import Actor
from backline.web.workbench import acting

WHO_MAY = ("administrator", "analyst", "auditor")


@dataclass(frozen=True, kw_only=True)
class Shown:
    """A system in words."""

    of: Standing
    state: str
    tone: str
    sign: str
    lately: str
    allowed: tuple[str, ...]
    waiting: Waiting
    failure: str


@require_safe
@acting.for_staff
def show(request: HttpRequest, by: Actor) -> HttpResponse:
    """Every declared system, the worst first; for those whose duty it is."""
    if not may_see(by):
        raise Http404
    now = acting.now()
    shown = [_shown(one, waiting_on(one.name, by=by, now=now)) for one in standings(now=now)]
    shown.sort(key=lambda one: (TONES.index(one.tone), one.of.title.lower()))
    return render(request, "workbench/systems.html", {"systems": shown, "now": now})


def may_see(by: Actor) -> bool:
    """Whether the systems are among this colleague's duties."""
    return any(by.has_duty(duty) for duty in WHO_MAY)


TONES = ("bad", "warn", "", "good")


def _shown(one: Standing, waiting: Waiting) -> Shown:
    state, tone, sign = _state(one)
    return Shown(
        of=one, state=state, tone=tone, sign=sign, waiting=waiting, allowed=_allowed(one.limits) if one.limits else (),
        lately=_lately(one), failure=_failure(one.last_failure) if one.last_failure else "",
    )  # fmt: skip


def _state(one: Standing) -> tuple[str, str, str]:
    return {
        "well": (_("answers"), "good", "check"),
        "down": (_("said to be down"), "bad", "pause"),
        "failing": (_("did not answer"), "warn", "alert"),
        "paused": (_("left alone for a while"), "bad", "pause"),
        "unusable": (_("its file is wrong"), "bad", "error"),
        "silent": (_("not asked yet"), "", "circle-dashed"),
    }[one.state]


def _lately(one: Standing) -> str:
    if not one.in_an_hour:
        return _("no calls in the last hour")
    calls = ngettext("%(n)s call in the last hour", "%(n)s calls in the last hour", one.in_an_hour)
    failed = ngettext("%(n)s without an answer", "%(n)s without an answer", one.failed_in_an_hour)
    told = calls % {"n": one.in_an_hour}
    return f"{told}, {failed % {'n': one.failed_in_an_hour}}" if one.failed_in_an_hour else told


def _allowed(limits: Limits) -> tuple[str, ...]:
    at_once = ngettext("%(n)s call at once", "%(n)s calls at once", limits.at_once) % {"n": limits.at_once}
    rate = _("%(n)s a second") % {"n": f"{limits.rate:g}"} if limits.rate else ""
    told = {"failures": limits.failures, "pause": f"{limits.pause_s:g}", "trials": limits.trials}
    breaker = _("after %(failures)s failures left alone for %(pause)s s, then %(trials)s may try") % told
    return tuple(part for part in (at_once, rate, _("%(n)s s a call") % {"n": f"{limits.within_s:g}"}, breaker) if part)


def _failure(call: Call) -> str:
    return f"{call.operation}: {call.detail}" if call.detail else call.operation
