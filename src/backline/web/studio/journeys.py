"""``/studio/``: the journeys that can be looked at: our own case types, and logs of other systems."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backline.insight.acts import looking
from backline.people.actors import Actor
from backline.web.studio.entering import folder, for_analysts


@require_safe
@for_analysts
def overview(request: HttpRequest, by: Actor) -> HttpResponse:
    """All journeys, our own first."""
    logs = looking.logs(folder())
    context = {"own": [one for one in logs if one.own], "imported": [one for one in logs if not one.own]}
    return render(request, "studio/journeys.html", context)
