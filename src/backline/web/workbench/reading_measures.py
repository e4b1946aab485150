"""``/work/readings``: how often what was read in documents was found right."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from backline.documents.kinds import kinds
from backline.insight.reading_measures import reading_measures
from backline.people.actors import Actor
from backline.web.workbench import acting


@require_safe
@acting.for_staff
def show(request: HttpRequest, by: Actor) -> HttpResponse:
    """A table: kind, field, who read it, how many were checked and right."""
    known = kinds()
    rows = [(known[one.kind].label if one.kind in known else one.kind, one) for one in reading_measures()]
    return render(request, "workbench/reading_measures.html", {"rows": rows})
