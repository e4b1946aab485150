"""``/work/cases/new``: a request on behalf of a customer. Who is it, what do they want? A call script asks the rest."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from backline.cases.models import Case
from backline.cases.openings.opening import open_case
from backline.cases.reach import cases_within_reach
from backline.cases.refusals import FactsRefused, Refusal, SameAlreadyOpen
from backline.cases.storage.row_ids import row_id
from backline.catalogue import listing, versions
from backline.channels.models import Contact
from backline.channels.settling_contacts import attach_contact
from backline.insight.search import people_named
from backline.people.actors import Actor
from backline.people.models import Party
from backline.web.workbench import acting, choices, summaries
from backline.web.workbench.participants import person_told
from backline.web.workbench.people import PURPOSES

MOST = 12


@require_http_methods(["GET", "HEAD", "POST"])
@acting.for_staff
def new(request: HttpRequest, by: Actor) -> HttpResponse:
    """Find or note the person, choose the service, open."""
    wrong: dict[str, str] = {}
    if request.method == "POST":
        try:
            return _open(request, by)
        except FactsRefused as refused:
            wrong = refused.messages
        except SameAlreadyOpen as same:
            return _same(request, same)
        except Refusal as refused_opening:
            wrong = {"": str(refused_opening)}
    return _page(request, by, wrong)


def _page(request: HttpRequest, by: Actor, wrong: dict[str, str]) -> HttpResponse:
    told, language = (request.POST if request.method == "POST" else request.GET), get_language() or ""
    words = told.get("who", "").strip()
    found: Sequence[Party] = ()
    if len(words) > 1:
        found = list(people_named(words, cases_within_reach(by, now=acting.now()))[:MOST])
    chosen = Party.objects.filter(pk=row_id(told.get("party", ""))).first()
    services = [(one.key, one.texts.title(language)) for one in listing.search("", language=language)]
    context = {
        "who": words,
        "people": summaries.people(found),
        "chosen": summaries.people([chosen])[0] if chosen and _may_choose(request, chosen, words, by) else None,
        "services": services,
        "said": told,
        "wrong": wrong,
        "channels": choices.channels(),
        "contact": told.get("contact", ""),
    }
    return render(request, "workbench/new.html", context, status=422 if wrong else 200)


def _may_choose(request: HttpRequest, party: Party, words: str, by: Actor) -> bool:
    """Somebody found by these words, of a case within reach, or shown for a purpose: nobody for guessing a number."""
    reach = cases_within_reach(by, now=acting.now())
    if str(party.pk) in request.session.get(PURPOSES, {}) or reach.filter(participations__party=party).exists():
        return True
    return len(words) > 1 and people_named(words, reach).filter(pk=party.pk).exists()


def _open(request: HttpRequest, by: Actor) -> HttpResponse:
    told, now = request.POST, acting.now()
    key = told.get("service", "")
    if not key:
        raise FactsRefused({"service": _("Choose what they want.")})
    definition = versions.load_current(key).definition
    party = _party(request, by, now)
    channel = choices.channel_of(told.get("channel", ""))
    case = open_case(
        type_key=key, by=by, channel=channel, parties={definition.for_: party.pk}, now=now,
        once=told.get("csrfmiddlewaretoken", "")[:64] + key + str(party.pk), another="another" in told,
    )  # fmt: skip
    _attach(told.get("contact", ""), case.reference, party, by, now)
    messages.success(request, _("%(case)s is open. Now what we need to know.") % {"case": case.reference})
    return redirect("work-call", case.reference)


def _party(request: HttpRequest, by: Actor, now: datetime) -> Party:
    """Whom the colleague chose, or told of."""
    told = request.POST
    chosen, known_by, name = told.get("party", ""), told.get("known_by", ""), told.get("name", "")
    party = Party.objects.filter(pk=row_id(chosen)).first()
    if party is not None and _may_choose(request, party, told.get("who", "").strip(), by):
        return party
    if not known_by.strip() and not name.strip():
        raise FactsRefused({"name": _("Choose or note who it is for.")})
    return person_told(known_by=known_by, name=name, now=now)


def _attach(contact: str, reference: str, party: Party, by: Actor, now: datetime) -> None:
    """What came in and led to the new case is filed in it."""
    row = Contact.objects.filter(pk=row_id(contact), result=Contact.Result.ASKED).first()
    if row is not None:
        attach_contact(contact=row, case=Case.objects.get(reference=reference), party=party, by=by, now=now)


def _same(request: HttpRequest, same: SameAlreadyOpen) -> HttpResponse:
    context = {
        "reference": same.reference,
        "said": {k: v for k, v in request.POST.items() if k != "csrfmiddlewaretoken"},
    }
    return render(request, "workbench/same.html", context, status=409)
