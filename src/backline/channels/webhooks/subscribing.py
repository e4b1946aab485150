"""Who wants to be told of what happens here: subscriptions belong to whoever made them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from backline.channels.webhooks.addresses import AddressRefused, check_address
from backline.channels.webhooks.listeners import LISTENERS
from backline.channels.webhooks.models import Delivery, Subscription
from backline.jobs import enqueuing
from backline.people import tokens
from backline.people.actors import Actor, NoActor, of_number
from backline.people.refusals import NotAllowed, Refusal

DELIVERY_JOB = "delivery"
TYPES = {
    "opened": "case.opened", "ended": "case.ended", "reopened": "case.reopened", "closed": "case.closed",
    "stuck": "case.stuck", "decided": "case.decided", "done": "effect.done", "refused": "effect.refused",
    "failed": "effect.failed", "given up": "effect.given-up", "kept": "promise.kept", "broken": "promise.broken",
    "wanted": "question.asked",
}  # fmt: skip
"""Kind of entry -> what the event is called outside"""
MOST, SCOPE = 20, "cases:read"
BOTH_SIGN = timedelta(days=1)


class SubscriptionRefused(Refusal):
    """It can't be subscribed to so."""


@dataclass(frozen=True, kw_only=True)
class Secrets:
    """What a subscription is signed with, the newest first."""

    all: tuple[bytes, ...]

    @property
    def shown(self) -> str:
        """As the receiver keeps it."""
        return "whsec_" + base64.b64encode(self.all[0]).decode()


def subscribe(*, by: Actor, url: str, events: Collection[str], now: datetime) -> Subscription:
    """Be told from now on."""
    _may(by)
    if unknown := sorted(set(events) - set(TYPES.values())):
        raise SubscriptionRefused(_("There is no event “%(event)s”.") % {"event": unknown[0]})
    try:
        check_address(url)
    except AddressRefused as refused:
        raise SubscriptionRefused(str(refused))
    if Subscription.objects.filter(owner=by.id, ended_at=None).count() >= MOST:
        raise SubscriptionRefused(_("There are too many subscriptions already."))
    LISTENERS.forget()
    return Subscription.objects.create(
        owner=by.id, url=url, events=sorted(set(events)), salt=secrets.token_hex(16), made_at=now
    )


def unsubscribe(*, by: Actor, subscription: Subscription, now: datetime) -> None:
    """Be told no more; what waits to be told is dropped."""
    _own(by, subscription)
    end(subscription, why="", now=now)


def end(subscription: Subscription, *, why: str, now: datetime) -> None:
    """It ends, perhaps since the receiver is gone."""
    Subscription.objects.filter(pk=subscription.pk, ended_at=None).update(ended_at=now, ended_why=why[:300])
    Delivery.objects.filter(subscription=subscription, state="queued").update(state="failed", problem="unsubscribed")


def renew_secret(*, by: Actor, subscription: Subscription, now: datetime) -> Subscription:
    """Another secret from now on; for a day the one before signs as well."""
    _own(by, subscription)
    subscription.generation += 1
    subscription.changed_at = now
    subscription.save(update_fields=["generation", "changed_at"])
    return subscription


def secrets_of(subscription: Subscription, *, now: datetime) -> Secrets:
    """Worked out from our own key, so that nobody finds them in a copy of the database."""
    generations = [subscription.generation]
    if subscription.changed_at is not None and now - subscription.changed_at < BOTH_SIGN:
        generations.append(subscription.generation - 1)
    return Secrets(all=tuple(_secret(subscription, one) for one in generations))


def may_still(subscription: Subscription, *, now: datetime) -> bool:
    """Whether whoever subscribed might subscribe today: a token that was revoked is told nothing more."""
    kind, _colon, number = subscription.owner.partition(":")
    if kind == "token":
        return tokens.is_good(int(number), scope=SCOPE, now=now)
    try:
        return kind != "staff" or of_number(int(number)).has_duty("administrator")
    except NoActor:
        return False


def resend(*, by: Actor, delivery: Delivery, now: datetime) -> None:
    """Send it once more, whatever became of it."""
    _own(by, delivery.subscription)
    if delivery.subscription.ended_at is not None:
        raise SubscriptionRefused(_("This subscription has ended."))
    with transaction.atomic():
        delivery.state, delivery.attempts, delivery.due_at, delivery.problem = "queued", 0, now, ""
        delivery.save(update_fields=["state", "attempts", "due_at", "problem"])
        enqueuing.enqueue(DELIVERY_JOB, str(delivery.pk), due_at=now)


def within_reach(by: Actor) -> QuerySet[Subscription]:
    """Their own; for administrators, all."""
    rows = Subscription.objects.order_by("-made_at", "-pk")
    return rows if by.has_duty("administrator") else rows.filter(owner=by.id)


def _secret(subscription: Subscription, generation: int) -> bytes:
    about = f"webhook/{subscription.salt}/{generation}".encode()
    return hmac.new(settings.SECRET_KEY.encode(), about, hashlib.sha256).digest()


def _may(by: Actor) -> None:
    if by.kind == "token" and SCOPE in by.scopes:
        return
    if not by.has_duty("administrator"):
        raise NotAllowed(_("Only a program with a token, or an administrator, subscribes to events."))


def _own(by: Actor, subscription: Subscription) -> None:
    if subscription.owner != by.id and not by.has_duty("administrator"):
        raise NotAllowed(_("This is somebody else's subscription."))
