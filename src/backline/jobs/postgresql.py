"""On PostgreSQL, workers pass over the rows that another one is just claiming instead of queueing for them."""

from __future__ import annotations

from django.db.models import QuerySet

from backline.jobs.models import Job


def skip_locked(jobs: QuerySet[Job]) -> QuerySet[Job]:
    """The same jobs without those that somebody has locked; to be read within a transaction."""
    return jobs.select_for_update(skip_locked=True)
