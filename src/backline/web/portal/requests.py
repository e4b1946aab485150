"""The customer's requests: the list, the page of one, its documents."""

from __future__ import annotations

from urllib.parse import quote

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from backline.cases.merged_cases import goes_on
from backline.cases.reach import cases_within_reach
from backline.cases.refusals import FactsRefused
from backline.cases.viewing import log_looks
from backline.documents import storing
from backline.documents.models import Document
from backline.web.portal import drafting, listing, replaying, visiting
from backline.web.portal.conversation import write_to_us
from backline.web.portal.knowing import known_to
from backline.web.portal.paging import page_of_rows
from backline.web.portal.papers import papers_of
from backline.web.portal.picture import request_page


@require_safe
@login_required
def requests(request: HttpRequest) -> HttpResponse:
    """``/requests``: all that one takes part in, and what was begun and not sent."""
    actor, party = visiting.customer(request), visiting.party_of(request)
    if actor is None or party is None:
        return render(request, "portal/requests.html", {"requests": [], "drafts": []})
    language, now = get_language() or "", visiting.now()
    cases = cases_within_reach(actor, now=now).filter(merged_into=None)
    page = page_of_rows(request, cases.order_by("-opened_at"))
    lines = [listing.request_line(case, actor, language=language, now=now) for case in page.object_list]
    drafts = listing.draft_lines(drafting.drafts_of(party), language)
    return render(request, "portal/requests.html", {"requests": lines, "drafts": drafts, "page": page})


@require_safe
def show(request: HttpRequest, reference: str) -> HttpResponse:
    """``/requests/REF``: where is it?"""
    known = known_to(request, reference)
    if goes_on(known.case, reference):
        messages.info(request, _("%(reference)s goes on in this request.") % {"reference": reference.upper()})
        return redirect("request", known.case.reference)
    log_looks(known.case, known.by, purpose=_("Acting for them"), what=_("The whole request"), now=known.now)
    return render(request, "portal/request.html", {"r": request_page(known), "token": replaying.fresh_token()})


@require_safe
def document(request: HttpRequest, reference: str, document: int) -> HttpResponse:
    """``/requests/REF/documents/ID``: the file, always as an attachment."""
    known = known_to(request, reference)
    if document not in {paper.id for paper in papers_of(known)}:
        raise Http404
    found = Document.objects.get(pk=document)
    log_looks(known.case, known.by, purpose=_("Acting for them"), what=found.name, now=known.now)
    return as_attachment(found)


@require_POST
def message(request: HttpRequest, reference: str) -> HttpResponse:
    """``POST /requests/REF/messages``: write to us."""
    known = known_to(request, reference)
    token, place = request.POST.get("token", ""), reverse("request", args=[known.case.reference])
    try:
        with replaying.claimed(token=token, place=place, now=visiting.now()) as claim:
            if not claim.first:
                return HttpResponseRedirect(place)
            write_to_us(case=known.case, by=known.by, text=request.POST.get("text", ""), now=visiting.now())
    except FactsRefused as refused:
        messages.error(request, refused.messages["text"])
        return redirect(place)
    messages.success(request, _("Your message is with us."))
    return HttpResponseRedirect(place)


def as_attachment(document: Document) -> HttpResponse:
    """The bytes, never shown by the browser as part of this site."""
    return as_download(storing.content(document), name=document.name, media_type=document.media_type)


def as_download(content: bytes, *, name: str, media_type: str) -> HttpResponse:
    """Bytes to keep, under a name."""
    response = HttpResponse(content, content_type=media_type)
    plain = name.encode("ascii", "replace").decode().replace('"', "'").replace("?", "_")
    response["Content-Disposition"] = f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(name)}"
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cache-Control"] = "private, no-store"
    return response
