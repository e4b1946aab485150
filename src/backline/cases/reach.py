"""Loading is authorising: whoever is not concerned finds no case.

A customer reaches the cases in which they take part, and those of somebody whose mandate covers them. A colleague
reaches the cases of their teams, and those in which their team or they themselves are asked. Administrators and
auditors reach all.
"""

from __future__ import annotations

from datetime import datetime

from django.db.models import Exists, OuterRef, Q, QuerySet

from backline.cases.merging.merged_cases import standing_for
from backline.cases.models import Case, CaseParty, Want
from backline.cases.refusals import CaseNotFound
from backline.cases.storage.references import ReferenceRefused, read_reference
from backline.cases.storage.selecting import one
from backline.people import absences, mandates
from backline.people.actors import Actor
from backline.people.mandates import EVERYTHING

ALL = ("administrator", "auditor")
THERE = Case.objects.exclude(state="gone")
"""Those that were not destroyed"""
READING_SCOPES = ("cases:read", "cases:write")


def cases_within_reach(by: Actor, *, now: datetime | None = None) -> QuerySet[Case]:
    """The cases that this actor may load; with ``now``, those by mandate too."""
    if by.kind == "system" or any(by.has_duty(duty) for duty in ALL):
        return THERE.all()
    if by.kind == "token":
        return THERE.all() if by.scopes & set(READING_SCOPES) else Case.objects.none()
    return THERE.filter(_of_staff(by, now) | _of_party(by, now))


def within_reach(by: Actor, *, now: datetime | None = None, case: str = "case_id") -> Exists:
    """Whether the case that a row is of is within reach: asked of each row, so that few rows never mean all cases."""
    return Exists(cases_within_reach(by, now=now).filter(pk=OuterRef(case)))


def load_case(reference: str, by: Actor, *, now: datetime | None = None) -> Case:
    """The case with this reference, however it is spelt, or the one in which it goes on; raises CaseNotFound, also when
    it is none of theirs."""
    try:
        exact = read_reference(reference)
    except ReferenceRefused:
        raise CaseNotFound
    case = _own(exact, by) or cases_within_reach(by, now=now).filter(reference=exact).first()
    if case is None:
        raise CaseNotFound
    return case if case.merged_into_id is None else _goes_on(case, by, now)


def _goes_on(case: Case, by: Actor, now: datetime | None) -> Case:
    """The case in which this one goes on, for whoever reaches it."""
    there = standing_for(case)
    found = _own(there.reference, by) or cases_within_reach(by, now=now).filter(pk=there.pk).first()
    if found is None:
        raise CaseNotFound
    return found


def _own(reference: str, by: Actor) -> Case | None:
    """The customer's own case, which is what they mostly look at: it tells itself who takes part."""
    case = one(Case, reference=reference) if by.kind == "party" else None
    if case is None or case.state == "gone":
        return None
    return case if any(by.party_id in holders for holders in case.snapshot.get("parties", {}).values()) else None


def _of_staff(by: Actor, now: datetime | None) -> Q:
    if by.staff_id is None:
        return Q(pk__in=())
    hands = [by.id, *(f"staff:{staff}" for staff in (absences.stands_in_for(by.staff_id, now) if now else ()))]
    mine = Q(case=OuterRef("pk")) & (Q(team__in=by.teams) | Q(taken_by__in=hands) | Q(kind="colleague", who=by.id))
    return Q(owner__in=by.teams) | Q(Exists(Want.objects.filter(mine)))


def _of_party(by: Actor, now: datetime | None) -> Q:
    """The cases that a customer takes part in, and those by mandate, looked up from who takes part: the customer has a
    few, and the database a million."""
    if by.party_id is None:
        return Q(pk__in=())
    own = Q(party=by.party_id)
    taking_part = CaseParty.objects.filter(own | _by_mandate(by.party_id, now) if now else own, until__isnull=True)
    return Q(pk__in=taking_part.values("case_id"))


def _by_mandate(holder: int, now: datetime) -> Q:
    """Where those take part who gave this party a running mandate for that kind of case, or for everything."""
    reached = Q()
    for standing in mandates.mandates_of(holder, now=now):
        mandate = standing.mandate
        if mandate.holder_id != holder or standing.state != "running":
            continue
        given = Q(party=mandate.giver_id)
        reached |= given if EVERYTHING in standing.services else given & _of_services(standing.services)
    return reached


def _of_services(services: tuple[str, ...]) -> Q:
    return Q(case__type_key__in=services) | Q(case__service__in=services)
