"""What colleagues add to a case: a note, a task, a question to a colleague or to the customer."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backline.cases import adding
from backline.people.actors import Actor
from backline.web.workbench import acting
from backline.web.workbench.doing import through


@require_POST
@acting.for_staff
def note(request: HttpRequest, by: Actor, reference: str) -> HttpResponse:
    """``POST .../notes``: for colleagues only."""
    case, text = acting.case_of(reference, by), request.POST.get("text", "")
    return through(
        request, by, case, "note", lambda: adding.add_note(case=case, by=by, text=text, now=acting.now()),
        _("The note is kept. Customers do not see it."),
    )  # fmt: skip


@require_POST
@acting.for_staff
def task(request: HttpRequest, by: Actor, reference: str) -> HttpResponse:
    """``POST .../tasks``: something that no case type foresaw."""
    case, told = acting.case_of(reference, by), request.POST
    return through(
        request, by, case, "task",
        lambda: adding.add_task(
            case=case, by=by, title=told.get("title", ""), detail=told.get("detail", ""), team=told.get("team", ""),
            due=_end_of_day(told.get("due", "")), now=acting.now(),
        ),
        _("The task is on the team's list."),
    )  # fmt: skip


@require_POST
@acting.for_staff
def ask_colleague(request: HttpRequest, by: Actor, reference: str) -> HttpResponse:
    """``POST .../colleagues``: ask without handing off."""
    case, told = acting.case_of(reference, by), request.POST
    whom = told.get("whom", "")
    kind, _colon, _rest = whom.partition(":")
    return through(
        request, by, case, "colleague",
        lambda: adding.ask_colleague(
            case=case, by=by, question=told.get("question", ""), colleague=whom if kind == "staff" else "",
            team="" if kind == "staff" else whom, now=acting.now(),
        ),
        _("Your question is on its way. The task stays with you."),
    )  # fmt: skip


@require_POST
@acting.for_staff
def ask_customer(request: HttpRequest, by: Actor, reference: str) -> HttpResponse:
    """``POST .../questions``: in the colleague's own words."""
    case, told = acting.case_of(reference, by), request.POST
    return through(
        request, by, case, "customer",
        lambda: adding.ask_customer(
            case=case, by=by, question=told.get("question", ""), role=told.get("role", ""),
            due=_end_of_day(told.get("due", "")), now=acting.now(),
        ),
        _("The question is on its way to the customer."),
    )  # fmt: skip


def _end_of_day(told: str) -> datetime | None:
    """The end of that day in the reader's zone; None for no day."""
    day = parse_date(told) if told else None
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time())) if day else None
