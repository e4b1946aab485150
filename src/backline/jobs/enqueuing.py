"""Jobs are written where the reason for them is written: in the same transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from functools import partial

from django.db import connection, transaction

from backline.jobs import bell
from backline.jobs.models import Job

UPSERT = """
insert into jobs_job (kind, ref, due_at, attempts, claimed_by, problem) values (%s, %s, %s, 0, '', '')
on conflict (kind, ref) do update set due_at = excluded.due_at
"""
"""Written out like the deletion below, since a customer waits for it and the ORM builds it anew each time"""


def enqueue(kind: str, ref: str, *, due_at: datetime) -> None:
    """Have ``kind`` called with ``ref`` at ``due_at``. A job for the same pair moves to that time."""
    with connection.cursor() as cursor:
        cursor.execute(UPSERT, [kind, ref, connection.ops.adapt_datetimefield_value(due_at)])
    transaction.on_commit(partial(bell.ring, due_at))


def ensure(kind: str, ref: str, *, due_at: datetime) -> None:
    """Have a job for this pair; one that is there keeps its time."""
    Job.objects.get_or_create(kind=kind, ref=ref, defaults={"due_at": due_at})
    transaction.on_commit(partial(bell.ring, due_at))


def due_between(kinds: Sequence[str], first: datetime, last: datetime) -> list[tuple[str, str, datetime]]:
    """Kind, ref and time of the jobs of these kinds that are due then."""
    rows = Job.objects.filter(kind__in=kinds, due_at__gte=first, due_at__lte=last)
    return list(rows.order_by("due_at", "pk").values_list("kind", "ref", "due_at"))


def dismiss(kind: str, ref: str) -> None:
    """Nothing is due for this pair any more."""
    with connection.cursor() as cursor:
        cursor.execute("delete from jobs_job where kind = %s and ref = %s", [kind, ref])
