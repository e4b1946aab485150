"""Who looked at my data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from backline.people.looking import looks_at
from backline.people.models import Look
from backline.web.portal import visiting
from backline.web.portal.paging import page_of_rows

SIGNS = {"staff": "building", "party": "user", "token": "key", "system": "settings"}


@dataclass(frozen=True, kw_only=True)
class LookLine:
    """One look, as the person whose data it was reads it."""

    who: str
    what: str
    purpose: str
    case: str
    at: datetime
    sign: str


@require_safe
@login_required
def looks(request: HttpRequest) -> HttpResponse:
    """``/looks``: the latest first."""
    party = visiting.party_of(request)
    if party is None:
        raise Http404
    page = page_of_rows(request, looks_at(party))
    lines = [_line(look) for look in page.object_list]
    context = {"page": page, "looks": lines}
    return render(request, "portal/looks.html", context)


def _line(look: Look) -> LookLine:
    kind = look.by.partition(":")[0]
    nameless = {"system": _("An automatic step"), "token": _("A connected program")}
    who = look.by_name or nameless.get(kind, _("A colleague"))
    return LookLine(
        who=who, what=look.what, purpose=look.purpose, case=look.case, at=look.at, sign=SIGNS.get(kind, "user")
    )
