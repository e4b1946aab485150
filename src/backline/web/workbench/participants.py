"""Another participant: found by an e-mail address or a number, or told of for the first time."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from backline.cases.adding import add_participant
from backline.cases.models import Case
from backline.cases.refusals import FactsRefused
from backline.people import identifiers, parties
from backline.people.actors import Actor
from backline.people.models import Identifier, Party
from backline.people.refusals import NotAnIdentifier
from backline.web.workbench import acting
from backline.web.workbench.doing import through


@require_POST
@acting.for_staff
def add(request: HttpRequest, by: Actor, reference: str) -> HttpResponse:
    """``POST .../participants``."""
    case = acting.case_of(reference, by)
    return through(request, by, case, "participant", lambda: _add(request, by, case), _("They take part now."))


def _add(request: HttpRequest, by: Actor, case: Case) -> None:
    told, now = request.POST, acting.now()
    role = told.get("role", "")
    if not role:
        raise FactsRefused({"role": _("Choose a role.")})
    party = person_told(known_by=told.get("known_by", ""), name=told.get("name", ""), now=now)
    add_participant(case=case, by=by, party=party, role=role, now=now)


def person_told(*, known_by: str, name: str, now: datetime) -> Party:
    """The one person with this address or number; else a new one of this name. Raises FactsRefused."""
    known_by, name = known_by.strip(), name.strip()
    if known_by and (found := known_as(known_by)):
        return found[0]
    if not name:
        raise FactsRefused({"name": _("We know nobody by that. Give their name, too.")})
    try:
        kind = identifiers.kind_of(known_by)
        claims = {kind: identifiers.normal(kind, known_by)} if known_by else {}
    except NotAnIdentifier as wrong:
        raise FactsRefused({"known_by": str(wrong)})
    return parties.create_party(name=name, claims=claims, now=now)


def known_as(value: str) -> list[Party]:
    """Everybody with this address or number, those who have proven it first."""
    spelt = {value.strip(), value.strip().lower(), value.strip().upper()}
    for kind in (identifiers.EMAIL, identifiers.PHONE):
        try:
            spelt.add(identifiers.normal(kind, value))
        except NotAnIdentifier:
            continue
    rows = Identifier.objects.filter(value__in=spelt).select_related("party").order_by("created_at")
    ordered = sorted(rows, key=lambda row: row.verified_at is None)
    return list({row.party_id: row.party for row in ordered}.values())
