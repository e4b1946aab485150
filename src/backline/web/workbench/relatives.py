"""Who takes part and for whom they act, and which other requests belong to this one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language

from backline.cases.models import Case
from backline.cases.showing.views import CaseView
from backline.catalogue import versions
from backline.people import mandates
from backline.people.models import Party
from backline.people.parties import email_of


@dataclass(frozen=True, kw_only=True)
class Person:
    """A participant."""

    id: int
    name: str
    roles: str
    email: str
    language: str
    acts_for: tuple[str, ...]
    acted_for_by: tuple[str, ...]


@dataclass(frozen=True, kw_only=True)
class Relative:
    """Another request."""

    reference: str
    title: str
    state: str
    outcome: str
    opened_at: datetime


def people(case: Case, view: CaseView, *, now: datetime) -> Iterator[Person]:
    """Each once, with all their roles and the permissions that run."""
    roles: dict[int, list[str]] = {}
    for one in view.parties:
        roles.setdefault(one.party, []).append(one.label)
    rows = Party.objects.in_bulk(list(roles))
    for pk, held in roles.items():
        yield _person(rows[pk], ", ".join(dict.fromkeys(held)), now)


def related(view: CaseView) -> Iterator[Relative]:
    """The latest first."""
    language = get_language() or ""
    for row in Case.objects.filter(reference__in=view.related).order_by("-opened_at"):
        texts = versions.load(row.type_key, row.type_version).texts
        yield Relative(
            reference=row.reference,
            title=texts.title(language),
            state=row.state,
            outcome=texts.outcome(row.outcome, language) if row.outcome else "",
            opened_at=row.opened_at,
        )


def _person(party: Party, roles: str, now: datetime) -> Person:
    running = [one for one in mandates.mandates_of(party.pk, now=now) if one.state == "running"]
    return Person(
        id=party.pk,
        name=party.name,
        roles=roles,
        email=email_of(party),
        language=party.language,
        acts_for=tuple(one.mandate.giver.name for one in running if one.mandate.holder_id == party.pk),
        acted_for_by=tuple(one.mandate.holder.name for one in running if one.mandate.giver_id == party.pk),
    )
