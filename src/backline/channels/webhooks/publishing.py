"""What happened since is read from the timelines, and becomes deliveries: nothing is written while a customer waits."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction

from backline.cases.models import Entry
from backline.channels.webhooks.models import Delivery, Subscription
from backline.channels.webhooks.subscribing import DELIVERY_JOB, PUBLISH_JOB, TYPES
from backline.jobs import enqueuing

EVERY = timedelta(seconds=2)
BATCH = 500
OVERLAP = 200
"""Entries are looked at again for a while: of two transactions the one that began first may end last"""


def publish(ref: str, now: datetime) -> None:
    """The job ``publish``: tell every subscription what is new, and come again while there is one."""
    full = False
    for subscription in Subscription.objects.filter(ended_at=None).order_by("pk"):
        full = _publish(subscription, now) or full
    if Subscription.objects.filter(ended_at=None).exists():
        enqueuing.enqueue(PUBLISH_JOB, "", due_at=now if full else now + EVERY)


def _publish(subscription: Subscription, now: datetime) -> bool:
    """Whether there may be more at once."""
    since = Entry.objects.filter(pk__gt=subscription.cursor - OVERLAP, at__gte=subscription.made_at).order_by("pk")
    entries = list(since.select_related("case")[: BATCH + OVERLAP])
    if not entries or (entries[-1].pk <= subscription.cursor and not _new(subscription, entries)):
        return False
    rows = [_delivery(subscription, entry, now) for entry in _new(subscription, entries)]
    with transaction.atomic():
        Delivery.objects.bulk_create(rows)
        for row in rows:
            enqueuing.enqueue(DELIVERY_JOB, str(row.pk), due_at=now)
        Subscription.objects.filter(pk=subscription.pk).update(cursor=max(subscription.cursor, entries[-1].pk))
    return len(entries) == BATCH + OVERLAP


def _new(subscription: Subscription, entries: Sequence[Entry]) -> list[Entry]:
    """Those that it wants and was not told."""
    wanted = [one for one in entries if one.kind in TYPES and _is_wanted(subscription, TYPES[one.kind])]
    told = Delivery.objects.filter(subscription=subscription, entry__in=[one.pk for one in wanted])
    known = set(told.values_list("entry", flat=True))
    return [one for one in wanted if one.pk not in known]


def _is_wanted(subscription: Subscription, event: str) -> bool:
    return not subscription.events or event in subscription.events


def _delivery(subscription: Subscription, entry: Entry, now: datetime) -> Delivery:
    """As CloudEvents 1.0 has it. It says what happened to which case, and no fact of it: those are read over the API."""
    case, base = entry.case, settings.ORGANISATION.base_url.rstrip("/")
    body = {
        "specversion": "1.0",
        "id": f"{case.reference}/{entry.sequence}",
        "source": base,
        "type": f"backline.{TYPES[entry.kind]}",
        "subject": case.reference,
        "time": entry.at.isoformat(),
        "datacontenttype": "application/json",
        "data": {
            "case": case.reference, "type": case.type_key, "state": case.state, "outcome": case.outcome,
            "version": entry.version, "url": f"{base}/api/cases/{case.reference}",
        },
    }  # fmt: skip
    return Delivery(
        subscription=subscription, entry=entry.pk, type=TYPES[entry.kind], subject=case.reference, body=body,
        made_at=now, due_at=now,
    )  # fmt: skip
