"""What happens in a case becomes deliveries in the same transaction, where somebody subscribed to it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.conf import settings

from backline.cases.models import Case
from backline.cases.storage.happenings import Happening
from backline.channels.webhooks.listeners import LISTENERS
from backline.channels.webhooks.models import Delivery, Subscription
from backline.channels.webhooks.subscribing import DELIVERY_JOB, TYPES
from backline.jobs import enqueuing


def publish(case: Case, happened: Sequence[Happening], now: datetime) -> None:
    """Write what is to be told of these, which are the last entries of the case."""
    if not LISTENERS.any_now(now):
        return
    first = case.sequence - len(happened) + 1
    told = [(number, one) for number, one in enumerate(happened, start=first) if one.kind in TYPES]
    if not told:
        return
    rows = [
        _delivery(subscription, case, number, TYPES[one.kind], now)
        for subscription in Subscription.objects.filter(ended_at=None).order_by("pk")
        for number, one in told
        if not subscription.events or TYPES[one.kind] in subscription.events
    ]
    for row in Delivery.objects.bulk_create(rows):
        enqueuing.enqueue(DELIVERY_JOB, str(row.pk), due_at=now)


def _delivery(subscription: Subscription, case: Case, sequence: int, event: str, now: datetime) -> Delivery:
    """As CloudEvents 1.0 has it. It says what happened to which case, and no fact of it: the API tells those."""
    base, id = settings.ORGANISATION.base_url.rstrip("/"), f"{case.reference}/{sequence}"
    data: dict[str, Any] = {
        "case": case.reference, "type": case.type_key, "state": case.state, "outcome": case.outcome,
        "version": case.version, "url": f"{base}/api/cases/{case.reference}",
    }  # fmt: skip
    body = {
        "specversion": "1.0", "id": id, "source": base, "type": f"backline.{event}", "subject": case.reference,
        "time": now.isoformat(), "datacontenttype": "application/json", "data": data,
    }  # fmt: skip
    return Delivery(
        subscription=subscription, entry=id, type=event, subject=case.reference, body=body, made_at=now, due_at=now
    )
