"""Our mail came back: the customer gives another address on their request, and confirms it by the link sent there."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_POST

from backline.cases.refusals import FactsRefused, Refusal
from backline.channels import readdressing
from backline.channels.readdressing import AddressOver, IdentifierTaken, Proposed
from backline.web.portal import visiting
from backline.web.portal.knowing import known_to
from backline.web.ui import failing
from backline.web.ui.slowing import wait_s

TRIES, LINKS, HOUR_S = 10, 5, 3600


@require_POST
def correct(request: HttpRequest, reference: str) -> HttpResponse:
    """``POST /requests/REF/address``: a link goes to the address that they give."""
    known = known_to(request, reference)
    mine = [one for one in readdressing.undelivered(known.case) if one.party.pk == known.by.party_id]
    if not mine:
        raise Http404
    if wait_s("address link", str(known.by.party_id), most=LINKS, window_s=HOUR_S, now=known.now):
        messages.error(request, _("Too many tries. Wait some minutes, then try again."))
        return redirect("request", known.case.reference)
    address = request.POST.get("address", "")
    try:
        new = readdressing.ask_to_confirm(
            case=known.case, party=mine[0].party, address=address, by=known.by, now=known.now
        )
    except FactsRefused as refused:
        messages.error(request, " ".join(refused.messages.values()))
    except Refusal as refused_all:
        messages.error(request, str(refused_all))
    else:
        messages.success(
            request, _("We sent a link to %(address)s. Follow it to confirm the address.") % {"address": new}
        )
    return redirect("request", known.case.reference)


@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, token: str) -> HttpResponse:
    """``/address/TOKEN``: looking at it changes nothing."""
    try:
        proposal = readdressing.proposed(token)
    except AddressOver:
        return failing.expired_link(request)
    wrong = ""
    if request.method == "POST":
        wrong = _stranger(proposal, request.POST.get("reference", ""))
        if not wrong:
            return _confirmed(request, proposal)
    context = {"address": proposal.address, "known": proposal.known, "wrong": wrong}
    return render(request, "portal/address.html", context, status=422 if wrong else 200)


def _stranger(proposal: Proposed, reference: str) -> str:
    """What speaks against it that this is who we mean."""
    if proposal.known:
        return ""
    if wait_s("address", str(proposal.party.pk), most=TRIES, window_s=HOUR_S, now=visiting.now()):
        return _("Too many tries. Wait some minutes, then try again.")
    if not readdressing.has_request(proposal.party, reference):
        return _("That is not the number of a request of yours. You find it in our earlier messages and letters.")
    return ""


def _confirmed(request: HttpRequest, proposal: Proposed) -> HttpResponse:
    try:
        sent = readdressing.confirm(proposal, now=visiting.now())
    except IdentifierTaken:
        heading = _("This address is known already")
        words = _("You use it for another account with us. Sign in with it, and write to us there.")
        return render(request, "portal/thanks.html", {"heading": heading, "words": words}, status=409)
    words = ngettext(
        "Our messages go there from now on. %(n)s message that did not arrive is on its way again.",
        "Our messages go there from now on. %(n)s messages that did not arrive are on their way again.",
        sent,
    ) % {"n": sent}
    return render(request, "portal/thanks.html", {"heading": _("Your address is confirmed"), "words": words})
