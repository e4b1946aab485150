"""What is done about promises from time to time, by jobs: learn anew, look for doubts, foretell what is open."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

from backline.cases.fittings import fittings
from backline.catalogue import versions
from backline.catalogue.models import Version
from backline.insight.judging import shadowing
from backline.insight.models import Doubt
from backline.insight.promises import forecasts, learning, watching
from backline.jobs import enqueuing

LEARN_JOB, FORETELL_JOB = "learn promises", "foretell"
LEARN_EVERY, FORETELL_EVERY = timedelta(hours=1), timedelta(minutes=1)
APART = timedelta(seconds=1)
AT_ONCE = timedelta(seconds=5)
"""While there is more to foretell than one batch"""
Tell = Callable[[Doubt, datetime], None]
"""Tells the owner of a promise that it is in doubt, once"""


def learn(ref: str, now: datetime, *, tell: Tell | None = None) -> None:
    """Learn from the cases of one type anew, and tell the owner of what is not kept any more; without ``ref``, have
    that done for each type."""
    if not ref:
        _learn_each(now)
        return
    try:
        loaded = versions.load_current(ref)
    except versions.VersionNotFound:
        return
    if loaded.definition.promises:
        learning.learn(loaded, calendar=fittings().calendar, now=now)
        for doubt in watching.watch(now=now, type_key=ref).new:
            if tell:
                tell(doubt, now)


def _learn_each(now: datetime) -> None:
    """One after the other, so that nothing else waits long."""
    enqueuing.enqueue(LEARN_JOB, "", due_at=now + LEARN_EVERY)
    for number, key in enumerate(sorted(Version.objects.order_by().values_list("key", flat=True).distinct())):
        enqueuing.enqueue(LEARN_JOB, key, due_at=now + number * APART)


def foretell(ref: str, now: datetime) -> None:
    """Foretell what changed."""
    shadowing.look(now=now)
    looked = forecasts.renew(calendar=fittings().calendar, now=now)
    again = AT_ONCE if looked == forecasts.BATCH else FORETELL_EVERY
    enqueuing.enqueue(FORETELL_JOB, ref, due_at=now + again)


def ensure(now: datetime) -> None:
    """Have both done from now on."""
    enqueuing.ensure(LEARN_JOB, "", due_at=now + FORETELL_EVERY)
    enqueuing.ensure(FORETELL_JOB, "", due_at=now + FORETELL_EVERY)
