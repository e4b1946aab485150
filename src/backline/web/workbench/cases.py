"""``/work/cases/REF``: everything of one case on one page, and who else has it open."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backline.cases.models import Case
from backline.cases.presence import note_presence, others_present
from backline.cases.row_ids import row_id
from backline.cases.viewing import view_case
from backline.people.actors import Actor
from backline.web.workbench import acting, choices, picture
from backline.web.workbench.doing import Doing


@require_safe
@acting.for_staff
def show(request: HttpRequest, by: Actor, reference: str) -> HttpResponse:
    """The case page."""
    return case_page(request, by, acting.case_of(reference, by), Doing(what=request.GET.get("do", "")))


@require_safe
@acting.for_staff
def presence(request: HttpRequest, by: Actor, reference: str) -> HttpResponse:
    """Who else is here, and whether the case changed since the page was shown; asked again and again by the page."""
    case, now = acting.case_of(reference, by), acting.now()
    note_presence(case=case, by=by, now=now)
    seen = request.GET.get("version", "")
    context = {
        "others": others_present(case=case, by=by, now=now),
        "changed": seen.isdecimal() and row_id(seen) < case.version,
        "reference": case.reference,
        "version": seen,
    }
    return render(request, "workbench/parts/presence.html", context)


def case_page(request: HttpRequest, by: Actor, case: Case, doing: Doing) -> HttpResponse:
    """The page, perhaps with a form that was refused."""
    now = acting.now()
    view = view_case(
        case=case,
        by=by,
        purpose=_("Working on the request"),
        language=get_language() or "",
        zone=timezone.get_current_timezone_name(),
        now=now,
        log=not doing.wrong,
    )
    note_presence(case=case, by=by, now=now)
    context = {
        "view": view,
        "c": picture.case_page(case, view, by, now=now, shown=request.GET.get("shown", "")),
        "choose": choices.for_case(case, by),
        "doing": doing,
        "others": others_present(case=case, by=by, now=now),
        "by": by,
    }
    return render(request, "workbench/case.html", context, status=422 if doing.wrong else 200)
