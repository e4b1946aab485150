"""Who else has this case open just now."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from backline.cases.models import Case, Presence
from backline.people.actors import Actor

LASTS = timedelta(minutes=2)


@dataclass(frozen=True, kw_only=True)
class Present:
    """Somebody who has the case open."""

    actor: str
    name: str
    seen_at: datetime


def note_presence(*, case: Case, by: Actor, now: datetime) -> None:
    """This actor has the case open now; pages say so when they are shown, and again while they are."""
    Presence.objects.update_or_create(case=case, actor=by.id, defaults={"name": by.name, "seen_at": now})


def others_present(*, case: Case, by: Actor, now: datetime) -> list[Present]:
    """Who else has it open, the latest first."""
    rows = Presence.objects.filter(case=case, seen_at__gt=now - LASTS).exclude(actor=by.id).order_by("-seen_at")
    return [Present(actor=row.actor, name=row.name, seen_at=row.seen_at) for row in rows]
