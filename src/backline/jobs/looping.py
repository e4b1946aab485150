"""The loop that wakes what is due. It is given a table of what to call with a job's ``ref``, and knows nothing of
cases."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.db import close_old_connections, transaction

from backline.jobs import bell
from backline.jobs.claiming import Claimed, claim_due, finish, next_due, put_back

log = logging.getLogger(__name__)

Table = Mapping[str, Callable[[str, datetime], None]]
"""Kind of job -> what is called with its ref and the time; it must bear to be called twice"""
Clock = Callable[[], datetime]
LONGEST_SLEEP_S = 5.0
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)


def utc_now() -> datetime:
    """The clock of a process that serves."""
    return datetime.now(UTC)


class Loop:
    """One worker: ``start`` runs it in a thread of this process, ``run_due`` makes one round in this one."""

    def __init__(self, table: Table, *, clock: Clock = utc_now) -> None:
        self._table = table
        self._clock = clock
        self._owner = uuid4().hex
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None

    def start(self) -> None:
        """Begin to work in a thread."""
        self._thread = threading.Thread(target=self.run, name="backline-jobs", daemon=True)
        self._thread.start()

    def stop(self, *, patience_s: float = 20.0) -> None:
        """Finish what is in hand, then end."""
        self._stopping.set()
        bell.ring()
        if self._thread:
            self._thread.join(patience_s)

    def run(self) -> None:
        """Work until stopped."""
        while not self._stopping.is_set():
            close_old_connections()
            try:
                worked = self.run_due()
            except Exception:
                log.exception("the job loop stumbled and goes on")
                worked = 0
            if not worked:
                bell.wait(self._sleep_s())
        close_old_connections()

    def run_due(self) -> int:
        """Do all that is due now, once round; answers how many jobs were in hand."""
        with transaction.atomic():
            jobs = claim_due(owner=self._owner, now=self._clock())
        for job in jobs:
            self._perform(job)
        return len(jobs)

    def _perform(self, job: Claimed) -> None:
        try:
            self._table[job.kind](job.ref, self._clock())
        except Exception as wrong:
            log.exception("job %s %s", job.kind, job.ref)
            pause = min(FIRST_PAUSE * 2 ** min(job.attempts, 10), LONGEST_PAUSE)
            put_back(job, owner=self._owner, problem=f"{type(wrong).__name__}: {wrong}", due_at=self._clock() + pause)
        else:
            finish(job, owner=self._owner)

    def _sleep_s(self) -> float:
        try:
            due = next_due()
        except Exception:
            return LONGEST_SLEEP_S
        if due is None:
            return LONGEST_SLEEP_S
        return min(max((due - self._clock()).total_seconds(), 0.05), LONGEST_SLEEP_S)
