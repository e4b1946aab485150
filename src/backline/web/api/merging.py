"""Two parties who are one person, and the undoing of it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from ninja import Router, Schema, Status
from pydantic import Field

from backline.cases.merging.merging import merge_parties, merges_of, undo_merge
from backline.cases.models import Merge
from backline.web.api import problems
from backline.web.api.calling import Called, may, now
from backline.web.api.case_shapes import Input
from backline.web.api.paging import Number
from backline.web.api.problems import Problem
from backline.web.api.reaching import party_of

router = Router(tags=["Parties"])


class MergeShape(Schema):
    id: int
    kept: int
    gone: int
    by: str
    reason: str
    at: datetime
    cases: list[str] = Field(description="References in which the one took the other's place")
    stayed: list[str] = Field(description="Cases that stay as they are, since something was done in them")
    undone_at: datetime | None


class Merging(Input):
    gone: Number = Field(description="The party that goes over")
    reason: str = Field(max_length=300)


class Undoing(Input):
    reason: str = Field(max_length=300)


@router.get(
    "/parties/{number}/merges",
    response=list[MergeShape],
    summary="List the merges of a party",
    **may("people:read", customers=False),
)
def list_(request: Called, number: Number) -> Any:
    """Those in which it was one of the two, the latest first."""
    return [_shape(one) for one in merges_of(party_of(request, number))]


@router.post(
    "/parties/{number}/merges",
    response={201: MergeShape},
    summary="Merge a party into this one",
    **may("people:write", customers=False),
)
def merge(request: Called, number: Number, body: Merging) -> Status[Any]:
    """The leader of a team or an administrator says that both are one; it can be undone."""
    kept, gone = party_of(request, number), party_of(request, body.gone)
    made = merge_parties(kept=kept, gone=gone, by=request.auth, reason=body.reason, now=now(), channel="api")
    return Status(201, _shape(made))


@router.post(
    "/merges/{number}/undo", response=MergeShape, summary="Undo a merge", **may("people:write", customers=False)
)
def undo(request: Called, number: Number, body: Undoing) -> Any:
    """Exactly what moved goes back."""
    row = Merge.objects.filter(pk=number).first()
    if row is None:
        raise Problem(problems.NOT_FOUND)
    return _shape(undo_merge(merge=row, by=request.auth, reason=body.reason, now=now(), channel="api"))


def _shape(merge: Merge) -> dict[str, Any]:
    told = {name: getattr(merge, name) for name in ("id", "by", "reason", "at", "undone_at")}
    moved = {"cases": [one["reference"] for one in merge.moved["cases"]], "stayed": merge.moved["stayed"]}
    return {**told, "kept": merge.kept_id, "gone": merge.gone_id, **moved}
