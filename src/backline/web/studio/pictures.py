"""``/studio/requests/TYPE/`` and ``/studio/logs/NAME/``: the living blueprint."""

from __future__ import annotations

from datetime import UTC, datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from backline.insight.acts import blueprint, keeping, looking
from backline.people.actors import Actor
from backline.web.studio import filtering
from backline.web.studio.blueprint.composing import compose
from backline.web.studio.entering import being_read, catch_up, folder, for_analysts
from backline.web.studio.naming import names_of


@require_safe
@for_analysts
def show(request: HttpRequest, by: Actor, name: str, own: bool) -> HttpResponse:
    """The picture, filtered as the address says."""
    names = names_of(name, own=own, language=get_language() or "")
    if own:
        catch_up(datetime.now(UTC))
    try:
        with looking.looked_at(folder(), name, own=own) as (connection, log):
            filtered = filtering.read(request, connection, log, names)
            chosen, most = filtered.chosen, filtered.steps
            found = keeping.answer(
                connection,
                folder(),
                log,
                ("blueprint", repr(chosen), most),
                lambda connection: blueprint.draw_up(connection, chosen, most=most),
            )
            drawn = found.value
    except looking.NoSuchLog:
        raise Http404
    context = {
        "log": log,
        "as_of": found.state,
        "sample": found.sample,
        "being_read": being_read() if own else None,
        "title": names.title,
        "filtered": filtered,
        "blueprint": drawn,
        "picture": compose(drawn, names=names),
        "most_steps": min(blueprint.MOST, drawn.activities),
        "cases_at": reverse("studio-request-cases" if own else "studio-log-cases", args=[name]),
        "here": "blueprint",
    }
    part = "studio/parts/drawn.html" if request.headers.get("HX-Request") else "studio/blueprint.html"
    return render(request, part, context)
