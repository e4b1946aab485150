"""``/drafts/link/TOKEN``: the link to a draft, opened in the browser that began it or in another one."""

from __future__ import annotations

from django.contrib.auth.views import redirect_to_login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from backline.web.portal import drafting, proving, visiting
from backline.web.portal.models import Draft
from backline.web.ui import failing


@require_http_methods(["GET", "HEAD", "POST"])
def resume(request: HttpRequest, token: str) -> HttpResponse:
    """``/drafts/link/TOKEN``: go on where one stopped. In another browser, the address has to be proven again: a link
    can be passed on."""
    try:
        found, address = drafting.by_link(token)
    except drafting.LinkOver:
        return failing.expired_link(request)
    if found.party_id is not None:
        return redirect_to_login(reverse("draft", args=[found.key])) if _is_nobody(request) else _go_on(found)
    if visiting.began(request, found.key):
        return _go_on(found)
    if proving.has_proven(visiting.party_of(request), address):
        visiting.remember_draft(request, found.key)
        return _go_on(found)
    return _prove(request, found, address)


def _is_nobody(request: HttpRequest) -> bool:
    return visiting.party_of(request) is None


def _go_on(draft: Draft) -> HttpResponse:
    return redirect("draft", draft.key)


def _prove(request: HttpRequest, draft: Draft, address: str) -> HttpResponse:
    """A code to the address to which the link was sent; nothing of the draft is told before it is given back."""
    wrong, sent, now = "", proving.was_sent(request, draft), visiting.now()
    if request.method == "POST" and "code" in request.POST:
        wrong = proving.give_back(request, draft, request.POST["code"], now=now)
        if not wrong:
            visiting.remember_draft(request, draft.key)
            return _go_on(draft)
    elif request.method == "POST":
        wrong = proving.send_code(request, draft, address, now=now)
        sent = sent or not wrong
    context = {"address": proving.veiled(address), "sent": sent, "wrong": wrong}
    return render(request, "portal/draft_elsewhere.html", context, status=422 if wrong else 200)
