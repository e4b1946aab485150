"""``/work/ended``: how it ended, for the one who had a hand in it."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from backline.insight.endings import endings
from backline.people.actors import Actor
from backline.web.workbench import acting


@require_safe
@acting.for_staff
def show(request: HttpRequest, by: Actor) -> HttpResponse:
    """The cases that ended lately and that this colleague worked on."""
    found = endings(by, language=get_language() or "", now=acting.now())
    return render(request, "workbench/ended.html", {"endings": found, "by": by})
