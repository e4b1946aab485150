"""The small forms of a case page: what is sent goes through a door; what is refused is shown with the text kept."""

from __future__ import annotations

from collections.abc import Callable

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from backline.cases.models import Case
from backline.cases.refusals import FactsRefused, Refusal
from backline.people.actors import Actor
from backline.web.workbench.case_page import Doing, case_page


def through(
    request: HttpRequest, by: Actor, case: Case, what: str, door: Callable[[], object], done: str, part: str = ""
) -> HttpResponse:
    """Call the door; then back to the case, or the page again with the form open and what is wrong."""
    try:
        door()
    except FactsRefused as refused:
        return again(
            request, by, case, Doing(what=what, wrong=" ".join(refused.messages.values()), said=_said(request))
        )
    except Refusal as refused_doing:
        return again(request, by, case, Doing(what=what, wrong=str(refused_doing), said=_said(request)))
    messages.success(request, done)
    return redirect(reverse("work-case", args=[case.reference]) + (f"#{part}" if part else ""))


def again(request: HttpRequest, by: Actor, case: Case, doing: Doing) -> HttpResponse:
    """The page of the case as it is now, with the form as it was sent."""
    return case_page(request, by, Case.objects.get(pk=case.pk), doing)


def _said(request: HttpRequest) -> dict[str, str]:
    return {name: str(value) for name, value in request.POST.items() if name != "csrfmiddlewaretoken"}
