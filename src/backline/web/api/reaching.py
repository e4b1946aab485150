"""What a caller may reach: a case, a task, a party, a document. What is out of reach is not there."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from django.db.models import Exists, OuterRef, Q, QuerySet
from django.utils.translation import gettext as _

from backline.cases.models import Case, CaseParty, Effect, Want
from backline.cases.reach import load_case, within_reach
from backline.cases.showing.look import look_at
from backline.cases.showing.viewing_history import document_views
from backline.cases.storage.row_ids import row_id
from backline.people.actors import Actor
from backline.people.models import Party
from backline.web.api import problems
from backline.web.api.calling import Called, language, now
from backline.web.api.problems import Problem
from backline.web.portal.knowing import know
from backline.web.portal.papers import papers_of

Row = TypeVar("Row")
EVERYWHERE = ("administrator", "auditor")


def case_of(request: Called, reference: str) -> Case:
    """The case with this reference; raises CaseNotFound."""
    return load_case(reference, request.auth, now=now())


def want_of(request: Called, number: int) -> Want:
    """A task or question of a case within reach."""
    return _there(Want.objects.filter(within_reach(request.auth, now=now()), pk=number).select_related("case").first())


def effect_of(request: Called, number: int) -> Effect:
    """An effect of a case within reach."""
    rows = Effect.objects.filter(within_reach(request.auth, now=now()), pk=number)
    return _there(rows.select_related("case").first())


def party_of(request: Called, number: int) -> Party:
    """A party within reach."""
    return _there(parties_within_reach(request.auth, now=now()).filter(pk=number).first())


def parties_within_reach(by: Actor, *, now: datetime) -> QuerySet[Party]:
    """A customer reaches themselves; a colleague those of the cases within reach, and themselves; a program with
    people:read all."""
    if by.kind == "party":
        return Party.objects.filter(pk=by.party_id or 0)
    if by.kind in ("token", "system") or any(by.has_duty(duty) for duty in EVERYWHERE):
        allowed = by.kind != "token" or "people:read" in by.scopes
        return Party.objects.all() if allowed else Party.objects.none()
    there = CaseParty.objects.filter(within_reach(by, now=now), party=OuterRef("pk"), until=None)
    return Party.objects.filter(Q(Exists(there)) | Q(pk=by.party_id or 0))


def may_name_party(by: Actor, number: str, *, now: datetime) -> bool:
    """Whether this caller may put the party of this number into a fact, by which its name and address are shown."""
    return parties_within_reach(by, now=now).filter(pk=row_id(number)).exists()


def document_ids(case: Case, by: Actor, *, now: datetime) -> set[int]:
    """The documents of a case that this caller may have."""
    if by.kind == "party":
        return {paper.id for paper in papers_of(know(case, by, language=language(), now=now))}
    return {view.id for view in document_views(look_at(case, by, language=language(), zone="", now=now))}


def colleagues_only(request: Called) -> None:
    """Raises for a customer: this part of a case is for those who work on it."""
    if request.auth.kind == "party":
        raise Problem(problems.NOT_ALLOWED, _("This is for colleagues."))


def _there(found: Row | None) -> Row:
    if found is None:
        raise Problem(problems.NOT_FOUND)
    return found
