"""Who may act for whom: seen, given, taken back."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import formats, timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backline.people import actors, mandates, parties
from backline.people.actors import Actor
from backline.people.mandates import Standing
from backline.people.models import Party
from backline.people.refusals import NotAnIdentifier, Refusal
from backline.web.portal import offering, replaying, visiting
from backline.web.ui.fields import FieldView, read_raw

TONES = {"running": "good", "to come": "brand", "ended": "", "revoked": ""}
LONGEST_DAYS = 730


@dataclass(frozen=True, kw_only=True)
class Permission:
    """One line of the page."""

    id: int
    name: str
    services: str
    words: str
    state_words: str
    tone: str
    may_end: bool

    @property
    def initials(self) -> str:
        return "".join(word[0] for word in self.name.split()[:2]).upper() or "?"


@require_safe
@login_required
def people(request: HttpRequest) -> HttpResponse:
    """``/people``: permissions that one gave and holds."""
    party = _party(request)
    standings = mandates.mandates_of(party.pk, now=visiting.now())
    given = [_line(s, s.mandate.holder) for s in standings if s.mandate.giver_id == party.pk]
    held = [_line(s, s.mandate.giver) for s in standings if s.mandate.holder_id == party.pk]
    return render(request, "portal/people.html", {"given": given, "held": held})


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def new_permission(request: HttpRequest) -> HttpResponse:
    """``/people/new``: let somebody act for oneself."""
    party = _party(request)
    told: dict[str, object] = {}
    wrong: dict[str, str] = {}
    if request.method == "POST":
        token = request.POST.get("token", "")
        told = {
            "email": read_raw("e-mail", "email", request.POST),
            "services": read_raw("choices", "services", request.POST),
            "days": read_raw("integer", "days", request.POST),
        }
        with replaying.claimed(token=token, place=reverse("people"), now=visiting.now()) as claim:
            if not claim.first:
                return HttpResponseRedirect(claim.place)
            wrong = _grant(party, told)
            claim.refused = bool(wrong)
        if not wrong:
            messages.success(request, _("The permission is given. You can take it back at any time."))
            return redirect("people")
    fields = _fields(told, wrong)
    context = {
        "fields": fields,
        "errors": [f for f in fields if f.error],
        "token": replaying.fresh_token(),
    }
    return render(request, "portal/permission_new.html", context, status=422 if wrong else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@login_required
def end_permission(request: HttpRequest, mandate: int) -> HttpResponse:
    """``/people/ID/end``: take a permission back, or lay it down."""
    party = _party(request)
    found = next((s for s in mandates.mandates_of(party.pk, now=visiting.now()) if s.mandate.pk == mandate), None)
    if found is None:
        raise Http404
    if request.method == "POST":
        mandates.revoke(by=_actor(request), mandate=found.mandate, now=visiting.now())
        messages.success(request, _("The permission has ended."))
        return redirect("people")
    other = found.mandate.holder if found.mandate.giver_id == party.pk else found.mandate.giver
    context = {"p": _line(found, other)}
    return render(request, "portal/permission_end.html", context)


def _party(request: HttpRequest) -> Party:
    party = visiting.party_of(request)
    if party is None:
        raise Http404
    return party


def _actor(request: HttpRequest) -> Actor:
    actor = visiting.customer(request)
    assert actor is not None
    return actor


def _grant(giver: Party, told: dict[str, object]) -> dict[str, str]:
    """What is wrong with it, by field; nothing when the permission is given."""
    wrong = {}
    days = str(told["days"])
    if not days.isdecimal() or len(days) > 4 or not 1 <= int(days) <= LONGEST_DAYS:
        wrong["days"] = _("Enter a number of days from 1 to %(most)s.") % {"most": LONGEST_DAYS}
    if not told["services"]:
        wrong["services"] = _("Choose at least one service.")
    email, now = str(told["email"]).strip(), visiting.now()
    if not email:
        wrong["email"] = _("Enter an e-mail address.")
    try:
        holder = None if wrong else _holder(email, now)
    except NotAnIdentifier as no_address:
        holder, wrong["email"] = None, str(no_address)
    if holder is None:
        return wrong
    keys = [str(key) for key in told["services"]] if isinstance(told["services"], list) else []
    return _granted(giver, holder, keys, now, now + timedelta(days=int(days)))


def _holder(email: str, now: datetime) -> Party:
    """Whoever has proven the address, or will: nobody learns here whether it is known."""
    found = parties.find_by_identifier("email", email)
    nameless = (party for party in parties.told_of(email) if not party.name)
    return found or next(nameless, None) or parties.create_party(claims={"email": email}, now=now)


def _granted(giver: Party, holder: Party, keys: list[str], now: datetime, ends_at: datetime) -> dict[str, str]:
    try:
        mandates.grant(by=actors.of_party(giver), giver=giver, holder=holder, services=keys, now=now, ends_at=ends_at)
    except Refusal as refused:
        return {"email": str(refused)}
    return {}


def _fields(told: dict[str, object], wrong: dict[str, str]) -> list[FieldView]:
    return [
        FieldView(
            name="email",
            kind="e-mail",
            label=_("Who may act for you?"),
            help=_("Their e-mail address. They sign in with it."),
            value=told.get("email", ""),
            error=wrong.get("email", ""),
        ),
        FieldView(
            name="services",
            kind="choices",
            label=_("For what?"),
            options=offering.scopes(get_language() or ""),
            value=told.get("services", []),
            error=wrong.get("services", ""),
        ),
        FieldView(
            name="days",
            kind="integer",
            label=_("For how many days?"),
            value=told.get("days", "90"),
            error=wrong.get("days", ""),
        ),
    ]


def _line(standing: Standing, other: Party) -> Permission:
    named = dict(offering.scopes(get_language() or ""))
    ends = formats.date_format(timezone.localtime(standing.ends_at), _("j F Y")) if standing.ends_at else ""
    return Permission(
        id=standing.mandate.pk,
        name=_name(standing, other),
        services=", ".join(named.get(key) or _scope_words(key) for key in standing.services),
        words=_when(standing, ends),
        state_words={
            "running": _("In force"),
            "to come": _("Not begun"),
            "ended": _("Ended"),
            "revoked": _("Taken back"),
        }[standing.state],
        tone=TONES[standing.state],
        may_end=standing.state in ("running", "to come"),
    )


def _name(standing: Standing, other: Party) -> str:
    """Whom the giver named by an address is shown by it: the name behind an address is not ours to tell."""
    by_address = standing.mandate.basis == "granted" and other.pk == standing.mandate.holder_id
    return (_email(other) if by_address else other.name) or other.name or _email(other)


def _email(party: Party) -> str:
    row = party.identifiers.filter(kind="email").first()
    return row.value if row else ""


def _scope_words(key: str) -> str:
    return _("Everything") if key == mandates.EVERYTHING else key


def _when(standing: Standing, ends: str) -> str:
    if not ends:
        return _("No end was set")
    if standing.state == "revoked":
        return _("Taken back on %(day)s") % {"day": ends}
    if standing.mandate.basis == "parent":
        return _("As a parent, until the 18th birthday on %(day)s") % {"day": ends}
    return _("Until %(day)s") % {"day": ends}
