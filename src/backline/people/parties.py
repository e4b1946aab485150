"""Parties: made, found by what they are known by, and shown to the engine as values."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backline.engine.values import Row
from backline.people import identifiers, particulars
from backline.people.models import Account, Identifier, Party
from backline.people.refusals import IdentifierTaken


@transaction.atomic
def create_party(
    *,
    now: datetime,
    name: str = "",
    kind: str = "person",
    birth_date: date | None = None,
    language: str = "",
    time_zone: str = "",
    details: Mapping[str, Any] | None = None,
    claims: Mapping[str, str] | None = None,
    verified: Mapping[str, str] | None = None,
) -> Party:
    """A new party with its identifiers by kind; ``verified`` ones raise ``IdentifierTaken`` when another has them."""
    party = Party.objects.create(
        kind=Party.Kind(kind),
        name=name.strip()[:200],
        birth_date=birth_date,
        language=language,
        time_zone=time_zone,
        details=dict(details or {}),
        created_at=now,
    )
    for of_kind, value in (claims or {}).items():  # nobody else can have claimed anything for them yet
        Identifier.objects.create(party=party, kind=of_kind, value=identifiers.normal(of_kind, value), created_at=now)
    for of_kind, value in (verified or {}).items():
        verify_identifier(party=party, kind=of_kind, value=value, now=now)
    return party


def describe_party(
    *,
    party: Party,
    name: str | None = None,
    birth_date: date | None = None,
    language: str | None = None,
    time_zone: str | None = None,
    details: Mapping[str, Any] | None = None,
) -> Party:
    """Change what is told of a party; what is None stays as it is."""
    changes = {"name": name, "birth_date": birth_date, "language": language, "time_zone": time_zone}
    told: dict[str, Any] = {field: value for field, value in changes.items() if value is not None}
    if details is not None:
        told["details"] = {**party.details, **details}
    for field, value in told.items():
        setattr(party, field, value)
    party.save(update_fields=list(told))
    return party


def find_by_identifier(kind: str, value: str) -> Party | None:
    """The party that has this identifier verified."""
    row = (
        Identifier.objects.filter(kind=kind, value=identifiers.normal(kind, value), verified_at__isnull=False)
        .select_related("party")
        .first()
    )
    return row.party if row else None


def claimants_of(kind: str, value: str) -> list[Party]:
    """Parties that say they have this identifier, proven or not; the earliest first."""
    rows = Identifier.objects.filter(kind=kind, value=identifiers.normal(kind, value)).select_related("party")
    return [row.party for row in rows.order_by("created_at", "pk")]


def told_of(email: str) -> list[Party]:
    """Those who can be meant by an address: whoever has it proven, else those who were told of by it, the earliest
    first. Nobody signs in as one of these: who has an account is meant by what they proved, not by what they claim."""
    if found := find_by_identifier(identifiers.EMAIL, email):
        return [found]
    claimants = claimants_of(identifiers.EMAIL, email)
    signed_in = set(Account.objects.filter(party__in=claimants).values_list("party_id", flat=True))
    return [party for party in claimants if party.pk not in signed_in]


@transaction.atomic
def find_or_create(*, kind: str, value: str, now: datetime, name: str = "", birth_date: date | None = None) -> Party:
    """The party with this verified identifier, made where there is none; for identifiers that a system vouches for."""
    if found := find_by_identifier(kind, value):
        return found
    try:
        with transaction.atomic():
            return create_party(name=name, birth_date=birth_date, verified={kind: value}, now=now)
    except IdentifierTaken:
        made_meanwhile = find_by_identifier(kind, value)
        if made_meanwhile is None:
            raise
        return made_meanwhile


def claim_identifier(*, party: Party, kind: str, value: str, now: datetime) -> Identifier:
    """The party says that this is theirs; nothing is proven yet."""
    row, _made = Identifier.objects.get_or_create(
        party=party, kind=kind, value=identifiers.normal(kind, value), defaults={"created_at": now}
    )
    return row


def verify_identifier(*, party: Party, kind: str, value: str, now: datetime) -> Identifier:
    """The identifier was proven to be the party's; raises ``IdentifierTaken`` when another party's is proven."""
    row = claim_identifier(party=party, kind=kind, value=value, now=now)
    if row.verified_at is not None:
        return row
    row.verified_at = now
    try:
        with transaction.atomic():
            row.save(update_fields=["verified_at"])
    except IntegrityError:
        raise IdentifierTaken(_("“%(value)s” belongs to somebody else here.") % {"value": row.value})
    return row


def withdraw_identifier(*, party: Party, kind: str, value: str) -> None:
    """The party does not have it any more: it stays known as told, and proves nothing."""
    Identifier.objects.filter(party=party, kind=kind, value=identifiers.normal(kind, value)).update(verified_at=None)


def email_of(party: Party) -> str:
    """Where messages to the party go: its main address, else a proven one, else one that it told; empty without any."""
    return particulars.identifiers_of(party.pk).get(identifiers.EMAIL, "")


def as_row(party: Party) -> Row:
    """The party as a value of the engine: name, e-mail, phone, birth date, language and numbers in systems."""
    return particulars.rows_of([party.pk])[party.pk]
