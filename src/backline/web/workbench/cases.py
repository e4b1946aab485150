"""``/work/cases/REF``: everything of one case on one page, and who else has it open."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backline.cases.merging.merged_cases import goes_on
from backline.cases.showing.presence import note_presence, others_present
from backline.cases.storage.row_ids import row_id
from backline.people.actors import Actor
from backline.web.workbench import acting
from backline.web.workbench.case_page import Doing, case_page


@require_safe
@acting.for_staff
def show(request: HttpRequest, by: Actor, reference: str) -> HttpResponse:
    """The case page."""
    case = acting.case_of(reference, by)
    if goes_on(case, reference):
        messages.info(request, _("%(reference)s goes on in this request.") % {"reference": reference.upper()})
        return redirect("work-case", case.reference)
    return case_page(request, by, case, Doing(what=request.GET.get("do", "")))


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
