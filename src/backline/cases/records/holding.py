"""Keeping a case whatever its retention says: a dispute, an inquiry, an order of a court."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backline.cases.models import Case, Hold, HoldRelease
from backline.cases.refusals import FactsRefused, NotAllowed, NotOpen
from backline.cases.storage.entering import enter
from backline.cases.storage.happenings import Happening
from backline.people.actors import Actor


@transaction.atomic
def hold(*, case: Case, by: Actor, reason: str, now: datetime) -> Hold:
    """From now on the case is kept until somebody ends this order."""
    case = _locked(case, by)
    said = _said(reason)
    made = Hold.objects.create(case=case, reason=said, by=by.id, at=now)
    enter(Happening(kind="kept on order", data={"reason": said, "name": by.name}), case=case, by=by, now=now)
    return made


@transaction.atomic
def release(*, held: Hold, by: Actor, reason: str, now: datetime) -> HoldRelease:
    """This order ends; another one, and its retention, go on."""
    case = _locked(held.case, by)
    said = _said(reason)
    if HoldRelease.objects.filter(hold=held).exists():
        raise NotOpen(_("This order has ended already."))
    made = HoldRelease.objects.create(hold=held, reason=said, by=by.id, at=now)
    enter(Happening(kind="order to keep ended", data={"reason": said, "name": by.name}), case=case, by=by, now=now)
    return made


def _locked(case: Case, by: Actor) -> Case:
    if not by.has_duty("administrator"):
        raise NotAllowed(_("Only an administrator decides what is kept."))
    locked = Case.objects.select_for_update().get(pk=case.pk)
    if locked.state == "gone":
        raise NotOpen(_("This request was destroyed."))
    return locked


def _said(reason: str) -> str:
    said = " ".join(reason.split())[:300]
    if not said:
        raise FactsRefused({"reason": _("Please give a reason.")})
    return said
