"""The loop that wakes what is due. It is given a table of what to call with a job's ``ref``, and knows nothing of
cases."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from uuid import uuid4

from django.db import close_old_connections, transaction

from backline.jobs import bell, giving_way
from backline.jobs.claiming import BATCH, Claimed, claim_due, finish, next_due, put_back

log = logging.getLogger(__name__)

Table = Mapping[str, Callable[[str, datetime], None]]
"""Kind of job -> what is called with its ref and the time; it must bear to be called twice"""
Clock = Callable[[], datetime]
LONGEST_SLEEP_S = 5.0
LONGEST_WAY_S = 2.0
"""So long it lets people pass who wait for a page; then it works beside them until it has caught up"""
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(minutes=10)


def utc_now() -> datetime:
    """The clock of a process that serves."""
    return datetime.now(UTC)


class Loop:
    """One worker: ``start`` runs it in threads of this process, ``run_due`` makes one round in this one.

    Several ``hands`` work side by side, so that a system that hangs holds up one of them and not the rest.
    """

    def __init__(self, table: Table, *, clock: Clock = utc_now, hands: int = 1) -> None:
        self._table = table
        self._clock = clock
        self._owner = uuid4().hex
        self._stopping = threading.Event()
        self._thread: threading.Thread | None = None
        self._hands = hands
        self._room = threading.Semaphore(2 * hands)
        self._patient = True

    def start(self) -> None:
        """Begin to work in threads."""
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
        pool = ThreadPoolExecutor(self._hands, thread_name_prefix="backline-hand")
        try:
            while not self._stopping.is_set():
                close_old_connections()
                if not self._hand_out(pool):
                    self._patient = True
                    asleep = self._sleep_s()
                    bell.wait(asleep, until=self._clock() + timedelta(seconds=asleep))
        finally:
            pool.shutdown(wait=True)
            close_old_connections()

    def _hand_out(self, pool: ThreadPoolExecutor) -> int:
        """Claim what is due as hands come free; answers how many jobs were claimed."""
        self._room.acquire()
        self._room.release()
        self._patient = self._patient and giving_way.let_pass(LONGEST_WAY_S)
        try:
            jobs = self._claim(most=2 * self._hands)
        except Exception:
            log.exception("the job loop stumbled and goes on")
            return 0
        for job in jobs:
            self._room.acquire()
            pool.submit(self._in_hand, job)
        return len(jobs)

    def _in_hand(self, job: Claimed) -> None:
        try:
            close_old_connections()
            self._perform(job)
        except Exception:
            log.exception("job %s %s could not be put back", job.kind, job.ref)
        finally:
            close_old_connections()
            self._room.release()

    def run_due(self) -> int:
        """Do all that is due now, once round; answers how many jobs were in hand."""
        jobs = self._claim(most=BATCH)
        for job in jobs:
            self._perform(job)
        return len(jobs)

    def _claim(self, *, most: int) -> list[Claimed]:
        with transaction.atomic():
            return claim_due(owner=self._owner, now=self._clock(), most=most)

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
