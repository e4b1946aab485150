"""A person asks that what is stored of them be erased. What has to be kept is kept, and they are told until when."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.utils.translation import gettext as _

from backline.cases.models import Case, CaseParty
from backline.cases.records.destroying import Also, destroy
from backline.cases.refusals import NotAllowed, NotOpen
from backline.people.actors import Actor
from backline.people.forgetting import forget_party
from backline.people.models import Party


@dataclass(frozen=True, kw_only=True)
class Erasure:
    """What became of the wish."""

    destroyed: tuple[str, ...]
    """References of cases"""
    kept: tuple[tuple[str, str], ...]
    """Cases that stay, each with why and until when"""
    forgotten: bool
    """Nothing has to be kept: the person's name and addresses are gone as well"""


def erase_person(*, party: Party, by: Actor, reason: str, now: datetime, also: Sequence[Also] = ()) -> Erasure:
    """Destroy every case of this person that nothing keeps; forget the person when none is left."""
    if not by.has_duty("administrator"):
        raise NotAllowed(_("Only an administrator may erase."))
    destroyed: list[str] = []
    kept: list[tuple[str, str]] = []
    for case in _cases_of(party):
        try:
            destroy(case=case, by=by, ground="request", reason=reason, now=now, also=also)
            destroyed.append(case.reference)
        except NotOpen as why:
            kept.append((case.reference, str(why)))
    if not kept:
        forget_party(party, now=now)
    return Erasure(destroyed=tuple(destroyed), kept=tuple(kept), forgotten=not kept)


def _cases_of(party: Party) -> Sequence[Case]:
    numbers = CaseParty.objects.filter(party=party).values("case")
    return list(Case.objects.filter(pk__in=numbers).exclude(state="gone").order_by("opened_at"))
