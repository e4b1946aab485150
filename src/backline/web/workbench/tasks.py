"""``/work/tasks/ID``: the one question, beside the page that it is about. After the answer comes the next."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from django.contrib import messages
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backline.cases.answering import in_team, may_answer
from backline.cases.models import Want
from backline.cases.reach import cases_within_reach
from backline.cases.refusals import Refusal
from backline.cases.showing.look import Look, look_at
from backline.cases.showing.presence import note_presence, others_present
from backline.cases.showing.viewing import view_case
from backline.cases.showing.views import CaseView
from backline.cases.working import release as release_task
from backline.cases.working import take_task
from backline.insight import worklists
from backline.insight.exceptions import effect_of
from backline.insight.questions import question_of
from backline.insight.verification import readings_to_check
from backline.people.actors import Actor
from backline.web.workbench import acting, answers, beside, choices, closed
from backline.web.workbench.unsure import unsure_reading

QUEUES: Mapping[str, Callable[[QuerySet[Want]], QuerySet[Want]] | None] = {"": None, "readings": readings_to_check}


@require_http_methods(["GET", "HEAD", "POST"])
@acting.for_staff
def show(request: HttpRequest, by: Actor, task: int) -> HttpResponse:
    """The task; an answer goes through the door, and the next task is shown."""
    want = task_of(task, by)
    if want.kind == "exception":
        effect = effect_of(want)
        if effect is not None:
            return redirect("work-exception", effect.pk)
        return redirect(reverse("work-case", args=[want.case.reference]) + "#effects")
    look = _look(want, by)
    told = answers.Answered()
    if request.method == "POST":
        told = answers.take_answer(request, look, want, by=by, now=look.now)
        if told.case is not None:
            return _next(request, by, want, told)
    return _page(request, by, want, look, told)


@require_POST
@acting.for_staff
def take(request: HttpRequest, by: Actor, task: int) -> HttpResponse:
    """``POST /work/tasks/ID/taking``: I do it."""
    want = task_of(task, by)
    try:
        take_task(want=want, by=by, now=acting.now())
    except Refusal as refused:
        messages.error(request, str(refused))
    return _back(request, want)


@require_POST
@acting.for_staff
def release(request: HttpRequest, by: Actor, task: int) -> HttpResponse:
    """``POST /work/tasks/ID/release``: back to the team."""
    want = task_of(task, by)
    try:
        release_task(want=want, by=by, now=acting.now())
    except Refusal as refused:
        messages.error(request, str(refused))
    return _back(request, want)


def task_of(number: int, by: Actor) -> Want:
    """The task, if its case is within reach; raises Http404."""
    want = Want.objects.select_related("case").filter(pk=number).first()
    if want is None or not cases_within_reach(by).filter(pk=want.case_id).exists():
        raise Http404
    return want


def show_refused(request: HttpRequest, by: Actor, want: Want, wrong: str) -> HttpResponse:
    """The task again, with the hand-over as it was written and why it was refused."""
    return _page(request, by, want, _look(want, by), answers.Answered(), handing_wrong=wrong)


def refusal_to(by: Actor, want: Want, look: Look) -> str:
    """Why this colleague may not answer it; empty when they may."""
    if want.kind in ("free", "colleague", "question"):
        own = by.id == want.who or in_team(by, want.team or want.case.owner)
        return "" if own else _("This is a task of another team.")
    try:
        may_answer(by, want, look.case, look.loaded.definition, now=look.now)
    except Refusal as refused:
        return str(refused)
    return ""


def _look(want: Want, by: Actor) -> Look:
    zone = timezone.get_current_timezone_name()
    return look_at(want.case, by, language=get_language() or "", zone=zone, now=acting.now())


def _page(
    request: HttpRequest, by: Actor, want: Want, look: Look, told: answers.Answered, *, handing_wrong: str = ""
) -> HttpResponse:
    question = question_of(want, look.loaded.texts, look.words.language)
    view = view_case(
        case=want.case, by=by, purpose=_("Task: %(question)s") % {"question": question},
        language=look.words.language, zone=look.words.zone, now=look.now, log=request.method != "POST",
    )  # fmt: skip
    note_presence(case=want.case, by=by, now=look.now)
    wrong = bool(told.wrong or told.wrong_reason or handing_wrong)
    read = unsure_reading(want, look, view) if want.kind == "work" else None
    context: dict[str, Any] = {
        "want": want,
        "view": view,
        "question": question,
        "field": answers.field_of(look, want, raw=told.raw or (read.raw if read else ""), wrong=told.wrong),
        "read": read,
        "queue": _queue(request),
        "fact": view.fact(answers.path_of(want)),
        "needs_reason": answers.needs_reason(look, want),
        "reason": request.POST.get(answers.REASON, ""),
        "told": told,
        "refusal": refusal_to(by, want, look),
        "closed": closed.what_happened(want, look) if want.closed_at else None,
        "beside": beside.beside(want, view, read),
        "line": _line(want, view),
        "others": others_present(case=want.case, by=by, now=look.now),
        "by": by,
        "choose": choices.for_case(want.case, by),
        "handing_wrong": handing_wrong,
        "handovers": want.handovers.order_by("-at"),
        "said": request.POST,
    }
    return render(request, "workbench/task.html", context, status=422 if wrong else 200)


def _line(want: Want, view: CaseView) -> Any:
    """How the list tells it: since when, who waits, which promise."""
    return next((one for one in view.tasks if one.id == want.pk), None)


def _next(request: HttpRequest, by: Actor, want: Want, told: answers.Answered) -> HttpResponse:
    """Say what became of it and show the next task."""
    assert told.case is not None
    messages.success(request, _became(told))
    queue = _queue(request)
    following = worklists.next_task(by, now=acting.now(), after=want.pk, of=QUEUES[queue])
    place = reverse("work-task", args=[following.pk]) if following else reverse("work")
    return HttpResponseRedirect(f"{place}?{'queue' if following else 'view'}={queue}" if queue else place)


def _queue(request: HttpRequest) -> str:
    """The list that the colleague works through; after its last task they are back there."""
    asked = request.POST.get("queue") or request.GET.get("queue", "")
    return asked if asked in QUEUES else ""


def _became(told: answers.Answered) -> str:
    assert told.case is not None
    if told.standing == "second opinion":
        return _("%(case)s: noted as a second opinion.") % {"case": told.case.reference}
    if told.standing == "about something older":
        return _("%(case)s: noted; it counts if things return to what you saw.") % {"case": told.case.reference}
    if told.case.state == "ended":
        return _("%(case)s is done.") % {"case": told.case.reference}
    return _("%(case)s goes on.") % {"case": told.case.reference}


def _back(request: HttpRequest, want: Want) -> HttpResponse:
    if request.POST.get("next") == "case":
        return redirect("work-case", want.case.reference)
    if request.POST.get("next") == "list":
        return redirect("work")
    return redirect("work-task", want.pk)
