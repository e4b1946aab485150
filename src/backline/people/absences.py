"""Who is away, and who stands in meanwhile."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from backline.people.actors import Actor
from backline.people.models import Absence, Membership, Staff
from backline.people.refusals import NotAllowed, Refusal
from backline.people.staffing import ADMINISTRATOR


class AbsenceRefused(Refusal):
    """The absence can't be noted as told."""


def note_absence(
    *, by: Actor, staff: Staff, starts_at: datetime, ends_at: datetime, stand_in: Staff | None = None
) -> Absence:
    """The colleague is away; told by themselves, by a leader of one of their teams, or by an administrator."""
    if not _may_note(by, staff):
        raise NotAllowed(_("Only the colleague, a team leader or an administrator can note an absence."))
    if ends_at <= starts_at:
        raise AbsenceRefused(_("The absence would end before it starts."))
    if stand_in is not None and stand_in.pk == staff.pk:
        raise AbsenceRefused(_("Nobody can stand in for themselves."))
    return Absence.objects.create(staff=staff, starts_at=starts_at, ends_at=ends_at, stand_in=stand_in)


def away(now: datetime) -> frozenset[int]:
    """Ids of the colleagues who are away."""
    rows = Absence.objects.filter(starts_at__lte=now, ends_at__gt=now)
    return frozenset(rows.values_list("staff_id", flat=True))


def stands_in_for(staff: Staff | int, now: datetime) -> frozenset[int]:
    """Ids of the colleagues for whom this one stands in."""
    rows = Absence.objects.filter(stand_in=staff, starts_at__lte=now, ends_at__gt=now)
    return frozenset(rows.values_list("staff_id", flat=True))


def _may_note(by: Actor, staff: Staff) -> bool:
    if by.has_duty(ADMINISTRATOR) or by.staff_id == staff.pk:
        return True
    return Membership.objects.filter(staff=staff, team__key__in=by.leads).exists()
