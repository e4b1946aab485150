"""What is written and told around a case: messages, notes, who takes part, the timeline, what belongs to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from backline.cases.adding import add_note, add_participant
from backline.cases.merging.merged_cases import rows_of
from backline.cases.models import Case
from backline.cases.refusals import NotOpen
from backline.cases.showing.viewing import view_case
from backline.cases.showing.views import CaseView
from backline.channels.models import Message
from backline.people import identifiers, parties
from backline.people.models import Party
from backline.web.api import problems
from backline.web.api.calling import CHANNEL, Called, language, may, now, purpose
from backline.web.api.case_shapes import Input, members
from backline.web.api.etags import seen
from backline.web.api.paging import Number
from backline.web.api.problems import Problem, pointer
from backline.web.api.reaching import case_of, party_of
from backline.web.portal.conversation import bubbles_of, write_to_us
from backline.web.portal.knowing import know

router = Router(tags=["Correspondence"])


class Text(Input):
    text: str = Field(max_length=5000)


class Joining(Input):
    party: Number | None = None
    identifier: str = Field(
        "", max_length=254, description="Or an e-mail address or phone number that they are known by"
    )
    role: str = Field(max_length=64)


class MessageShape(Schema):
    """A message that came in or went out."""

    incoming: bool
    who: str
    subject: str
    text: str
    at: datetime
    state: str = Field(description="Of what went out: queued, sent, failed, bounced, returned, to print, printed")


class Note(Schema):
    who: str
    text: str
    at: datetime


class Participant(Schema):
    role: str
    label: str
    party: int
    name: str


class Entry(Schema):
    """One thing that happened, in the caller's words."""

    sequence: int
    kind: str
    at: datetime
    words: str
    detail: str
    by: str
    who: str
    channel: str
    data: dict[str, Any]


@router.get("/{reference}/messages", response=list[MessageShape], summary="List messages", **may("cases:read"))
def messages(request: Called, reference: str) -> Any:
    """To and fro, the oldest first; a customer sees their own."""
    case = case_of(request, reference)
    if request.auth.kind == "party":
        return _to_customer(request, case)
    return sorted([*_out(case), *_in(_view(request, case))], key=lambda one: one["at"])


@router.post(
    "/{reference}/messages",
    response={201: list[MessageShape]},
    summary="Write to us",
    **may("cases:write", colleagues=False),
)
def write(request: Called, reference: str, body: Text) -> Status[Any]:
    """The customer writes about their request; somebody of the team that answers for it reads it. A program writes to
    customers by asking them, and to colleagues by a note."""
    case = case_of(request, reference)
    if request.auth.kind != "party":
        raise NotOpen(_("Only a customer writes here. Ask them a question, or leave a note for colleagues."))
    case = write_to_us(case=case, by=request.auth, text=body.text, now=now(), channel=CHANNEL)
    return Status(201, _to_customer(request, case))


@router.get("/{reference}/notes", response=list[Note], summary="List notes", **may("cases:read", customers=False))
def notes(request: Called, reference: str) -> Any:
    """What colleagues wrote down for one another."""
    entries = _view(request, case_of(request, reference)).timeline
    noted = [entry for entry in entries if entry.kind == "noted"]
    return [{"who": entry.who, "text": str(entry.data.get("text", "")), "at": entry.at} for entry in noted]


@router.post(
    "/{reference}/notes", response={201: list[Note]}, summary="Add a note", **may("cases:write", customers=False)
)
def note(request: Called, reference: str, body: Text) -> Status[Any]:
    """For colleagues; customers do not see it."""
    case = case_of(request, reference)
    add_note(case=case, by=request.auth, text=body.text, channel=CHANNEL, now=now())
    return Status(201, notes(request, reference))


@router.get("/{reference}/participants", response=list[Participant], summary="List who takes part", **may("cases:read"))
def participants(request: Called, reference: str) -> Any:
    """By role."""
    return [members(party) for party in _view(request, case_of(request, reference)).parties]


@router.post(
    "/{reference}/participants",
    response={201: list[Participant]},
    summary="Have somebody take part",
    **may("cases:write", customers=False),
)
def join(request: Called, reference: str, body: Joining) -> Status[Any]:
    """In a role of the case type, or in one that no model foresaw."""
    case = case_of(request, reference)
    seen(request, case)
    party = _newcomer(request, body)
    add_participant(case=case, by=request.auth, party=party, role=body.role, channel=CHANNEL, now=now())
    return Status(201, participants(request, reference))


@router.get("/{reference}/timeline", response=list[Entry], summary="Show the timeline", **may("cases:read"))
def timeline(request: Called, reference: str) -> Any:
    """What happened, as far as the caller may know of it, in their language."""
    return [members(entry) for entry in _view(request, case_of(request, reference)).timeline]


@router.get("/{reference}/related", response=list[str], summary="List related cases", **may("cases:read"))
def related(request: Called, reference: str) -> Any:
    """References of cases that belong to it, within the caller's reach."""
    return list(_view(request, case_of(request, reference)).related)


def _newcomer(request: Called, body: Joining) -> Party:
    """By a number somebody within reach, by an identifier whoever has it; raises where it is nobody."""
    if body.party is not None:
        return party_of(request, body.party)
    kind = identifiers.kind_of(body.identifier)
    found = parties.find_by_identifier(kind, body.identifier) or next(
        iter(parties.claimants_of(kind, body.identifier)), None
    )
    if found is None:
        raise Problem(problems.REFUSED, errors={pointer("identifier"): _("We don't know this person.")})
    return found


def _view(request: Called, case: Case) -> CaseView:
    return view_case(case=case, by=request.auth, purpose=purpose(request), language=language(), now=now())


def _to_customer(request: Called, case: Case) -> list[dict[str, Any]]:
    known = know(case, request.auth, language=language(), now=now())
    return [
        {"incoming": one.mine, "who": one.who, "subject": one.subject, "text": one.text, "at": one.at, "state": ""}
        for one in bubbles_of(known)
    ]


def _out(case: Case) -> Iterator[dict[str, Any]]:
    for row in Message.objects.filter(case__in=rows_of(case)).select_related("party"):
        yield {
            "incoming": False,
            "who": row.party.name if row.party else row.to,
            "subject": row.subject,
            "text": row.text,
            "at": row.sent_at or row.made_at,
            "state": row.state,
        }


def _in(view: CaseView) -> Iterator[dict[str, Any]]:
    for entry in view.timeline:
        if entry.kind == "message" and entry.data.get("direction") == "in":
            subject, text = str(entry.data.get("subject") or ""), str(entry.data.get("text") or "")
            yield {"incoming": True, "who": entry.who, "subject": subject, "text": text, "at": entry.at, "state": ""}
