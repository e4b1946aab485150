"""``/studio/requests/TYPE/`` and ``/studio/logs/NAME/``: the living blueprint."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backline.insight.acts import blueprint, looking
from backline.insight.acts.choosing import Chosen
from backline.insight.logs.choosing import Choice
from backline.people.actors import Actor
from backline.web.studio.blueprint.composing import compose
from backline.web.studio.entering import folder, for_analysts


@require_safe
@for_analysts
def show(request: HttpRequest, by: Actor, name: str, own: bool) -> HttpResponse:
    """The picture, filtered as the address says."""
    try:
        with looking.looked_at(folder(), name, own=own) as (connection, log):
            chosen = Chosen(cases=Choice(log=log.log))
            most = request.GET.get("steps", "")
            drawn = blueprint.draw_up(connection, chosen, most=int(most) if most.isdigit() else None)
    except looking.NoSuchLog:
        raise Http404
    picture = compose(drawn)
    context = {"log": log, "blueprint": drawn, "picture": picture, "title": log.name}
    return render(request, "studio/blueprint.html", context)
