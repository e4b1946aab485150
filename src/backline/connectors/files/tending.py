"""Batches that are due are sent and answers are taken in a process that lives long, whether or not anybody asks."""

from __future__ import annotations

import logging
import threading
from datetime import UTC, datetime

from django.db import DatabaseError, connection
from django.db.models import Q

from backline.connectors import systems
from backline.connectors.contract import UnknownOperation
from backline.connectors.files.connecting import FilesConnector
from backline.connectors.files.stores import Away
from backline.connectors.models import Batch
from backline.engine.definition import DefinitionProblems

log = logging.getLogger(__name__)
DEADLINE_S = 30.0


def tend_due(*, now: datetime) -> list[str]:
    """Tend every system with a batch that is due or not sent; answers the systems that were tended."""
    due = Q(state="open", due_at__lte=now, count__gt=0) | Q(state__in=("sealed", "staged"))
    tended = []
    for name in Batch.objects.filter(due).values_list("system", flat=True).distinct():
        try:
            connector = systems.link_of(name).connector
            if isinstance(connector, FilesConnector):
                connector.tend(now=now, deadline_s=DEADLINE_S)
                tended.append(name)
        except (Away, UnknownOperation, DefinitionProblems, ValueError) as wrong:
            log.warning("the batches of %s were not sent: %s", name, wrong)
    return tended


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
        while not self._told.wait(self._every_s):
            try:
                tend_due(now=datetime.now(UTC))
            except DatabaseError:
                log.warning("no batch was looked at", exc_info=True)
        connection.close()
