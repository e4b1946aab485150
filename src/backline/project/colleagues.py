"""Colleagues as case types ask for them: ``people.lead`` and ``people.works_here``; and their absences, noted as done.

A colleague who asks for something is a party like any customer; ``people.accounts`` knows which colleague that is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from django.conf import settings

from backline.cases.models import Case, Effect
from backline.cases.storage.encoding import decode_members
from backline.connectors.contract import Done, Found, Missing, ReadResult, Refused, WriteResult
from backline.engine.calendars import Calendar
from backline.engine.definition import ValueType
from backline.engine.values import Row, encode
from backline.people import absences
from backline.people.accounts import be_customer_too, colleague_of
from backline.people.actors import SYSTEM
from backline.people.models import Absence, Account, Staff
from backline.people.parties import as_row
from backline.people.refusals import Refusal


def works_here(case: Case, arguments: Mapping[str, Any], now: datetime, /) -> ReadResult:
    """Whether ``employee`` is a colleague: yes or no."""
    return Found(value=_staff(arguments.get("employee")) is not None, type=ValueType(kind="yes/no"))


def lead_of(case: Case, arguments: Mapping[str, Any], now: datetime, /) -> ReadResult:
    """Who leads a team of ``employee``: one who is not away, where there is one."""
    staff = _staff(arguments.get("employee"))
    if staff is None:
        return Missing(reason="none", detail="nobody who works here")
    leads = Account.objects.filter(
        staff__memberships__leads=True, staff__memberships__team__in=staff.teams.all(), is_active=True
    )
    found = list(leads.exclude(staff=staff).select_related("party", "staff").distinct().order_by("pk"))
    gone = absences.away(now)
    account = next((one for one in found if one.staff_id not in gone), found[0] if found else None)
    if account is None:
        return Missing(reason="none", detail="nobody leads their team")
    return Found(value=encode(as_row(be_customer_too(account=account, now=now))), type=ValueType(kind="person"))


def note_absence(effect: Effect, /) -> WriteResult:
    """The colleague is away from ``first_day`` to ``last_day``; the same absence is noted once."""
    payload = decode_members(effect.payload)
    staff = _staff(payload.get("employee"))
    if staff is None:
        return Refused(code="nobody", message="Nobody who works here.")
    starts_at, ends_at = _span(payload)
    known = Absence.objects.filter(staff=staff, starts_at=starts_at, ends_at=ends_at).first()
    try:
        absence = known or absences.note_absence(by=SYSTEM, staff=staff, starts_at=starts_at, ends_at=ends_at)
    except Refusal as refused:
        return Refused(code="absence", message=str(refused))
    return Done(proof={"absence": absence.pk})


def end_absence(effect: Effect, /) -> WriteResult:
    """They are there after all."""
    payload = decode_members(effect.payload)
    staff = _staff(payload.get("employee"))
    if staff is not None:
        starts_at, ends_at = _span(payload)
        Absence.objects.filter(staff=staff, starts_at=starts_at, ends_at=ends_at).delete()
    return Done(proof={"absence": None})


def _span(payload: Mapping[str, Any]) -> tuple[datetime, datetime]:
    """From the first instant of the first day to the first one after the last."""
    calendar = Calendar(zone=settings.ORGANISATION.time_zone)
    back = _day(payload["last_day"]) + timedelta(days=1)
    return calendar.start_of(_day(payload["first_day"])), calendar.start_of(back)


def _day(told: object) -> date:
    return told if isinstance(told, date) else date.fromisoformat(str(told))


def _staff(value: object) -> Staff | None:
    if not isinstance(value, Row) or not value.id.isdigit():
        return None
    return colleague_of(int(value.id))
