"""A task passed on, with what the next one has to know."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backline.cases.refusals import Refusal
from backline.cases.working import hand_over
from backline.people.actors import Actor
from backline.web.workbench import acting
from backline.web.workbench.tasks import show_refused, task_of


@require_POST
@acting.for_staff
def over(request: HttpRequest, by: Actor, task: int) -> HttpResponse:
    """``POST /work/tasks/ID/handover``."""
    want, whom = task_of(task, by), request.POST.get("whom", "")
    to_actor = whom if whom.startswith("staff:") else ""
    try:
        hand_over(
            want=want, by=by, context=request.POST.get("context", ""), to_actor=to_actor,
            to_team="" if to_actor else whom, now=acting.now(),
        )  # fmt: skip
    except Refusal as refused:
        return show_refused(request, by, want, str(refused))
    messages.success(request, _("Handed over, with what you wrote."))
    return redirect("work")
