"""Every look at a party's data leaves a row, which the party can read."""

from __future__ import annotations

from datetime import datetime

from django.db.models import QuerySet

from backline.people.actors import Actor
from backline.people.models import Look, Party


def log_look(*, by: Actor, party: Party | int, purpose: str, what: str, now: datetime, case: str = "") -> Look:
    """Note that ``by`` looked at ``what`` of the party, for what purpose, in which case (its reference)."""
    return Look.objects.create(
        party_id=party if isinstance(party, int) else party.pk,
        by=by.id,
        by_name=by.name[:200],
        purpose=purpose[:120],
        what=what[:200],
        case=case,
        at=now,
    )


def looks_at(party: Party | int, *, since: datetime | None = None, own: bool = False) -> QuerySet[Look]:
    """Who looked at the party's data, the latest first; the party's own looks only with ``own``."""
    party_id = party if isinstance(party, int) else party.pk
    looks = Look.objects.filter(party_id=party_id).order_by("-at", "-pk")
    if since is not None:
        looks = looks.filter(at__gte=since)
    return looks if own else looks.exclude(by=f"party:{party_id}")
