"""Mandates: granted, revoked, and asked whether one covers a service at an instant."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime, tzinfo
from typing import Literal

from django.db import transaction
from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from backline.people.actors import Actor
from backline.people.birthdays import comes_of_age
from backline.people.models import Mandate, MandateRevocation, MandateService, Party
from backline.people.refusals import NotAllowed, Refusal

EVERYTHING = "everything"
"""The scope word for all services"""


class MandateRefused(Refusal):
    """The mandate can't be granted as asked."""


@dataclass(frozen=True, kw_only=True)
class Standing:
    """A mandate as it stands at an instant."""

    mandate: Mandate
    services: tuple[str, ...]
    ends_at: datetime | None
    """When it ends or ended, whatever ends it"""
    state: Literal["to come", "running", "ended", "revoked"]


@transaction.atomic
def grant(
    *,
    by: Actor,
    giver: Party,
    holder: Party,
    services: Collection[str],
    now: datetime,
    basis: str = "granted",
    purpose: str = "",
    starts_at: datetime | None = None,
    ends_at: datetime | None = None,
    key: str = "",
) -> Mandate:
    """The giver lets the holder act for them in these services (case types, scope words, or ``everything``).

    With a ``key`` it is granted once, however often it is told.
    """
    if key and (told_before := Mandate.objects.filter(key=key).first()):
        return told_before
    kind = Mandate.Basis(basis)
    starts = starts_at or now
    _may_grant(by, giver, kind)
    _must_make_sense(giver, holder, kind, services, starts, ends_at)
    mandate = Mandate.objects.create(
        giver=giver,
        holder=holder,
        basis=kind,
        purpose=purpose[:300],
        starts_at=starts,
        ends_at=ends_at,
        key=key,
        granted_by=by.id,
        granted_at=now,
    )
    MandateService.objects.bulk_create(MandateService(mandate=mandate, key=key) for key in sorted(set(services)))
    return mandate


@transaction.atomic
def revoke(*, by: Actor, mandate: Mandate, now: datetime, reason: str = "") -> MandateRevocation:
    """The mandate ends now. The giver may do so, the holder may lay it down, a colleague may note it."""
    if by.kind == "party" and by.party_id not in (mandate.giver_id, mandate.holder_id):
        raise NotAllowed(_("Only the two people concerned can end this permission."))
    row, _made = MandateRevocation.objects.get_or_create(
        mandate=mandate, defaults={"by": by.id, "at": now, "reason": reason[:300]}
    )
    return row


def covers(*, holder: int, giver: int, service: str, now: datetime, zone: tzinfo | None = None) -> bool:
    """Whether party ``holder`` may act for party ``giver`` in ``service`` at ``now``; ids of parties."""
    return mandate_for(holder=holder, giver=giver, services=(service,), now=now, zone=zone) is not None


def mandate_for(
    *, holder: int, giver: int, services: Iterable[str], now: datetime, zone: tzinfo | None = None
) -> Mandate | None:
    """The running mandate that covers one of these services, the longest first; days begin in ``zone``."""
    wanted = {*services, EVERYTHING}
    rows = _with_all(Mandate.objects.filter(holder=holder, giver=giver, services__key__in=wanted).distinct())
    running = [s for s in _standings(rows, now, zone) if s.state == "running"]
    running.sort(key=lambda s: (s.ends_at is not None, -(s.ends_at or now).timestamp()))
    return running[0].mandate if running else None


def mandates_of(party: int, *, now: datetime, zone: tzinfo | None = None) -> list[Standing]:
    """All mandates that the party gave or holds, the newest first."""
    rows = Mandate.objects.filter(Q(giver=party) | Q(holder=party)).order_by("-granted_at", "-pk")
    return _standings(_with_all(rows), now, zone)


def _may_grant(by: Actor, giver: Party, basis: Mandate.Basis) -> None:
    if by.kind == "party" and by.party_id != giver.pk:
        raise NotAllowed(_("Only the person concerned can give this permission."))
    if by.kind == "party" and basis != Mandate.Basis.GRANTED:
        raise NotAllowed(_("We have to record this permission ourselves; please contact us."))


def _must_make_sense(
    giver: Party,
    holder: Party,
    basis: Mandate.Basis,
    services: Collection[str],
    starts_at: datetime,
    ends_at: datetime | None,
) -> None:
    if giver.pk == holder.pk:
        raise MandateRefused(_("Nobody needs a permission to act for themselves."))
    if not services:
        raise MandateRefused(_("Choose at least one service that the permission is for."))
    if ends_at is not None and ends_at <= starts_at:
        raise MandateRefused(_("The permission would end before it starts."))
    if basis == Mandate.Basis.PARENT and giver.birth_date is None:
        raise MandateRefused(_("A parent's permission needs the child's date of birth, since it ends at 18."))


def _with_all(rows: QuerySet[Mandate]) -> QuerySet[Mandate]:
    return rows.select_related("giver", "holder", "revocation").prefetch_related("services")


def _standings(rows: Iterable[Mandate], now: datetime, zone: tzinfo | None) -> list[Standing]:
    return [_standing(mandate, now, zone or timezone.get_default_timezone()) for mandate in rows]


def _standing(mandate: Mandate, now: datetime, zone: tzinfo) -> Standing:
    revocation = getattr(mandate, "revocation", None)
    ends_at = _ends_at(mandate, zone)
    state: Literal["to come", "running", "ended", "revoked"]
    if revocation is not None and revocation.at <= now:
        state, ends_at = "revoked", min(revocation.at, ends_at or revocation.at)
    elif ends_at is not None and ends_at <= now:
        state = "ended"
    else:
        state = "running" if mandate.starts_at <= now else "to come"
    services = tuple(sorted(service.key for service in mandate.services.all()))
    return Standing(mandate=mandate, services=services, ends_at=ends_at, state=state)


def _ends_at(mandate: Mandate, zone: tzinfo) -> datetime | None:
    """A parent's mandate ends on the child's 18th birthday; without a date of birth it can't be relied on at all."""
    if mandate.basis != Mandate.Basis.PARENT:
        return mandate.ends_at
    birth_date = mandate.giver.birth_date
    of_age = comes_of_age(birth_date, zone) if birth_date else mandate.starts_at
    return min(of_age, mandate.ends_at or of_age)
