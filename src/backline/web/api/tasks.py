"""Tasks and questions: what somebody has to answer, taken, given back, handed over, added."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from django.db.models import QuerySet
from django.http import Http404, HttpResponse
from django.utils.translation import gettext as _
from ninja import Router, Schema
from pydantic import Field

from backline.cases.answering import answer_want
from backline.cases.facts import path
from backline.cases.models import Case, Want
from backline.cases.reach import within_reach
from backline.cases.refusals import NotOpen
from backline.cases.settling import settle_conflict
from backline.cases.showing.viewing import view_case
from backline.cases.showing.viewing_work import TASKS
from backline.cases.showing.views import WantView
from backline.cases.storage.row_ids import row_id
from backline.cases.working import hand_over, release, reply, take_task
from backline.catalogue import versions
from backline.insight.questions import question_of
from backline.insight.worklists import open_work
from backline.people.actors import Actor
from backline.people.models import Staff, Team
from backline.web.api import problems
from backline.web.api.calling import CHANNEL, Called, language, may, now, purpose
from backline.web.api.case_shapes import CaseShape, Input, members
from backline.web.api.cases import shape
from backline.web.api.etags import seen
from backline.web.api.facts import present, teller
from backline.web.api.paging import Cursor, Limit, Number, Page, page_of
from backline.web.api.problems import Problem, pointer
from backline.web.api.reaching import case_of, want_of

router = Router(tags=["Tasks"])
IN_ONES_OWN_WORDS = ("free", "question", "colleague")
Kind = Literal["ask", "work", "event", "settle", "exception", "free", "question", "colleague"]


class Answer(Input):
    """What is answered: a value where a fact is wanted, a text where somebody was asked in their own words."""

    value: Any = None
    text: str = Field("", max_length=5000)
    choose: str = Field("", max_length=40, description="Of a conflict: the answer that holds")
    reason: str = Field("", max_length=300)


class HandingOver(Input):
    context: str = Field(max_length=5000, description="What the next one has to know")
    to_team: str = Field("", max_length=64)
    to_actor: str = Field("", max_length=64, description="A colleague: `staff:3`")


class TaskLine(Schema):
    """A task in a list."""

    id: int
    case: str
    type: str
    kind: Kind
    label: str
    fact: str = Field(description="The path of the fact that is wanted; empty for what no model foresaw")
    team: str
    skill: str
    level: str = Field(description="The authority in the team that it needs: `2` or `5000 EUR`; empty for none")
    who: str
    since: datetime
    due: datetime | None
    taken_by: str


class TaskPage(Page):
    items: list[TaskLine]


class Task(TaskLine):
    """A task with all that is needed to answer it."""

    help: str
    detail: str
    shows: list[str] = Field(description="Facts that the answer is about")
    mine: bool = Field(description="The caller may answer it")
    optional: bool
    waits_for: str = Field(description="Which customer waits for it")
    promise: str


class Answered(Schema):
    """What became of an answer."""

    standing: Literal["counted", "second opinion", "about something older"]
    case: CaseShape


@router.get("/tasks", response=TaskPage, summary="List tasks", **may("cases:read", customers=False))
def list_(
    request: Called,
    kind: Kind | None = None,
    team: str = "",
    mine: bool = False,
    cursor: Cursor = "",
    limit: Limit = 50,
) -> Any:
    """What is open for the caller's teams, the oldest first; with `mine`, what they have in hand."""
    rows = tasks_of(request.auth, at=now())
    if kind:
        rows = rows.filter(kind=kind)
    if team:
        rows = rows.filter(team=team)
    if mine:
        rows = rows.filter(taken_by=request.auth.id)
    page = page_of(request, rows, by="since", cursor=cursor, limit=limit, latest_first=False)
    return {"items": [line(want) for want in page.rows], "next": page.next}


@router.get("/cases/{reference}/wants", response=list[Task], summary="List what a case waits for", **may("cases:read"))
def wants(request: Called, reference: str) -> Any:
    """Questions and tasks that are open: a customer sees those that concern them."""
    case = case_of(request, reference)
    return [_task(case, view) for view in _views(request, case)]


@router.get("/tasks/{number}", response=Task, summary="Show a task or question", **may("cases:read"))
def show(request: Called, number: Number) -> Any:
    """With what it is about, and whether the caller may answer it."""
    want = want_of(request, number)
    view = next((view for view in _views(request, want.case) if view.id == want.pk), None)
    if view is None:
        raise Http404
    return _task(want.case, view)


