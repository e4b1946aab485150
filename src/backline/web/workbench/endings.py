"""A colleague closes a case that needs no outcome, or opens it again."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backline.cases.closing import close_case, reopen_case
from backline.people.actors import Actor
from backline.web.workbench import acting
from backline.web.workbench.doing import through


@require_POST
@acting.for_staff
def close(request: HttpRequest, by: Actor, reference: str) -> HttpResponse:
    """``POST .../closure``."""
    case, reason = acting.case_of(reference, by), request.POST.get("reason", "")
    return through(
        request, by, case, "close", lambda: close_case(case=case, by=by, reason=reason, now=acting.now()),
        _("The case is closed."),
    )  # fmt: skip


@require_POST
@acting.for_staff
def reopen(request: HttpRequest, by: Actor, reference: str) -> HttpResponse:
    """``POST .../reopening``."""
    case, reason = acting.case_of(reference, by), request.POST.get("reason", "")
    return through(
        request, by, case, "close", lambda: reopen_case(case=case, by=by, reason=reason, now=acting.now()),
        _("The case is open again."),
    )  # fmt: skip
