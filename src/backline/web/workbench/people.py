"""``/work/people/ID``: a person with their cases, numbers, permissions, and who looked. Every look needs a purpose."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backline.cases.merging.merging import may_merge, merges_of
from backline.cases.models import Case
from backline.cases.reach import cases_within_reach
from backline.channels.sending import postal_address
from backline.people import mandates
from backline.people.actors import Actor
from backline.people.correcting import correct_address
from backline.people.looking import log_look, looks_at
from backline.people.models import Party
from backline.people.refusals import Refusal
from backline.web.workbench import acting, summaries

PURPOSES = "workbench.purposes"
SHORTEST, MOST = 5, 30


@require_http_methods(["GET", "HEAD", "POST"])
@acting.for_staff
def show(request: HttpRequest, by: Actor, person: int) -> HttpResponse:
    """The person, once it is known what for: an own case says it, else it is asked once."""
    party, now = get_object_or_404(Party, pk=person), acting.now()
    cases = list(cases_within_reach(by, now=now).filter(participations__party=party).distinct().order_by("-opened_at"))
    wrong = ""
    if request.method == "POST":
        wrong = _correct(request, by, party, cases) if "address" in request.POST else _keep_purpose(request, person)
        if not wrong:
            return HttpResponseRedirect(request.path)
    purpose = _purpose(request, person, cases)
    if not purpose:
        return render(request, "workbench/purpose.html", {"wrong": wrong}, status=422 if wrong else 200)
    log_look(by=by, party=party, purpose=purpose, what=_("the person"), case=_named_case(request, cases), now=now)
    context = {
        "party": party,
        "purpose": purpose,
        "cases": summaries.summaries(cases[:MOST]),
        "identifiers": party.identifiers.order_by("kind", "created_at"),
        "mandates": [one for one in mandates.mandates_of(party.pk, now=now)],
        "looks": looks_at(party)[:MOST],
        "address": "\n".join(postal_address(party)[1:]),
        "wrong": wrong,
        "merges": merges_of(party),
        "may_merge": may_merge(by),
    }
    return render(request, "workbench/person.html", context, status=422 if wrong else 200)


def _correct(request: HttpRequest, by: Actor, party: Party, cases: list[Case]) -> str:
    """Where letters go from now on; answers what is wrong with it."""
    purpose, now = _purpose(request, party.pk, cases), acting.now()
    if not purpose:
        return _("Say in a few words what for. The person can read it.")
    try:
        correct_address(party=party, by=by, address=request.POST["address"], purpose=purpose, now=now)
    except Refusal as refused:
        return str(refused)
    messages.success(request, _("Letters go to this address from now on."))
    return ""


def _purpose(request: HttpRequest, person: int, cases: list[Case]) -> str:
    """Why they look: a case that they may see, or what they wrote."""
    if cases:
        return _("Working on the request %(case)s") % {"case": _named_case(request, cases)}
    kept: dict[str, str] = request.session.get(PURPOSES, {})
    return kept.get(str(person), "")


def _named_case(request: HttpRequest, cases: list[Case]) -> str:
    """The case from which they came; the latest otherwise."""
    named = [one.reference for one in cases if one.reference == request.GET.get("case")]
    return next(iter([*named, *(one.reference for one in cases)]), "")


def _keep_purpose(request: HttpRequest, person: int) -> str:
    told = request.POST.get("purpose", "").strip()
    if len(told) < SHORTEST:
        return _("Say in a few words what for. The person can read it.")
    request.session[PURPOSES] = {**request.session.get(PURPOSES, {}), str(person): told[:120]}
    return ""
