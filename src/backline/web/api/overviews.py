"""Views: what several systems say of one party, side by side."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from ninja import Router, Schema
from pydantic import Field

from backline.cases.overviews import Asking, SeenPart, ViewNotFound, see_view, views_of
from backline.engine.values import encode
from backline.people.models import Party
from backline.web.api import problems
from backline.web.api.calling import Called, language, may, now, purpose
from backline.web.api.paging import Number
from backline.web.api.problems import Problem
from backline.web.api.reaching import party_of
from backline.web.overview.showing import why

router = Router(tags=["Views"])


class ViewName(Schema):
    name: str
    title: str
    parts: dict[str, str] = Field(description="Title by the part's name")


class DetailShape(Schema):
    name: str
    label: str
    type: str
    value: Any = Field(description="As facts are: amounts with their currency, times in ISO 8601")


class PartShape(Schema):
    name: str
    title: str
    system: str
    state: Literal["found", "none", "unmatched", "missing"] = Field(
        description="`none`: the system has nothing; `unmatched`: no proven number under which it knows the party; "
        "`missing`: it did not say, see `reason`"
    )
    reason: str = Field(description="late, down, paused, broken or refused")
    why: str = Field(description="The same in words")
    rows: list[list[DetailShape]]
    at: datetime | None = Field(description="When the system said so")
    is_last_known: bool = Field(description="The rows are what was known at `at`; the system did not say it now")
    hidden: list[str] = Field(description="Members that the caller may not see")
    ms: int = Field(description="How long the system took; 0 where it was not asked, since what is known is fresh")


class ViewShape(Schema):
    name: str
    title: str
    party: int
    parts: list[PartShape]


@router.get("/parties/{number}/views", response=list[ViewName], summary="List views", **may("people:read"))
def list_(request: Called, number: Number) -> Any:
    """The views of a party that the caller may open. No system is asked."""
    found = views_of(request.auth, party_of(request, number), now=now())
    return [
        {"name": one.name, "title": one.text("", one.title, language()),
         "parts": {part.name: one.text(part.name, part.title, language()) for part in one.parts.values()}}
        for one in found
    ]  # fmt: skip


@router.get("/parties/{number}/views/{name}", response=ViewShape, summary="Show a view", **may("people:read"))
def show(request: Called, number: Number, name: str, part: str = "") -> Any:
    """Every system is asked now, side by side, each within its own time. `part` names one of them."""
    try:
        seen = see_view(name, _asking(request, party_of(request, number)), parts=[part] if part else ())
    except ViewNotFound:
        raise Problem(problems.NOT_FOUND)
    return {"name": seen.name, "title": seen.title, "party": seen.party, "parts": [_part(one) for one in seen.parts]}


def _asking(request: Called, party: Party) -> Asking:
    return Asking(by=request.auth, party=party, purpose=purpose(request), language=language(), now=now())


def _part(part: SeenPart) -> dict[str, Any]:
    names = ("name", "title", "system", "state", "reason", "at", "is_last_known", "ms")
    rows = [
        [{"name": one.name, "label": one.label, "type": one.type.kind, "value": encode(one.value)} for one in row]
        for row in part.rows
    ]
    return {
        **{name: getattr(part, name) for name in names},
        "why": why(part),
        "rows": rows,
        "hidden": list(part.hidden),
    }
