"""The capability map as JSON, and "this system is down until then"."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime
from typing import Any

from ninja import Router, Schema
from pydantic import Field

from backline.channels import outages
from backline.channels.models import Outage
from backline.insight.capabilities import capability_map
from backline.web.api import problems
from backline.web.api.calling import Called, language, may, now
from backline.web.api.case_shapes import Input
from backline.web.api.paging import Number
from backline.web.api.problems import Problem

router = Router(tags=["Capabilities"])


class MapShape(Schema):
    systems: list[dict[str, Any]] = Field(description="With their operations, what each takes and gives, and its uses")
    types: list[dict[str, Any]] = Field(description="With teams, operations, and what each promise rests on")
    teams: list[dict[str, Any]]
    down: list[dict[str, Any]] = Field(description="Systems that are down, with the promises at risk")


class OutageShape(Schema):
    id: int
    system: str
    since: datetime
    until: datetime
    why: str
    say: str
    by: str
    ended_at: datetime | None


class NewOutage(Input):
    system: str = Field(max_length=60)
    until: datetime
    why: str = Field("", max_length=300, description="For colleagues")
    say: str = Field("", max_length=300, description="Told to customers")


@router.get("/capabilities", response=MapShape, summary="Show the capability map", **may("types:read", customers=False))
def show(request: Called) -> Any:
    """What there is and what hangs on what."""
    found = capability_map(language=language())
    return {
        "systems": [asdict(one) for one in found.systems],
        "types": [
            {
                **asdict(one),
                "systems": one.systems,
                "promises": [{**asdict(promise), "systems": promise.systems} for promise in one.promises],
            }
            for one in found.types
        ],
        "teams": [asdict(one) for one in found.teams],
        "down": [outages.as_data(one) for one in outages.running(now()).values()],
    }


@router.post(
    "/outages",
    response={201: OutageShape},
    summary="Say that a system is down",
    **may("cases:write", customers=False),
)
def declare(request: Called, body: NewOutage) -> Any:
    """The customers concerned are told once; what needs it is not promised until then."""
    return 201, outages.declare(
        by=request.auth, system=body.system, until=body.until, why=body.why, say=body.say, now=now()
    )


@router.post(
    "/outages/{number}/end", response=OutageShape, summary="Say that it is back", **may("cases:write", customers=False)
)
def end(request: Called, number: Number) -> Any:
    """Earlier than was thought."""
    outage = Outage.objects.filter(pk=number).first()
    if outage is None:
        raise Problem(problems.NOT_FOUND)
    outages.end(by=request.auth, outage=outage, now=now())
    outage.refresh_from_db()
    return outage
