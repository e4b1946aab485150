"""Two parties are one person: everywhere the second takes part, the first takes its place; undo puts it all back.

Where the change of person would undo or repeat something that was done, the case stays as it is and the merge names it.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Q
from django.utils.translation import gettext as _

from backline.cases.changing import change
from backline.cases.models import Case, CaseParty, Merge
from backline.cases.refusals import FactsRefused, NotAllowed, NotOpen
from backline.cases.said import Said
from backline.cases.storage.happenings import Happening
from backline.catalogue.versions import LoadedType
from backline.engine.evaluation import Evaluation
from backline.people.actors import Actor
from backline.people.looking import log_look
from backline.people.models import Party
from backline.people.moving_over import have_accounts, move_back, move_over


class _WouldChange(Exception):
    """Something that was done would be done anew, or taken back."""


def may_merge(by: Actor) -> bool:
    """Only who leads a team, or an administrator, sees both sides."""
    return by.has_duty("administrator") or (by.kind == "staff" and bool(by.leads))


@transaction.atomic
def merge_parties(
    *, kept: Party, gone: Party, by: Actor, reason: str, now: datetime, channel: str = "workbench"
) -> Merge:
    """``gone`` is ``kept`` from now on, in every case, by every number, in every permission."""
    _refuse(kept, gone, by, reason)
    for party, other in ((kept, gone), (gone, kept)):
        what = _("Merged with %(name)s") % {"name": other.name}
        log_look(by=by, party=party, purpose=reason.strip(), what=what, now=now)
    moved = move_over(source=gone, target=kept)
    moved |= _take_places(kept, gone, by, now, channel)
    return Merge.objects.create(
        kept=kept, gone=gone, by=by.id, by_name=by.name[:200], reason=reason.strip()[:300], at=now, moved=moved
    )


@transaction.atomic
def undo_merge(*, merge: Merge, by: Actor, reason: str, now: datetime, channel: str = "workbench") -> Merge:
    """They are two after all: exactly what moved goes back, as far as it is still where it went."""
    _may(by, reason)
    row = Merge.objects.select_related("kept", "gone").select_for_update(of=("self",)).get(pk=merge.pk)
    if row.undone_at is not None:
        raise NotOpen(_("This was undone before."))
    if Merge.objects.filter(gone=row.kept, undone_at__isnull=True).exists():
        raise NotOpen(_("Undo the later merge first."))
    for party in (row.kept, row.gone):
        log_look(by=by, party=party, purpose=reason.strip(), what=_("Merge undone"), now=now)
    move_back(row.moved, source=row.gone, target=row.kept)
    for place in row.moved["cases"]:
        _give_back(place, row, by, now, channel)
    row.undone_at, row.undone_by, row.undone_reason = now, by.id, reason.strip()[:300]
    row.save(update_fields=["undone_at", "undone_by", "undone_reason"])
    return row


def merges_of(party: Party) -> list[Merge]:
    """The merges in which this party was one of the two, the latest first."""
    rows = Merge.objects.filter(Q(kept=party) | Q(gone=party)).select_related("kept", "gone")
    return list(rows.order_by("-at", "-pk"))


def _refuse(kept: Party, gone: Party, by: Actor, reason: str) -> None:
    _may(by, reason)
    if kept.pk == gone.pk:
        raise NotOpen(_("This is one person already."))
    if kept.kind != gone.kind:
        raise NotOpen(_("A person and an organisation can't be one."))
    if Merge.objects.filter(gone__in=(kept, gone), undone_at__isnull=True).exists():
        raise NotOpen(_("One of the two was merged before."))
    if have_accounts(kept, gone) and not by.has_duty("administrator"):
        raise NotAllowed(_("Both sign in with an address that they proved. Only an administrator may merge them."))


def _may(by: Actor, reason: str) -> None:
    if not may_merge(by):
        raise NotAllowed(_("Only the leader of a team or an administrator may merge two people."))
    if not reason.strip():
        raise FactsRefused({"reason": _("Please give a reason.")})


def _take_places(kept: Party, gone: Party, by: Actor, now: datetime, channel: str) -> dict[str, Any]:
    rows = CaseParty.objects.filter(party=gone, until__isnull=True).select_related("case")
    cases: list[dict[str, Any]] = []
    stayed: list[str] = []
    for case in {row.case_id: row.case for row in rows if row.case.state != "gone"}.values():
        roles = sorted(role for role, holders in case.snapshot["parties"].items() if gone.pk in holders)
        held = [role for role in roles if kept.pk in case.snapshot["parties"][role]]
        told = tuple(_swap(roles, held, out=gone.pk, into=kept.pk))
        try:
            with transaction.atomic():
                _tell(case, told, by, now, channel, careful=True)
        except _WouldChange:
            stayed.append(case.reference)
        else:
            cases.append({"case": case.pk, "reference": case.reference, "roles": roles, "held": held})
    return {"cases": cases, "stayed": stayed}


def _give_back(place: dict[str, Any], merge: Merge, by: Actor, now: datetime, channel: str) -> None:
    """The roles in which the first still stands for the second."""
    case = Case.objects.filter(pk=place["case"]).exclude(state="gone").first()
    if case is None:
        return
    parties = case.snapshot["parties"]
    roles = [role for role in place["roles"] if merge.kept_id in parties.get(role, ())]
    told: list[Happening] = []
    for role in roles:
        if role not in place["held"]:
            told.append(Happening(kind="left", data={"role": role, "party": merge.kept_id}))
        told.append(Happening(kind="joined", data={"role": role, "party": merge.gone_id}))
    if told:
        _tell(case, tuple(told), by, now, channel, careful=False)


def _swap(roles: list[str], held: list[str], *, out: int, into: int) -> list[Happening]:
    told: list[Happening] = []
    for role in roles:
        told.append(Happening(kind="left", data={"role": role, "party": out}))
        if role not in held:
            told.append(Happening(kind="joined", data={"role": role, "party": into}))
    return told


def _tell(case: Case, told: tuple[Happening, ...], by: Actor, now: datetime, channel: str, *, careful: bool) -> None:
    """Before anything else is looked at: the evaluation sees who takes part now."""

    def check(loaded: LoadedType, evaluation: Evaluation) -> None:
        again = any(effect.kind != "do" or effect.generation > 1 for effect in evaluation.effects)
        if careful and (again or (case.state == "ended" and evaluation.state != "ended")):
            raise _WouldChange

    def say(case: Case, loaded: LoadedType) -> Said:
        return Said(before=told)

    change(case, say, by=by, channel=channel, now=now, check=check, at_once=False)
