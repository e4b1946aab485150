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
from django.views.decorators.http import require_http_methods, require_safe

from backline.cases.merging.merged_cases import goes_on
from backline.cases.reach import cases_within_reach
from backline.cases.refusals import FactsRefused, Refusal
from backline.cases.showing.viewing import log_looks
from backline.channels.chats.talking import seen
from backline.channels.models import Chat
from backline.documents import storing
from backline.documents.models import Document
from backline.web.portal import chatting, drafting, listing, replaying, visiting
from backline.web.portal.conversation import bubbles_of, write_to_us
from backline.web.portal.knowing import Known, known_to
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
    conversation = _conversation(known)
    return render(request, "portal/request.html", {**conversation, "r": request_page(known)})


@require_safe
def document(request: HttpRequest, reference: str, document: int) -> HttpResponse:
    """``/requests/REF/documents/ID``: the file, always as an attachment."""
    known = known_to(request, reference)
    if document not in {paper.id for paper in papers_of(known)}:
        raise Http404
    found = Document.objects.get(pk=document)
    log_looks(known.case, known.by, purpose=_("Acting for them"), what=found.name, now=known.now)
    return as_attachment(found)


@require_http_methods(["GET", "HEAD", "POST"])
def message(request: HttpRequest, reference: str) -> HttpResponse:
    """``/requests/REF/messages``: what was written to and fro, asked again and again; and write to us."""
    known, wrong = known_to(request, reference), ""
    place = reverse("request", args=[known.case.reference])
    if request.method == "POST":
        wrong = _write(request, known, place)
        if not chatting.is_part(request):
            messages.error(request, wrong) if wrong else messages.success(request, _("Your message is with us."))
            return HttpResponseRedirect(place)
    elif not chatting.is_part(request):
        return HttpResponseRedirect(f"{place}#messages-title")
    template = "portal/parts/conversation.html" if request.method == "POST" else "portal/parts/conversation_lines.html"
    context = _conversation(known_to(request, reference))
    return render(request, template, {**context, "wrong": wrong, "said": request.POST if wrong else {}, "again": True})


def _write(request: HttpRequest, known: Known, place: str) -> str:
    """Carry it out once; what was refused is told."""
    now = visiting.now()
    with replaying.claimed(token=request.POST.get("token", ""), place=place, now=now) as claim:
        try:
            if claim.first:
                text = request.POST.get("text", "")
                write_to_us(case=known.case, by=known.by, text=text, file=chatting.given(request), now=now)
        except FactsRefused as refused:
            claim.refused = True
            return " ".join(refused.messages.values())
        except Refusal as refused_writing:
            claim.refused = True
            return str(refused_writing)
    return ""


def _conversation(known: Known) -> dict[str, object]:
    """The conversation as a part of the page; what was answered is seen now."""
    chat = Chat.objects.filter(case=known.case, party=known.by.party_id, ended_at=None).first()
    if chat is not None:
        seen(chat, known.now)
    told = {"reference": known.case.reference, "messages": bubbles_of(known)}
    words = chatting.expectation(known.case.owner, known.now, chat)
    return {"r": told, "expectation": words, "token": replaying.fresh_token()}


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
