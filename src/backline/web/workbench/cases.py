"""``/work/cases/REF``: everything of one case on one page."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backline.cases.presence import note_presence, others_present
from backline.cases.viewing import view_case
from backline.people.actors import Actor
from backline.web.workbench import acting, picture


@require_safe
@acting.for_staff
def show(request: HttpRequest, by: Actor, reference: str) -> HttpResponse:
    """The case page."""
    case, now = acting.case_of(reference, by), acting.now()
    view = view_case(case=case, by=by, purpose=_("Working on the request"), language=get_language() or "", now=now)
    note_presence(case=case, by=by, now=now)
    context = {
        "view": view,
        "c": picture.case_page(case, view, by, now=now, shown=request.GET.get("shown", "")),
        "others": others_present(case=case, by=by, now=now),
        "by": by,
    }
    return render(request, "workbench/case.html", context)
