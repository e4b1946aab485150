"""One event is handed to one receiver: signed, without following redirects, tried again with growing pauses."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime, timedelta

import httpx

from backline.channels.webhooks.addresses import AddressRefused, Target, resolve
from backline.channels.webhooks.models import Delivery
from backline.channels.webhooks.signing import sign
from backline.channels.webhooks.subscribing import DELIVERY_JOB, end, may_still, secrets_of
from backline.jobs import enqueuing

PAUSES = (
    timedelta(seconds=5), timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=2), timedelta(hours=5),
    timedelta(hours=10), timedelta(hours=14), timedelta(hours=20), timedelta(hours=24),
)  # fmt: skip
"""As Standard Webhooks recommends"""
DEADLINE_S = 10.0
GONE = 410


def post(ref: str, now: datetime) -> None:
    """The job ``delivery``: send it, once more or for the first time. It bears to be called twice: receivers know it by
    its id."""
    delivery = Delivery.objects.select_related("subscription").filter(pk=int(ref), state="queued").first()
    if delivery is None or delivery.subscription.ended_at is not None:
        return
    if not may_still(delivery.subscription, now=now):
        end(delivery.subscription, why="whoever subscribed may read no cases any more", now=now)
        return
    delivery.attempts += 1
    try:
        status = _send(delivery, now)
    except (AddressRefused, OSError, httpx.HTTPError, ValueError) as wrong:
        _again(delivery, _words(wrong), None, now)
        return
    if 200 <= status < 300:
        delivery.state, delivery.status, delivery.problem, delivery.delivered_at = "delivered", status, "", now
        delivery.save()
    elif status == GONE:
        delivery.state, delivery.status = "failed", status
        delivery.save()
        end(delivery.subscription, why="the receiver says that it is gone (410)", now=now)
    else:
        _again(delivery, f"the receiver answered {status}", status, now)


def _send(delivery: Delivery, now: datetime) -> int:
    body = json.dumps(delivery.body, separators=(",", ":"), ensure_ascii=False).encode()
    target = resolve(delivery.subscription.url)
    id = str(delivery.body["id"])
    signatures = [sign(one, id=id, at=now, body=body) for one in secrets_of(delivery.subscription, now=now).all]
    headers = {
        "Host": target.host if target.port in (80, 443) else f"{target.host}:{target.port}",
        "Content-Type": "application/cloudevents+json",
        "User-Agent": "Backline",
        "webhook-id": id,
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": " ".join(signatures),
    }
    with httpx.Client(timeout=DEADLINE_S, follow_redirects=False, trust_env=False) as client:
        extensions = {"sni_hostname": target.host} if target.scheme == "https" else {}
        sent = client.stream("POST", _at(target), content=body, headers=headers, extensions=extensions)
        with _ended_in_time(client), sent as answer:
            return answer.status_code


@contextmanager
def _ended_in_time(client: httpx.Client) -> Iterator[None]:
    """The client's own limit is for each piece that arrives: whoever sends letter by letter would hold us for days.

    Raises httpx.ReadTimeout where the whole takes longer.
    """
    over = threading.Event()

    def end() -> None:
        over.set()
        client.close()

    timer = threading.Timer(DEADLINE_S, end)
    timer.start()
    try:
        yield
    except Exception as wrong:
        if over.is_set():
            raise httpx.ReadTimeout("it took too long") from wrong
        raise
    finally:
        timer.cancel()


def _at(target: Target) -> str:
    """The address that was looked up, so that a name that changes meanwhile leads nowhere else."""
    ip = f"[{target.ip}]" if ":" in target.ip else target.ip
    return f"{target.scheme}://{ip}:{target.port}{target.path}"


def _words(wrong: Exception) -> str:
    """What went wrong, for whoever looks after it."""
    if isinstance(wrong, socket.gaierror):
        return "there is no such host"
    if isinstance(wrong, httpx.TimeoutException):
        return f"no answer within {DEADLINE_S:g} seconds"
    if isinstance(wrong, httpx.ConnectError):
        return f"no connection: {wrong}"
    return str(wrong) or type(wrong).__name__


def _again(delivery: Delivery, problem: str, status: int | None, now: datetime) -> None:
    delivery.problem, delivery.status = problem[:300], status
    if delivery.attempts > len(PAUSES):
        delivery.state, delivery.due_at = "failed", None
    else:
        delivery.due_at = now + PAUSES[delivery.attempts - 1]
        enqueuing.enqueue(DELIVERY_JOB, str(delivery.pk), due_at=delivery.due_at)
    delivery.save()
