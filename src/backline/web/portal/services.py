"""The start page, the list of services, and the page of one."""

from __future__ import annotations

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backline.catalogue.versions import LoadedType
from backline.people import mandates
from backline.web.portal import drafting, offering, visiting
from backline.web.portal.demonstrating import logins
from backline.web.portal.listing import draft_lines, open_requests
from backline.web.portal.paging import page_of
from backline.web.ui.fields import FieldView

ON_THE_START_PAGE = 9
MYSELF = "me"


@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """``/``: what would you like to do?"""
    language = get_language() or ""
    found = offering.services(language, colleague=visiting.is_colleague(request))
    context: dict[str, object] = {"services": found[:ON_THE_START_PAGE], "more": len(found) > ON_THE_START_PAGE}
    actor, party = visiting.customer(request), visiting.party_of(request)
    if not request.user.is_authenticated:
        context["logins"] = logins()
    if actor and party:
        context["open"] = open_requests(actor, language=language, now=visiting.now())[:4]
        context["drafts"] = draft_lines(drafting.drafts_of(party), language)[:3]
    return render(request, "portal/home.html", context)


@require_safe
def services(request: HttpRequest) -> HttpResponse:
    """``/services``: all, or those that match the words of the search."""
    words = request.GET.get("q", "")[:100]
    found = offering.services(get_language() or "", words, colleague=visiting.is_colleague(request))
    page = page_of(request, found)
    return render(request, "portal/services.html", {"page": page, "services": page.object_list, "q": words})


@require_safe
def service(request: HttpRequest, key: str) -> HttpResponse:
    """``/services/KEY``: what we need, what we promise, start."""
    loaded = offering.loaded_type(key, colleague=visiting.is_colleague(request))
    if loaded is None:
        raise Http404
    context = {
        "service": offering.service_page(loaded, get_language() or "", now=visiting.now()),
        "may_start": offering.may_start(loaded, visiting.customer(request)),
        "may_try": visiting.party_of(request) is not None and offering.may_try(loaded),
        "act_for": _act_for(request, loaded),
    }
    return render(request, "portal/service.html", context)


def _act_for(request: HttpRequest, loaded: LoadedType) -> FieldView | None:
    """For whom, where the service may be asked for somebody else."""
    party = visiting.party_of(request)
    if party is None or not offering.proxy_role(loaded):
        return None
    known = {
        s.mandate.giver_id: s.mandate.giver.name
        for s in mandates.mandates_of(party.pk, now=visiting.now())
        if s.mandate.holder_id == party.pk
    }
    if not known:
        return None
    options = [(MYSELF, _("For myself")), *((str(pk), _("For %(name)s") % {"name": n}) for pk, n in known.items())]
    return FieldView(name="giver", kind="choice", label=_("For whom is it?"), options=options, value=MYSELF)
