"""``/work/exceptions``: what could not be done in a system, and the page on which a colleague settles one."""

from __future__ import annotations

from django.contrib import messages
from django.core.files.uploadedfile import UploadedFile
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from backline.cases.effects.settling_effects import BY_HAND, Way, confirm, decline, settle_effect
from backline.cases.models import Effect, Settlement
from backline.cases.reach import cases_within_reach
from backline.cases.refusals import FactsRefused, Refusal
from backline.cases.showing.viewing import log_looks
from backline.insight import exceptions, waiting_on
from backline.insight.one_exception import exception_of, way_words
from backline.people.actors import Actor
from backline.web.workbench import acting, filing, given

DONE = {
    "retry": lambda: _("It is being tried again."),
    "by hand": lambda: _("Noted as done by hand."),
    "give up": lambda: _("Given up. The case goes on without it."),
    "take back": lambda: _("What was made is being taken back."),
}


@require_safe
@acting.for_staff
def list_(request: HttpRequest, by: Actor) -> HttpResponse:
    """Everything open within reach, system by system."""
    found = exceptions.by_system(by, language=get_language() or "", now=acting.now())
    shown = request.GET.get("system", "")
    context = {"systems": found, "shown": shown, "groups": [one for one in found if shown in ("", one.system)],
               "held": waiting_on.held(by=by, now=acting.now())}  # fmt: skip
    return render(request, "workbench/exceptions.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@acting.for_staff
def show(request: HttpRequest, by: Actor, effect: int) -> HttpResponse:
    """One of them; a decision goes through the door."""
    row = _reached(effect, by)
    if request.method != "POST":
        log_looks(row.case, by, purpose=_("Settling an exception"), what=row.action, now=acting.now())
        return _page(request, by, row)
    try:
        how = request.POST.get("how", "")
        way = _way(request, by, row, how)
        settle_effect(effect=row, by=by, way=way, now=acting.now())
    except FactsRefused as refused:
        return _page(request, by, row, wrong=" ".join(refused.messages.values()), how=how)
    except Refusal as refusal:
        return _page(request, by, row, wrong=str(refusal), how=how)
    if row.settlements.filter(state="proposed").exists():
        messages.success(request, _("Proposed. A second colleague has to confirm it."))
    else:
        messages.success(request, DONE[how]())
    return redirect("work-exception", effect)


@require_POST
@acting.for_staff
def decide(request: HttpRequest, by: Actor, effect: int) -> HttpResponse:
    """``POST .../decision``: a second colleague confirms what was proposed, or declines it."""
    row = _reached(effect, by)
    settlement = Settlement.objects.filter(effect=row, state="proposed").select_related("effect__case").first()
    if settlement is None:
        messages.error(request, _("This was settled meanwhile."))
        return redirect("work-exception", effect)
    try:
        if request.POST.get("decision") == "confirm":
            confirm(settlement=settlement, by=by, now=acting.now())
            messages.success(request, DONE[settlement.how]())
        else:
            decline(settlement=settlement, by=by, reason=request.POST.get("reason", ""), now=acting.now())
            messages.success(request, _("Declined."))
    except Refusal as refusal:
        return _page(request, by, row, wrong=str(refusal))
    return redirect("work-exception", effect)


def _reached(number: int, by: Actor) -> Effect:
    row = Effect.objects.select_related("case").filter(pk=number).first()
    if row is None or not cases_within_reach(by, now=acting.now()).filter(pk=row.case_id).exists():
        raise Http404
    return row


def _way(request: HttpRequest, by: Actor, effect: Effect, how: str) -> Way:
    """What the form says; a document that shows it is filed in the case first."""
    told = request.POST
    document = None
    if how == BY_HAND and isinstance(request.FILES.get("file"), UploadedFile):
        document = filing.store_upload(request, by, effect.case, note=_("Shows that it was done by hand"))
        effect.case.refresh_from_db()
    values = {name: told.get(f"gives-{name}", "") for name in given.names(effect)} if how == BY_HAND else {}
    return Way(
        how=how, reason=told.get("reason", "")[:500], evidence=told.get("evidence", "")[:500], document=document,
        gives=given.typed(effect, {name: text for name, text in values.items() if text.strip()}),
    )  # fmt: skip


def _page(request: HttpRequest, by: Actor, effect: Effect, *, wrong: str = "", how: str = "") -> HttpResponse:
    seen = exception_of(
        Effect.objects.select_related("case").get(pk=effect.pk), by, language=get_language() or "",
        zone=timezone.get_current_timezone_name(), now=acting.now(),
    )  # fmt: skip
    ways = [(way, way_words(way.how)) for way in seen.ways]
    context = {
        "x": seen, "ways": ways, "wrong": wrong, "how": how, "said": request.POST,
        "proposed_words": way_words(seen.proposed.how) if seen.proposed else "",
    }  # fmt: skip
    return render(request, "workbench/exception.html", context, status=422 if wrong else 200)
