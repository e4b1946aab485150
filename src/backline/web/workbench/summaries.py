"""Cases and people as lines of a list."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backline.cases.models import Case, CaseParty
from backline.catalogue import versions
from backline.people.models import Identifier, Party


@dataclass(frozen=True, kw_only=True)
class CaseLine:
    """One case."""

    reference: str
    title: str
    people: str
    state: str
    tone: str
    opened_at: datetime


@dataclass(frozen=True, kw_only=True)
class PersonLine:
    """One person."""

    id: int
    name: str
    born: object
    known_by: str


def summaries(cases: Sequence[Case]) -> list[CaseLine]:
    """In the order given."""
    names: dict[int, list[str]] = {}
    rows = CaseParty.objects.filter(case__in=[one.pk for one in cases], until__isnull=True).select_related("party")
    for row in rows.order_by("since"):
        names.setdefault(row.case_id, []).append(row.party.name)
    return [_line(one, names.get(one.pk, [])) for one in cases]


def people(parties: Iterable[Party]) -> list[PersonLine]:
    """In the order given."""
    found = list(parties)
    known: dict[int, list[str]] = {}
    for row in Identifier.objects.filter(party__in=[one.pk for one in found]).order_by("kind"):
        known.setdefault(row.party_id, []).append(row.value)
    return [
        PersonLine(id=one.pk, name=one.name, born=one.birth_date, known_by=" · ".join(known.get(one.pk, [])))
        for one in found
    ]


def _line(case: Case, names: list[str]) -> CaseLine:
    language = get_language() or ""
    texts = versions.load(case.type_key, case.type_version).texts
    words = {"open": _("Open"), "stuck": _("Stuck"), "ended": _("Ended")}
    return CaseLine(
        reference=case.reference,
        title=texts.title(language),
        people=", ".join(dict.fromkeys(names)),
        state=texts.outcome(case.outcome, language) if case.outcome else words.get(case.state, case.state),
        tone={"open": "brand", "stuck": "bad"}.get(case.state, ""),
        opened_at=case.opened_at,
    )
