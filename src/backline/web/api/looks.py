"""Looks: who saw whose data, when and what for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Router, Schema
from pydantic import Field

from backline.people.looking import looks_at
from backline.web.api.calling import Called, may
from backline.web.api.paging import Cursor, Limit, Number, Page, page_of
from backline.web.api.reaching import party_of

router = Router(tags=["Looks"])


class LookShape(Schema):
    by: str
    by_name: str
    purpose: str
    what: str
    case: str = Field(description="The reference of the case in which it was looked at; may be empty")
    at: datetime


class LookPage(Page):
    items: list[LookShape]


@router.get("/looks", response=LookPage, summary="List looks", **may("people:read"))
def list_(request: Called, party: Number | None = None, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """At a customer's own data; with `party`, at that of somebody within reach. The latest first."""
    of = party_of(request, party or request.auth.party_id or 0)
    page = page_of(request, looks_at(of), by="at", cursor=cursor, limit=limit)
    return {"items": list(page.rows), "next": page.next}
