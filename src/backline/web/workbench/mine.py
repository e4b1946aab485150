"""``/work/mine``: what a colleague asks for themselves, and what others wait for from them as a person."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_http_methods

from backline.cases.models import Case, CaseParty, Want
from backline.catalogue import listing, versions
from backline.catalogue.colleagues import is_for_colleagues
from backline.catalogue.versions import LoadedType
from backline.people.accounts import be_customer_too
from backline.people.actors import Actor
from backline.people.models import Account
from backline.web.workbench import acting

MOST = 30


@dataclass(frozen=True, kw_only=True)
class Line:
    """A request in which this colleague takes part as a person."""

    reference: str
    title: str
    role: str
    asked: str
    """What they are asked now"""
    opened_at: datetime


@require_http_methods(["GET", "HEAD", "POST"])
@acting.for_staff
def show(request: HttpRequest, by: Actor) -> HttpResponse:
    """What can be asked for, and what is under way; who asks for the first time becomes a customer, too."""
    account, language = request.user, get_language() or ""
    assert isinstance(account, Account)
    if request.method == "POST":
        key = request.POST.get("service", "")
        if key not in {loaded.key for loaded in _services(language)}:
            raise Http404
        be_customer_too(account=account, now=acting.now())
        return redirect("service", key)
    services = [(one.key, one.texts.title(language), one.texts.summary(language)) for one in _services(language)]
    lines = _lines(account.party_id, language) if account.party_id else []
    context = {
        "services": services,
        "asked": [one for one in lines if one.asked],
        "under_way": [one for one in lines if not one.asked],
    }
    return render(request, "workbench/mine.html", context)


def _services(language: str) -> list[LoadedType]:
    return [one for one in listing.search("", language=language) if is_for_colleagues(one.definition)]


def _lines(party: int, language: str) -> list[Line]:
    rows = CaseParty.objects.filter(party=party, until__isnull=True).exclude(case__state=Case.State.ENDED)
    rows = rows.select_related("case").defer("case__snapshot").order_by("-case__opened_at")[:MOST]
    found = list(rows)
    wants = Want.objects.filter(case__in=[row.case_id for row in found], kind="ask", closed_at__isnull=True)
    asked = {(want.case_id, want.who): want for want in wants}
    return [_line(row, asked.get((row.case_id, row.role)), language) for row in found]


def _line(row: CaseParty, want: Want | None, language: str) -> Line:
    loaded = versions.load(row.case.type_key, row.case.type_version)
    return Line(
        reference=row.case.reference,
        title=loaded.texts.title(language),
        role=loaded.texts.role(row.role, language),
        asked=loaded.texts.asked(want.fact, want.source, language) if want else "",
        opened_at=row.case.opened_at,
    )
