"""``/work/people/ID/merge``: somebody is there twice. Found, set side by side, confirmed; undone on their page."""

from __future__ import annotations

from dataclasses import dataclass

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from backline.cases.merging.merging import may_merge, merge_parties, undo_merge
from backline.cases.models import CaseParty, Merge
from backline.cases.refusals import Refusal
from backline.people.actors import Actor
from backline.people.looking import log_look
from backline.people.models import Account, Identifier, Party
from backline.web.workbench import acting
from backline.web.workbench.participants import known_as

MOST = 10


@dataclass(frozen=True, kw_only=True)
class Side:
    """One of the two, as they are compared."""

    party: Party
    identifiers: list[Identifier]
    requests: int
    open: int
    signs_in: bool


@require_http_methods(["GET", "HEAD", "POST"])
@acting.for_staff
def show(request: HttpRequest, by: Actor, person: int) -> HttpResponse:
    """Search for the other, compare, confirm."""
    if not may_merge(by):
        raise Http404
    party, wrong = get_object_or_404(Party, pk=person), ""
    other = _other(request, party)
    if request.method == "POST" and other is not None:
        reason = request.POST.get("reason", "")
        try:
            merge = merge_parties(kept=party, gone=other, by=by, reason=reason, now=acting.now())
        except Refusal as refused:
            wrong = refused.messages["reason"] if hasattr(refused, "messages") else str(refused)
        else:
            messages.success(request, _("%(name)s is one person now.") % {"name": party.name})
            if merge.moved["stayed"]:
                told = {"cases": ", ".join(merge.moved["stayed"])}
                messages.warning(
                    request, _("These stay as they are, since something was done in them: %(cases)s") % told
                )
            return redirect("work-person", person)
    asked = request.GET.get("q", "").strip()
    context = {
        "party": party,
        "asked": asked,
        "found": _found(asked, party) if asked else (),
        "sides": [_side(party, by), _side(other, by)] if other else (),
        "other": other,
        "wrong": wrong,
        "reason": request.POST.get("reason", ""),
    }
    return render(request, "workbench/merge.html", context, status=422 if wrong else 200)


@require_POST
@acting.for_staff
def undo(request: HttpRequest, by: Actor, merge: int) -> HttpResponse:
    """They are two after all."""
    row = get_object_or_404(Merge, pk=merge)
    if not may_merge(by):
        raise Http404
    try:
        undo_merge(merge=row, by=by, reason=request.POST.get("reason", ""), now=acting.now())
        messages.success(request, _("They are two people again."))
    except Refusal as refused:
        messages.error(request, refused.messages["reason"] if hasattr(refused, "messages") else str(refused))
    return redirect("work-person", row.kept_id)


def _other(request: HttpRequest, party: Party) -> Party | None:
    told = (request.POST if request.method == "POST" else request.GET).get("other", "")
    return Party.objects.filter(pk=int(told)).exclude(pk=party.pk).first() if told.isdecimal() else None


def _found(asked: str, party: Party) -> list[Party]:
    """By an address, a number, or a part of the name."""
    named = Party.objects.filter(name__icontains=asked).order_by("name", "pk")[:MOST]
    several = {one.pk: one for one in (*known_as(asked), *named)}
    several.pop(party.pk, None)
    return list(several.values())[:MOST]


def _side(party: Party, by: Actor) -> Side:
    """Seen for the purpose of a merge, and noted as such."""
    log_look(by=by, party=party, purpose=_("Is this the same person?"), what=_("the person"), now=acting.now())
    places = CaseParty.objects.filter(party=party, until__isnull=True)
    return Side(
        party=party,
        identifiers=list(party.identifiers.order_by("kind", "created_at")),
        requests=places.values("case").distinct().count(),
        open=places.exclude(case__state__in=("ended", "gone")).values("case").distinct().count(),
        signs_in=Account.objects.filter(party=party, is_active=True).exists(),
    )
