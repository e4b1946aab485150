"""Mandates as case types use them: ``people.mandate`` asks whether one runs, ``people.grant`` notes one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from backline.cases.models import Case, Effect
from backline.cases.storage.encoding import decode_members
from backline.connectors.contract import Done, Found, Missing, ReadResult, Refused, WriteResult
from backline.engine.definition import ValueType
from backline.engine.values import Row
from backline.people import mandates
from backline.people.actors import SYSTEM
from backline.people.models import Mandate, Party

DAYS = 90
"""How long a mandate lasts that a case type grants without saying how long"""


def has_mandate(case: Case, arguments: Mapping[str, Any], now: datetime, /) -> ReadResult:
    """Whether ``holder`` may act for ``giver`` in ``service``: yes or no."""
    holder, giver = _party(arguments.get("holder")), _party(arguments.get("giver"))
    if holder is None or giver is None:
        return Missing(reason="none", detail="nobody holds the role")
    running = mandates.covers(holder=holder.pk, giver=giver.pk, service=str(arguments["service"]), now=now)
    return Found(value=running, type=ValueType(kind="yes/no"))


def grant_mandate(effect: Effect, /) -> WriteResult:
    """The giver lets the holder act for them; noted once for the effect's key."""
    payload = decode_members(effect.payload)
    holder, giver = _party(payload.get("holder")), _party(payload.get("giver"))
    if holder is None or giver is None:
        return Refused(code="nobody", message="Nobody holds the role.")
    mandate = _granted(effect, holder, giver, payload)
    return Done(proof={"mandate": mandate.pk})


def _granted(effect: Effect, holder: Party, giver: Party, payload: Mapping[str, Any]) -> Mandate:
    now = effect.started_at or effect.planned_at
    return mandates.grant(
        by=SYSTEM,
        giver=giver,
        holder=holder,
        services=[str(payload["service"])],
        now=now,
        key=effect.key,
        purpose=str(payload.get("purpose") or ""),
        ends_at=now + timedelta(days=int(payload.get("days") or DAYS)),
    )


def _party(value: object) -> Party | None:
    return Party.objects.filter(pk=int(value.id)).first() if isinstance(value, Row) and value.id.isdigit() else None
