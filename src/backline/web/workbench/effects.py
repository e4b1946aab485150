"""A colleague decides what becomes of something that went wrong in a system."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backline.cases.effects.settling_effects import Way, settle_effect
from backline.cases.models import Effect
from backline.people.actors import Actor
from backline.web.workbench import acting
from backline.web.workbench.doing import through


@require_POST
@acting.for_staff
def settle(request: HttpRequest, by: Actor, reference: str, effect: int) -> HttpResponse:
    """``POST .../effects/ID``: try again, done by hand, or give up."""
    case = acting.case_of(reference, by)
    row, told = get_object_or_404(Effect.objects.select_related("case"), pk=effect, case=case), request.POST
    how, said = told.get("how", ""), told.get("said", "")
    done = {
        "retry": _("It is being tried again."),
        "by hand": _("Noted as done by hand."),
        "give up": _("Given up. The case goes on without it."),
    }
    return through(
        request, by, case, f"effect-{effect}",
        lambda: settle_effect(effect=row, by=by, way=Way(how=how, reason=said, evidence=said), now=acting.now()),
        done.get(how, ""), part="effects",
    )  # fmt: skip
