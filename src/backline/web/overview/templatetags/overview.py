"""Puts what systems say of a person into a page: ``{% my_overview %}``, ``{% overview_beside case %}``."""

from __future__ import annotations

from django import template
from django.urls import reverse
from django.utils.translation import gettext as _

from backline.cases.models import Case, CaseParty
from backline.catalogue.versions import load
from backline.people.models import Party
from backline.web.overview.pages import asking_of, known
from backline.web.portal import visiting
from backline.web.ui.colleagues import colleague
from backline.web.workbench import acting

register = template.Library()


@register.inclusion_tag("overview/parts/beside.html", takes_context=True)
def my_overview(context: template.RequestContext) -> dict[str, object]:
    """What systems say of the person who is signed in; nothing for a colleague without a party."""
    actor, party = visiting.customer(context.request), visiting.party_of(context.request)
    if actor is None or party is None:
        return {"views": []}
    asking = asking_of(actor, party, now=visiting.now())
    return {"views": known(asking, reverse("overview")), "all": reverse("overview"), "request": context.request}


@register.inclusion_tag("overview/parts/beside.html", takes_context=True)
def overview_beside(context: template.RequestContext, reference: str) -> dict[str, object]:
    """What systems say of the person whom this case is for."""
    party = _subject(reference)
    if party is None:
        return {"views": []}
    purpose = _("Working on the request %(case)s") % {"case": reference}
    asking = asking_of(colleague(context.request), party, now=acting.now(), purpose=purpose, case=reference)
    address, query = reverse("work-overview", args=[party.pk]), f"?case={reference}"
    return {"views": known(asking, address, query), "all": f"{address}{query}", "request": context.request}


def _subject(reference: str) -> Party | None:
    """Who stands in the role for which the type of this case is."""
    case = Case.objects.get(reference=reference)
    role = load(case.type_key, case.type_version).definition.for_
    standing = CaseParty.objects.filter(case=case, role=role, until__isnull=True).select_related("party").first()
    return standing.party if standing else None
