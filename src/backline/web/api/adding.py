"""What no model foresaw: a task, a question to the customer, a question to a colleague."""

from __future__ import annotations

from typing import Any

from django.utils.translation import gettext as _
from ninja import Router, Status
from pydantic import AwareDatetime, Field

from backline.cases.refusals import NotOpen
from backline.cases.working import add_task, ask_colleague, ask_customer
from backline.web.api.calling import CHANNEL, Called, may, now
from backline.web.api.case_shapes import Input
from backline.web.api.reaching import case_of
from backline.web.api.tasks import TaskLine, line, must_be_here

router = Router(tags=["Tasks"])


class FreeTask(Input):
    title: str = Field(max_length=300)
    detail: str = Field("", max_length=5000)
    team: str = Field("", max_length=64, description="The case's own team without one")
    due: AwareDatetime | None = None


class CustomerQuestion(Input):
    question: str = Field(max_length=300)
    role: str = Field("", max_length=64, description="Whom the case is for, without one")
    due: AwareDatetime | None = None


class ColleagueQuestion(Input):
    question: str = Field(max_length=300)
    colleague: str = Field("", max_length=64, description="`staff:3`")
    team: str = Field("", max_length=64)


@router.post(
    "/cases/{reference}/tasks", response={201: TaskLine}, summary="Add a task", **may("cases:write", customers=False)
)
def add(request: Called, reference: str, body: FreeTask) -> Status[Any]:
    """One that no model foresaw, for a team."""
    case = case_of(request, reference)
    must_be_here(team={"team": body.team}, colleague={})
    told = {"title": body.title, "detail": body.detail, "team": body.team}
    return Status(201, line(add_task(case=case, by=request.auth, due=body.due, channel=CHANNEL, now=now(), **told)))


@router.post(
    "/cases/{reference}/questions",
    response={201: TaskLine},
    summary="Ask the customer",
    **may("cases:write", customers=False),
)
def ask(request: Called, reference: str, body: CustomerQuestion) -> Status[Any]:
    """In the worker's own words; they are written to."""
    case = case_of(request, reference)
    told = {"question": body.question, "role": body.role}
    return Status(201, line(ask_customer(case=case, by=request.auth, due=body.due, channel=CHANNEL, now=now(), **told)))


@router.post(
    "/cases/{reference}/colleague-questions",
    response={201: TaskLine},
    summary="Ask a colleague",
    **may("cases:write", customers=False),
)
def ask_inside(request: Called, reference: str, body: ColleagueQuestion) -> Status[Any]:
    """Without handing the work to them."""
    case = case_of(request, reference)
    if not body.colleague and not body.team:
        raise NotOpen(_("Please choose a team or a colleague."))
    must_be_here(team={"team": body.team}, colleague={"colleague": body.colleague})
    told = {"question": body.question, "colleague": body.colleague, "team": body.team}
    return Status(201, line(ask_colleague(case=case, by=request.auth, channel=CHANNEL, now=now(), **told)))
