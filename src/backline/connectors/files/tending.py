"""Batches that are due are sent and answers are taken in a process that lives long, whether or not anybody asks."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime, timedelta

from django.db import DatabaseError, connection
from django.db.models import Exists, OuterRef, Q

from backline.connectors import systems
from backline.connectors.contract import UnknownOperation
from backline.connectors.files.connecting import FilesConnector
from backline.connectors.files.stores import Away
from backline.connectors.models import Batch, BatchLine, TakenLine
from backline.engine.definition import DefinitionProblems

log = logging.getLogger(__name__)
DEADLINE_S = 30.0
WAITS = timedelta(days=30)
"""So long somebody looks for the answer to a line"""
LOOKS_EVERY = 6
"""Turns of the tender between one look for answers and the next"""


def tend_due(*, now: datetime) -> list[str]:
    """Tend every system with a batch that is due or not sent; answers the systems that were tended."""
    due = Q(state="open", due_at__lte=now, count__gt=0) | Q(state__in=("sealed", "staged"))
    waiting = Batch.objects.filter(due).order_by("system").values_list("system", flat=True).distinct()
    return [name for name in waiting if _tended(name, now)]


def look_for_answers(*, now: datetime) -> list[str]:
    """Tend every system that got a batch lately and has not answered each line; answers those that were tended."""
    answered = TakenLine.objects.filter(system=OuterRef("system"), key=OuterRef("key"))
    lines = BatchLine.objects.filter(batch__state="sent", batch__sent_at__gt=now - WAITS).exclude(Exists(answered))
    waiting = lines.order_by("system").values_list("system", flat=True).distinct()
    return [name for name in waiting if _tended(name, now, for_answers=True)]


def _tended(name: str, now: datetime, *, for_answers: bool = False) -> bool:
    try:
        connector = systems.link_of(name).connector
        if isinstance(connector, FilesConnector) and (connector.expects_answers or not for_answers):
            connector.tend(now=now, deadline_s=DEADLINE_S)
            return True
    except (Away, UnknownOperation, DefinitionProblems, ValueError) as wrong:
        log.warning("the files of %s were not looked at: %s", name, wrong)
    return False


class Tender:
    """Tends what is due, in a thread."""

    def __init__(self, *, every_s: float = 5.0) -> None:
        self._every_s = every_s
        self._told = threading.Event()
        self._thread = threading.Thread(target=self._tend, name="batches", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    def stop(self) -> None:
        """End, when what is being sent is there."""
        self._told.set()
        self._thread.join()

    def _tend(self) -> None:
        turns = 0
        while not self._told.wait(self._every_s):
            turns += 1
            try:
                tend_due(now=datetime.now(UTC))
                if turns % LOOKS_EVERY == 0:
                    look_for_answers(now=datetime.now(UTC))
            except DatabaseError:
                log.warning("no batch was looked at", exc_info=True)
        connection.close()
