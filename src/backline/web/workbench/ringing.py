"""``/work/ringing``: who calls this colleague just now. On every page, looked at again and again."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backline.channels.calls.knowing import maybe_calling
from backline.channels.models import Call
from backline.people.actors import Actor
from backline.web.workbench import acting

STALE = timedelta(hours=2)
"""A call whose end was never told is announced no longer"""


@require_safe
@acting.for_staff
def show(request: HttpRequest, by: Actor) -> HttpResponse:
    """The banner alone."""
    return render(request, "workbench/parts/ringing.html", ringing(by.staff_id, acting.now()))


def ringing(staff: int | None, now: datetime) -> dict[str, object]:
    """Calls at this colleague's telephone whose page they have not opened; ``on`` where there is telephony at all."""
    if staff is None or not settings.ORGANISATION.telephony:
        return {"on": False, "calls": []}
    rows = Call.objects.filter(staff=staff, opened_at=None, began_at__gt=now - STALE).exclude(state="ended")
    return {"on": True, "calls": [(call, caller_words(call)) for call in rows.order_by("-began_at")[:3]]}


def caller_words(call: Call) -> str:
    """Who it may be: a name where just one person showed that the number is theirs, else the number. Anybody can say
    of a number that it is theirs."""
    known = [one.party for one in maybe_calling(call.number) if one.proven]
    if len(known) == 1:
        return known[0].name
    return call.name or call.number
