"""Events: what comes from outside finds the cases that wait for it."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from backline.cases.openings.arriving import take_event
from backline.web.api import problems
from backline.web.api.calling import Called, may, now
from backline.web.api.case_shapes import Input
from backline.web.api.problems import Problem

router = Router(tags=["Events"])


class Event(Input):
    """Something came: a payment, a scan, a returned letter."""

    event: str = Field(max_length=100, description="Its name in the case types: `post.returned`")
    match: str = Field(max_length=200, description="The value by which it finds who waits for it")
    value: str | bool | int = True


class Reached(Schema):
    cases: list[str] = Field(description="References of the cases that it reached; empty where nobody waits")


@router.post("/events", response=Reached, summary="Tell an event", **may("contacts:write", customers=False))
def tell(request: Called, body: Event) -> Any:
    """Every case that waits for this event with this value is told."""
    if request.auth.kind == "staff" and not request.auth.has_duty("administrator"):
        raise Problem(problems.NOT_ALLOWED, _("Only programs and administrators tell events."))
    told = take_event(
        event=body.event, match=body.match, value=body.value, by=request.auth.id, channel="api", now=now()
    )
    return {"cases": [case.reference for case in told]}
