"""Subscriptions: programs that are told what happens, by webhooks that are signed."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Router, Schema
from pydantic import Field

from backline.channels.models import Delivery, Subscription
from backline.channels.webhooks import subscribing
from backline.web.api import problems
from backline.web.api.calling import Called, may, now
from backline.web.api.case_shapes import Input
from backline.web.api.paging import Cursor, Limit, Number, Page, page_of
from backline.web.api.problems import Problem

router = Router(tags=["Subscriptions"])


class SubscriptionShape(Schema):
    id: int
    url: str
    events: list[str] = Field(description="Empty: all of them")
    made_at: datetime
    ended_at: datetime | None
    ended_why: str
    secret: str = Field("", description="With what it is signed (Standard Webhooks); shown when it is made or changed")


class NewSubscription(Input):
    url: str = Field(max_length=1000)
    events: list[str] = Field(default_factory=list, description="Such as `case.ended`; none: all of them")


class DeliveryShape(Schema):
    id: int
    type: str
    subject: str
    state: str
    attempts: int
    status: int | None
    problem: str
    made_at: datetime
    due_at: datetime | None
    delivered_at: datetime | None


class DeliveryPage(Page):
    items: list[DeliveryShape]


@router.get(
    "/subscriptions",
    response=list[SubscriptionShape],
    summary="List subscriptions",
    **may("cases:read", customers=False),
)
def list_(request: Called) -> Any:
    """The caller's own; to administrators, all."""
    return [_shape(one) for one in subscribing.within_reach(request.auth)[:200]]


@router.post(
    "/subscriptions",
    response={201: SubscriptionShape},
    summary="Subscribe to events",
    **may("cases:read", customers=False),
)
def make(request: Called, body: NewSubscription) -> Any:
    """Events are CloudEvents, signed as Standard Webhooks; they name the case, and no fact of it."""
    made = subscribing.subscribe(by=request.auth, url=body.url, events=body.events, now=now())
    return 201, _shape(made, secret=True)


@router.delete(
    "/subscriptions/{number}", response={204: None}, summary="Unsubscribe", **may("cases:read", customers=False)
)
def end(request: Called, number: Number) -> Any:
    """Nothing more is sent."""
    subscribing.unsubscribe(by=request.auth, subscription=_own(request, number), now=now())
    return 204, None


@router.post(
    "/subscriptions/{number}/secret",
    response=SubscriptionShape,
    summary="Change the secret",
    **may("cases:read", customers=False),
)
def renew(request: Called, number: Number) -> Any:
    """For a day both the old and the new one sign."""
    return _shape(subscribing.renew_secret(by=request.auth, subscription=_own(request, number), now=now()), secret=True)


@router.get(
    "/subscriptions/{number}/deliveries",
    response=DeliveryPage,
    summary="List deliveries",
    **may("cases:read", customers=False),
)
def deliveries(request: Called, number: Number, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """The latest first."""
    rows = Delivery.objects.filter(subscription=_own(request, number))
    page = page_of(request, rows, by="made_at", cursor=cursor, limit=limit)
    return {"items": list(page.rows), "next": page.next}


@router.post(
    "/deliveries/{number}/resend",
    response=DeliveryShape,
    summary="Send a delivery again",
    **may("cases:read", customers=False),
)
def resend(request: Called, number: Number) -> Any:
    """Whatever became of it."""
    delivery = Delivery.objects.select_related("subscription").filter(pk=number).first()
    if delivery is None or not subscribing.within_reach(request.auth).filter(pk=delivery.subscription_id).exists():
        raise Problem(problems.NOT_FOUND)
    subscribing.resend(by=request.auth, delivery=delivery, now=now())
    return delivery


def _own(request: Called, number: int) -> Subscription:
    found = subscribing.within_reach(request.auth).filter(pk=number).first()
    if found is None:
        raise Problem(problems.NOT_FOUND)
    return found


def _shape(one: Subscription, *, secret: bool = False) -> dict[str, Any]:
    names = ("id", "url", "events", "made_at", "ended_at", "ended_why")
    shown = subscribing.secrets_of(one, now=now()).shown if secret else ""
    return {**{name: getattr(one, name) for name in names}, "secret": shown}
