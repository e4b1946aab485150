"""Contacts: what came in on a channel, given in by a program, and where a person says that it belongs."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.db.models import Q, QuerySet
from django.http import Http404
from ninja import File, Router, Schema, Status, UploadedFile
from pydantic import Field

from backline.cases.reach import load_case, within_reach
from backline.channels.mail.taking import MessageTooLarge, take_message
from backline.channels.models import Contact
from backline.channels.papers import take_paper
from backline.channels.settling_contacts import attach_contact, dismiss_contact
from backline.people.actors import Actor
from backline.web.api import problems
from backline.web.api.calling import Called, may, now
from backline.web.api.case_shapes import Input
from backline.web.api.paging import Cursor, Limit, Number, Page, page_of
from backline.web.api.problems import Problem
from backline.web.api.reaching import party_of

router = Router(tags=["Contacts"])
Result = Literal["taking", "taken", "asked", "refused"]


class ContactShape(Schema):
    id: int
    channel: str
    sort: str = Field(description="person, auto-reply, bounce, loop, bulk")
    sender: str
    sender_name: str
    subject: str
    text: str
    taken_at: datetime
    result: Result
    reason: str
    party: int | None
    case: str | None


class ContactPage(Page):
    items: list[ContactShape]


class Belonging(Input):
    """Where a contact belongs; nothing, with a reason, where it needs nothing."""

    case: str = Field("", max_length=20)
    party: Number | None = None
    reason: str = Field("", max_length=300)


@router.get("", response=ContactPage, summary="List contacts", **may("cases:read", customers=False))
def list_(request: Called, result: Result | None = None, cursor: Cursor = "", limit: Limit = 50) -> Any:
    """Of the cases within reach, and those of which a person has to say where they belong. The latest first."""
    rows = _within_reach(request.auth)
    if result:
        rows = rows.filter(result=result)
    page = page_of(request, rows, by="taken_at", cursor=cursor, limit=limit)
    return {"items": [_shape(contact) for contact in page.rows], "next": page.next}


@router.get("/{number}", response=ContactShape, summary="Show a contact", **may("cases:read", customers=False))
def show(request: Called, number: Number) -> Any:
    """As it was taken."""
    return _shape(_of(request, number))


@router.post(
    "",
    response={200: ContactShape, 201: ContactShape},
    summary="Give in a contact",
    **may("contacts:write", customers=False),
)
def take(
    request: Called, file: File[UploadedFile], channel: Literal["email", "paper", "fax", "note"] = "email"
) -> Status[Any]:
    """A message as it came over the wire, or a file that came on paper. The same again is the same contact: 200."""
    content, name = file.read(), file.name or ""
    try:
        if channel == "email":
            contact = take_message(content, now=now())
        else:
            contact = take_paper(content, name=name, channel=channel, now=now())
    except MessageTooLarge as wrong:
        raise Problem(problems.TOO_LARGE, str(wrong))
    return Status(200 if contact.repeated else 201, _shape(contact))


@router.post(
    "/{number}/settlement", response=ContactShape, summary="Say where it belongs", **may("cases:write", customers=False)
)
def settle(request: Called, number: Number, body: Belonging) -> Any:
    """Its documents answer what is asked, and its text is filed. Without a case nothing is done with it."""
    contact, by = _of(request, number), request.auth
    if not body.case:
        return _shape(dismiss_contact(contact=contact, by=by, reason=body.reason, now=now()))
    case = load_case(body.case, by, now=now())
    party = party_of(request, body.party or 0)
    return _shape(attach_contact(contact=contact, case=case, party=party, by=by, now=now()))


def _within_reach(by: Actor) -> QuerySet[Contact]:
    of_cases = Q(within_reach(by, now=now()))
    return Contact.objects.filter(of_cases | Q(case=None, result="asked")).select_related("case")


def _of(request: Called, number: int) -> Contact:
    contact = _within_reach(request.auth).filter(pk=number).first()
    if contact is None:
        raise Http404
    return contact


def _shape(contact: Contact) -> dict[str, Any]:
    names = ("channel", "sort", "sender", "sender_name", "subject", "text", "taken_at", "result", "reason")
    told = {name: getattr(contact, name) for name in names}
    reference = contact.case.reference if contact.case else None
    return {"id": contact.pk, **told, "party": contact.party_id, "case": reference}
