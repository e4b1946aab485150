"""``/work/contacts/ID``: something came in and found no case. Who is it, and where does it belong?"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from django.contrib import messages
from django.db.models import Q, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from backline.cases.models import Case
from backline.cases.reach import cases_within_reach, load_case, within_reach
from backline.cases.refusals import CaseNotFound, FactsRefused, Refusal
from backline.cases.storage.references import references_in
from backline.cases.storage.row_ids import row_id
from backline.channels.dividing import divide_contact, doubted_pages
from backline.channels.models import Contact
from backline.channels.settling_contacts import attach_contact, dismiss_contact, return_contact
from backline.documents.models import Document
from backline.documents.picturing import NoPicture, page_image
from backline.people.actors import Actor
from backline.people.models import Identifier, Party
from backline.web.portal.requests import as_attachment
from backline.web.workbench import acting, summaries
from backline.web.workbench.participants import known_as
from backline.web.workbench.summaries import CaseLine

NUMBERS = re.compile(r"\b[A-Za-z]{0,4}[-–]?\d[\w-]{2,19}\b")


@dataclass(frozen=True, kw_only=True)
class Guess:
    """Somebody whom it might be from, and why we think so."""

    party: Party
    reasons: tuple[str, ...]
    cases: tuple[CaseLine, ...]


@require_http_methods(["GET", "HEAD", "POST"])
@acting.for_staff
def show(request: HttpRequest, by: Actor, contact: int) -> HttpResponse:
    """The message with who it might be; a colleague settles it."""
    row, wrong = get_object_or_404(_within_reach(by), pk=contact), ""
    if request.method == "POST":
        try:
            return _settle(request, by, row)
        except FactsRefused as refused:
            wrong = " ".join(refused.messages.values())
        except CaseNotFound:
            wrong = _("There is no such case that you may see.")
        except Refusal as refused_settling:
            wrong = str(refused_settling)
    context = {
        "contact": row,
        "attached": row.attached.select_related("document"),
        "guesses": list(guesses(row, by)),
        "open": row.result == Contact.Result.ASKED,
        "begins": doubted_pages(row),
        "wrong": wrong,
        "said": request.POST,
    }
    return render(request, "workbench/contact.html", context, status=422 if wrong else 200)


@require_safe
@acting.for_staff
def page(request: HttpRequest, by: Actor, contact: int, document: int) -> HttpResponse:
    """The picture of the first page of something attached."""
    try:
        return HttpResponse(page_image(_attached(contact, document), 1), content_type="image/png")
    except NoPicture:
        raise Http404


@require_safe
@acting.for_staff
def file(request: HttpRequest, by: Actor, contact: int, document: int) -> HttpResponse:
    """Something attached, as a file."""
    return as_attachment(_attached(contact, document))


def _within_reach(by: Actor) -> QuerySet[Contact]:
    """What waits for a person; what was settled is for those who reach its case, or who put it away."""
    settled = Q(within_reach(by)) | Q(case=None, settled_by=by.id)
    return Contact.objects.select_related("case", "party").filter(Q(result=Contact.Result.ASKED) | settled)


def guesses(contact: Contact, by: Actor) -> Iterator[Guess]:
    """Everybody whom it might be from, each with the reasons."""
    found: dict[int, tuple[Party, list[str]]] = {}
    for party, reason in _reasons(contact):
        found.setdefault(party.pk, (party, []))[1].append(reason)
    for party, reasons in found.values():
        cases = cases_within_reach(by).filter(participations__party=party).exclude(state="ended").distinct()
        lines = summaries.summaries(list(cases.order_by("-opened_at")[:5]))
        yield Guess(party=party, reasons=tuple(dict.fromkeys(reasons)), cases=tuple(lines))


def _reasons(contact: Contact) -> Iterator[tuple[Party, str]]:
    if contact.party:
        yield contact.party, _("the sender's address is theirs")
    for party in known_as(contact.sender) if contact.sender else ():
        yield party, _("says that this address is theirs")
    text = f"{contact.subject}\n{contact.text}"
    for case in Case.objects.filter(reference__in=references_in(text)):
        for row in case.participations.filter(until__isnull=True).select_related("party"):
            yield row.party, _("takes part in %(case)s, which it names") % {"case": case.reference}
    for row_known in Identifier.objects.filter(value__in=set(NUMBERS.findall(text))).select_related("party"):
        yield row_known.party, _("has the number %(number)s, which it names") % {"number": row_known.value}
    if contact.sender_name:
        for party in Party.objects.filter(name__iexact=contact.sender_name)[:5]:
            yield party, _("has the sender's name")


def _settle(request: HttpRequest, by: Actor, contact: Contact) -> HttpResponse:
    told, now = request.POST, acting.now()
    if told.get("how") == "dismiss":
        if not told.get("reason", "").strip():
            raise FactsRefused({"reason": _("Please give a reason.")})
        dismiss_contact(contact=contact, by=by, reason=told["reason"].strip(), now=now)
        messages.success(request, _("Put away. The original stays."))
        return redirect("work")
    if told.get("how") == "divide":
        first, _second = divide_contact(contact=contact, page=row_id(told.get("page", "")), by=by, now=now)
        messages.success(request, _("They are two documents now."))
        return redirect("work-contact", first.pk) if first.result == Contact.Result.ASKED else redirect("work")
    case = load_case(told.get("case", ""), by, now=now)
    party = _sender(case, told.get("party", ""))
    if told.get("how") == "returned":
        return_contact(contact=contact, case=case, party=party, by=by, now=now)
        messages.success(request, _("The letter came back. It can be sent again once the address is right."))
        return redirect("work-case", case.reference)
    attach_contact(contact=contact, case=case, party=party, by=by, now=now)
    messages.success(request, _("It belongs to %(case)s now.") % {"case": case.reference})
    return redirect("work-case", case.reference)


def _sender(case: Case, told: str) -> Party:
    """Who of the participants it is from; whoever the case is for where none is named."""
    rows = case.participations.filter(until__isnull=True).select_related("party").order_by("since")
    held = {str(row.party_id): row.party for row in rows}
    if not held:
        raise FactsRefused({"party": _("Nobody takes part in this request.")})
    return held.get(told) or next(iter(held.values()))


def _attached(contact: int, document: int) -> Document:
    rows = Document.objects.filter(contacts__contact=contact, contacts__contact__result="asked", pk=document)
    found = rows.first()
    if found is None:
        raise Http404
    return found
