"""Something changed in a system: it is read how it stands there now, and the cases that rest on it are told."""

from __future__ import annotations

import hashlib
from datetime import datetime, timedelta
from typing import Any

from backline.cases.looking_again import look_again
from backline.cases.models import Searchable
from backline.cases.openings import arriving
from backline.cases.storage.indexing import comparable
from backline.channels.webhooks.models import Notice
from backline.channels.webhooks.receiving import NOTICE_JOB
from backline.connectors import calling, systems
from backline.connectors.contract import Found, Missing
from backline.connectors.declarations import Wake
from backline.engine import values
from backline.engine.values import Row
from backline.jobs import enqueuing

PAUSES = (timedelta(seconds=10), timedelta(minutes=1), timedelta(minutes=10), timedelta(hours=1))
MOST_ATTEMPTS = 20


def look(ref: str, now: datetime) -> None:
    """The job ``notice``: read the system, and tell. It bears to be called twice."""
    notice = Notice.objects.filter(pk=int(ref), state="waiting").first()
    if notice is None:
        return
    wake = _wake(notice)
    if wake is None:
        _end(notice, "unknown", "the file does not know it any more")
        return
    read = calling.read(f"{notice.system}.{wake.read}", notice.arguments) if wake.read else None
    if isinstance(read, Missing) and read.for_now:
        _later(notice, f"{read.reason} {read.detail}", now)
        return
    if isinstance(read, Missing):
        _end(notice, "looked", f"there is nothing of it in the system: {read.reason}")
        return
    notice.woken = _tell(notice, wake, read, now)
    _end(notice, "looked", "")


def _tell(notice: Notice, wake: Wake, read: Found | None, now: datetime) -> int:
    """Cases that wait for the event, and open ones that have the value among the facts by which they are found."""
    told = 0
    if wake.event:
        found = arriving.take_event(
            event=wake.event, match=notice.match, value=_value(read), now=now, channel="webhook",
            by=f"system:{notice.system}", once=_once(notice),
        )  # fmt: skip
        told += len(found)
    if notice.match:
        rows = Searchable.objects.filter(value=comparable(notice.match), case__state__in=("open", "stuck"))
        for case in {row.case_id: row.case for row in rows.select_related("case")}.values():
            told += look_again(case=case, system=notice.system, now=now)
    return told


def _once(notice: Notice) -> str:
    """What names this very event, so that it opens nothing twice."""
    return hashlib.sha256(f"{notice.system}/{notice.key}".encode()).hexdigest()[:24]


def _value(read: Found | None) -> object:
    """What a case learns is what the system says now, not what the message said."""
    if read is None:
        return True
    value: Any = values.decode(read.type, read.value)
    return dict(value.members) if isinstance(value, Row) else value


def _wake(notice: Notice) -> Wake | None:
    system = systems.link_of(notice.system).system
    if notice.source == "webhook":
        return system.hook.events.get(notice.event) if system.hook else None
    changes = system.changes.get(notice.source)
    return changes.wake if changes else None


def _later(notice: Notice, why: str, now: datetime) -> None:
    notice.attempts += 1
    if notice.attempts >= MOST_ATTEMPTS:
        _end(notice, "failed", why)
        return
    notice.detail = why[:300]
    notice.save(update_fields=["attempts", "detail"])
    pause = PAUSES[min(notice.attempts, len(PAUSES)) - 1]
    enqueuing.enqueue(NOTICE_JOB, str(notice.pk), due_at=now + pause)


def _end(notice: Notice, state: str, detail: str) -> None:
    notice.state, notice.detail = state, detail[:300]
    notice.save(update_fields=["state", "detail", "attempts", "woken"])
