"""``/overview``: one's own picture; ``/work/people/ID/overview``: a colleague's of a person. Parts come one by one."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backline.cases.overviews import Asking, ViewNotFound, see_view, views_of
from backline.people.actors import Actor
from backline.people.models import Party
from backline.web.overview.showing import ViewShown, shown
from backline.web.portal import visiting
from backline.web.workbench import acting


@require_safe
@login_required
def mine(request: HttpRequest) -> HttpResponse:
    """``/overview``: all views of oneself, every system asked."""
    asking = _myself(request)
    return render(request, "overview/mine.html", {"views": _asked(asking, "", reverse("overview"))})


@require_safe
@login_required
def my_part(request: HttpRequest, view: str, part: str) -> HttpResponse:
    """``/overview/VIEW/PART``: one system, asked now."""
    return _part(request, _myself(request), view, part, reverse("overview"), "")


@require_safe
@acting.for_staff
def of_person(request: HttpRequest, by: Actor, person: int) -> HttpResponse:
    """``/work/people/ID/overview``: all views of a person whom the colleague reaches, every system asked."""
    asking, query = _colleague(request, by, person)
    views = _asked(asking, query, reverse("work-overview", args=[person]))
    return render(request, "overview/person.html", {"views": views, "party": asking.party, "case": asking.case})


@require_safe
@acting.for_staff
def part_of_person(request: HttpRequest, by: Actor, person: int, view: str, part: str) -> HttpResponse:
    """``/work/people/ID/overview/VIEW/PART``: one system, asked now."""
    asking, query = _colleague(request, by, person)
    return _part(request, asking, view, part, reverse("work-overview", args=[person]), query)


def known(asking: Asking, address: str, query: str = "") -> list[ViewShown]:
    """All views as far as they are known without asking anybody; each open part says where it can be had."""
    return [
        shown(see_view(view.name, asking, ask=False), asking, address=f"{address}/{view.name}", query=query)
        for view in views_of(asking.by, asking.party, now=asking.now)
    ]


def asking_of(by: Actor, party: Party, *, now: Any, purpose: str = "", case: str = "") -> Asking:
    """Who looks, in the language of the page."""
    return Asking(by=by, party=party, purpose=purpose, language=get_language() or "", now=now, case=case)


def _asked(asking: Asking, query: str, address: str) -> list[ViewShown]:
    found = views_of(asking.by, asking.party, now=asking.now)
    if not found:
        raise Http404
    return [shown(see_view(view.name, asking), asking, address=f"{address}/{view.name}", query=query) for view in found]


def _part(request: HttpRequest, asking: Asking, view: str, part: str, address: str, query: str) -> HttpResponse:
    try:
        seen = see_view(view, asking, parts=[part])
    except ViewNotFound:
        raise Http404
    told = shown(seen, asking, address=f"{address}/{view}", query=query)
    if request.headers.get("HX-Request"):
        return render(request, "overview/parts/part.html", {"p": told.parts[0]})
    staff = asking.by.kind != "party"
    context = {"views": [told], "party": asking.party, "case": asking.case}
    return render(request, "overview/person.html" if staff else "overview/mine.html", context)


def _myself(request: HttpRequest) -> Asking:
    actor, party = visiting.customer(request), visiting.party_of(request)
    if actor is None or party is None:
        raise Http404
    return asking_of(actor, party, now=visiting.now())


def _colleague(request: HttpRequest, by: Actor, person: int) -> tuple[Asking, str]:
    party, case = get_object_or_404(Party, pk=person), request.GET.get("case", "")
    reference = acting.case_of(case, by).reference if case else ""
    told = _("Working on the request %(case)s") % {"case": reference} if reference else _("Working on a request")
    asking = asking_of(by, party, now=acting.now(), purpose=told, case=reference)
    return asking, f"?{urlencode({'case': reference})}" if reference else ""
