"""Colleagues and teams, to read."""

from __future__ import annotations

from typing import Any

from ninja import Router, Schema
from pydantic import Field

from backline.people import absences
from backline.people.models import Staff, Team
from backline.web.api.calling import Called, may, now

router = Router(tags=["Staff"])


class StaffShape(Schema):
    id: str = Field(description="As tasks name a colleague: `staff:3`")
    name: str
    teams: list[str]
    leads: list[str]
    skills: list[str]
    levels: dict[str, str] = Field(description="By team, how far their authority reaches: `2` or `5000 EUR`")
    away: bool


class TeamShape(Schema):
    key: str
    name: str
    staff: list[str]


@router.get("/staff", response=list[StaffShape], summary="List colleagues", **may("people:read", customers=False))
def staff(request: Called, team: str = "") -> Any:
    """Those who work here now."""
    rows = Staff.objects.filter(left_at=None).prefetch_related("memberships__team", "skills").order_by("name", "pk")
    if team:
        rows = rows.filter(teams__key=team)
    gone = absences.away(now())
    return [_shape(one, gone) for one in rows]


@router.get("/teams", response=list[TeamShape], summary="List teams", **may("people:read", customers=False))
def teams(request: Called) -> Any:
    """With who is in each."""
    rows = Team.objects.prefetch_related("memberships__staff").order_by("key")
    return [{"key": t.key, "name": t.name, "staff": [f"staff:{m.staff_id}" for m in t.memberships.all()]} for t in rows]


def _shape(one: Staff, gone: frozenset[int]) -> dict[str, Any]:
    memberships = list(one.memberships.all())
    return {
        "id": f"staff:{one.pk}",
        "name": one.name,
        "teams": sorted(m.team.key for m in memberships),
        "leads": sorted(m.team.key for m in memberships if m.leads),
        "skills": sorted(skill.key for skill in one.skills.all()),
        "levels": {m.team.key: m.level for m in memberships if m.level},
        "away": one.pk in gone,
    }
