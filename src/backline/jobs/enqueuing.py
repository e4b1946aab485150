"""Jobs are written where the reason for them is written: in the same transaction."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from backline.jobs import bell
from backline.jobs.models import Job


def enqueue(kind: str, ref: str, *, due_at: datetime) -> None:
    """Have ``kind`` called with ``ref`` at ``due_at``. A job for the same pair moves to that time."""
    Job.objects.bulk_create(
        [Job(kind=kind, ref=ref, due_at=due_at)],
        update_conflicts=True,
        unique_fields=["kind", "ref"],
        update_fields=["due_at"],
    )
    transaction.on_commit(bell.ring)


def dismiss(kind: str, ref: str) -> None:
    """Nothing is due for this pair any more."""
    Job.objects.filter(kind=kind, ref=ref).delete()