@router.put("/tasks/{number}/holder", response=TaskLine, summary="Take a task", **may("cases:write", customers=False))
def take(request: Called, number: Number) -> Any:
    """Have it in hand, so that nobody else does it at the same time."""
    return line(take_task(want=want_of(request, number), by=request.auth, channel=CHANNEL, now=now()))


@router.delete(
    "/tasks/{number}/holder", response=TaskLine, summary="Give a task back", **may("cases:write", customers=False)
)
def give_back(request: Called, number: Number) -> Any:
    """The team has it again."""
    return line(release(want=want_of(request, number), by=request.auth, channel=CHANNEL, now=now()))


@router.post(
    "/tasks/{number}/handover", response=TaskLine, summary="Hand a task over", **may("cases:write", customers=False)
)
def pass_on(request: Called, number: Number, body: HandingOver) -> Any:
    """To another team or colleague, with what they have to know."""
    want = want_of(request, number)
    must_be_here(team={"to_team": body.to_team}, colleague={"to_actor": body.to_actor})
    told = {"context": body.context, "to_team": body.to_team, "to_actor": body.to_actor}
    return line(hand_over(want=want, by=request.auth, channel=CHANNEL, now=now(), **told))


@router.post("/tasks/{number}/answer", response=Answered, summary="Answer a task or question", **may("cases:write"))
def answer(request: Called, number: Number, body: Answer, response: HttpResponse) -> Any:
    """A late answer to what somebody answered is kept as a second opinion and counts no more."""
    want = want_of(request, number)
    seen(request, want.case)
    case, standing = _answered(request, want, body)
    return {"standing": standing, "case": shape(request, case, response)}


def tasks_of(by: Actor, *, at: datetime) -> QuerySet[Want]:
    """What is open for this caller to do."""
    if by.kind == "token":
        rows = Want.objects.filter(within_reach(by, now=at), kind__in=TASKS, closed_at=None)
        return rows.select_related("case")
    return open_work(by).select_related("case")


def line(want: Want) -> dict[str, Any]:
    """A task as a line of a list."""
    texts = versions.load(want.case.type_key, want.case.type_version).texts
    columns = ("kind", "team", "skill", "level", "who", "since", "due", "taken_by")
    return {
        "id": want.pk,
        "case": want.case.reference,
        "type": want.case.type_key,
        "label": question_of(want, texts, language()),
        "fact": path(want.fact, want.item),
        **{name: getattr(want, name) for name in columns},
    }


def must_be_here(*, team: Mapping[str, str], colleague: Mapping[str, str]) -> None:
    """Raises where a team or a colleague is named, by its member of the body, who is not here."""
    wrong = {
        pointer(name): _("There is no such team.")
        for name, key in team.items()
        if key and not Team.objects.filter(key=key).exists()
    }
    for name, actor in colleague.items():
        number = row_id(actor.removeprefix("staff:")) if actor.startswith("staff:") else 0
        if actor and not Staff.objects.filter(pk=number, left_at=None).exists():
            wrong[pointer(name)] = _("This colleague does not work here.")
    if wrong:
        raise Problem(problems.REFUSED, errors=wrong)


def _views(request: Called, case: Case) -> list[WantView]:
    """Each open want that the caller may know of, once."""
    view = view_case(case=case, by=request.auth, purpose=purpose(request), language=language(), now=now())
    found: Mapping[int, WantView] = {want.id: want for want in (*view.wanted, *view.tasks, *view.questions) if want.id}
    return list(found.values())


def _task(case: Case, view: WantView) -> dict[str, Any]:
    return {**members(view), "case": case.reference, "type": case.type_key, "fact": view.path}


def _answered(request: Called, want: Want, body: Answer) -> tuple[Case, str]:
    """Through the door that is meant for what is wanted."""
    by, at = request.auth, now()
    if want.kind in IN_ONES_OWN_WORDS:
        replied = reply(want=want, by=by, text=body.text, channel=CHANNEL, now=at)
        return Case.objects.get(pk=replied.case_id), "counted"
    if want.kind == "exception":
        raise NotOpen(_("Settle the effect, or correct what the request rests on."))
    where = path(want.fact, want.item)
    value = None if body.choose else teller(request, want.case).one(where, body.value)
    if want.kind == "settle":
        settled = settle_conflict(
            case=want.case,
            by=by,
            fact=want.fact,
            item=want.item,
            choose=body.choose,
            value=value,
            reason=body.reason,
            channel=CHANNEL,
            now=at,
        )
        return settled, "counted"
    role = present(request, want.case)
    done = answer_want(want=want, by=by, channel=CHANNEL, value=value, reason=body.reason, present=role, now=at)
    return done.case, done.standing
