"""What a change says of effects that exist is written onto their rows, and their jobs follow."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db.models import F

from backline.cases.models import Effect
from backline.cases.storage.happenings import Data, Happening
from backline.cases.storage.statements import update
from backline.jobs import enqueuing

EFFECT_JOB = "effect"
STATES = {
    "again": "planned",
    "unclear": "unknown",
    "done": "done",
    "refused": "refused",
    "failed": "failed",
    "given up": "given up",
}
SETTLED = ("done", "refused", "failed", "given up")


def write(happened: Sequence[Happening], *, now: datetime) -> None:
    """Bring the rows of these effects to where the happenings leave them, and let go of the claims."""
    for happening in happened:
        if happening.kind in STATES:
            update(Effect, _columns(happening, now), where={"key": happening.data["key"]})
            if "untried" in happening.data:  # seldom: its system was said to be down while it was being begun
                Effect.objects.filter(key=happening.data["key"]).update(attempts=F("attempts") - 1)
            _job(happening.kind, happening.data)


def _columns(happening: Happening, now: datetime) -> dict[str, Any]:
    columns: dict[str, Any] = {
        k: happening.data[k] for k in ("gives", "proof", "refusal", "reason") if k in happening.data
    }
    columns |= {"state": STATES[happening.kind], "claimed_by": "", "claim_expires": None}
    if "planned" in happening.data:
        columns["planned_at"] = datetime.fromisoformat(happening.data["planned"])
    if happening.kind in SETTLED:
        columns["settled_at"] = now
    return columns


def _job(kind: str, data: Data) -> None:
    if kind in SETTLED:
        enqueuing.dismiss(EFFECT_JOB, data["key"])
    else:
        enqueuing.enqueue(EFFECT_JOB, data["key"], due_at=datetime.fromisoformat(data["not_before"]))
