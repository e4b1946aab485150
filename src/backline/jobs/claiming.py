"""Which job is next, taken by a conditional update, so that two workers never have the same one in hand."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db import connection
from django.db.models import F, Q, QuerySet

from backline.jobs import postgresql
from backline.jobs.models import Job

CLAIM = timedelta(minutes=5)
"""A worker that has not finished by then is taken for dead"""
BATCH = 20


@dataclass(frozen=True, kw_only=True)
class Claimed:
    """A job in hand."""

    id: int
    kind: str
    ref: str
    due_at: datetime
    attempts: int


def claim_due(*, owner: str, now: datetime, most: int = BATCH) -> list[Claimed]:
    """Take up to ``most`` jobs that are due and in nobody's hands, the earliest first.

    When there are more than a batch (a machine that slept), each kind has its share, so that thousands of one kind do
    not stall the others.
    """
    claimed = []
    for job in _next(_free(now).filter(due_at__lte=now).order_by("due_at", "pk"), most):
        taken = _free(now).filter(pk=job.pk, due_at=job.due_at)
        if taken.update(claimed_by=owner, claim_expires=now + CLAIM, attempts=F("attempts") + 1):
            claimed.append(Claimed(id=job.pk, kind=job.kind, ref=job.ref, due_at=job.due_at, attempts=job.attempts + 1))
    return claimed


def finish(job: Claimed, *, owner: str) -> None:
    """It was done: the row goes, unless it was moved to another time meanwhile."""
    mine = Job.objects.filter(pk=job.id, claimed_by=owner)
    if not mine.filter(due_at=job.due_at).delete()[0]:
        mine.update(claimed_by="", claim_expires=None, attempts=0, problem="")


def put_back(job: Claimed, *, owner: str, problem: str, due_at: datetime) -> None:
    """It went wrong on this side: it comes again later, and the row says why."""
    mine = Job.objects.filter(pk=job.id, claimed_by=owner)
    mine.update(claimed_by="", claim_expires=None, problem=problem[:500], due_at=due_at)


def release_all() -> int:
    """Whoever had jobs in hand is gone: they are free at once. Only for the one process that performs them."""
    return Job.objects.exclude(claimed_by="").update(claimed_by="", claim_expires=None)


def next_due() -> datetime | None:
    """When the earliest job is due that nobody has in hand."""
    return Job.objects.filter(claimed_by="").order_by("due_at").values_list("due_at", flat=True).first()


def _next(due: QuerySet[Job], most: int) -> list[Job]:
    rows = postgresql.skip_locked(due) if connection.vendor == "postgresql" else due
    earliest = list(rows[:most])
    if len(earliest) < most:
        return earliest
    kinds = sorted(due.order_by().values_list("kind", flat=True).distinct())
    share = max(most // len(kinds), 1)
    shares = [job for kind in kinds for job in rows.filter(kind=kind)[:share]]
    return sorted(shares, key=lambda job: (job.due_at, job.pk))


def _free(now: datetime) -> QuerySet[Job]:
    return Job.objects.filter(Q(claimed_by="") | Q(claim_expires__lt=now))
