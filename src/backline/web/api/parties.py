"""Parties: found by what they are known by, made, described; and who the caller is."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any, Literal

from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import Field

from backline.people import identifiers, looking, parties
from backline.people.models import Party
from backline.web.api import problems
from backline.web.api.calling import Called, may, now, purpose
from backline.web.api.case_shapes import Input
from backline.web.api.paging import Number
from backline.web.api.problems import Problem
from backline.web.api.reaching import party_of

router = Router(tags=["Parties"])


class Me(Schema):
    """Who the caller is."""

    id: str
    kind: Literal["party", "staff", "token", "system"]
    name: str
    party: int | None
    teams: list[str]
    leads: list[str]
    skills: list[str]
    duties: list[str]
    scopes: list[str]


class IdentifierShape(Schema):
    kind: str = Field(description="`email`, `phone`, or the name of a system of record")
    value: str
    verified_at: datetime | None


class PartyShape(Schema):
    id: int
    kind: Literal["person", "organisation"]
    name: str
    birth_date: date | None
    language: str
    time_zone: str
    identifiers: list[IdentifierShape]


class NewParty(Input):
    name: str = Field("", max_length=200)
    kind: Literal["person", "organisation"] = "person"
    birth_date: date | None = None
    language: str = Field("", max_length=10)
    time_zone: str = Field("", max_length=64)
    claims: dict[str, str] = Field(default_factory=dict, description="Identifiers by kind, as the party tells them")
    verified: dict[str, str] = Field(default_factory=dict, description="Identifiers that were proven; programs only")


class PartyChange(Input):
    name: str | None = Field(None, max_length=200)
    birth_date: date | None = None
    language: str | None = Field(None, max_length=10)
    time_zone: str | None = Field(None, max_length=64)


class NewIdentifier(Input):
    kind: str = Field(max_length=64)
    value: str = Field(max_length=254)
    verified: bool = Field(False, description="It was proven to be theirs; programs only")


@router.get("/me", response=Me, summary="Show who you are", **may("cases:read"))
def me(request: Called) -> Any:
    """The actor under whose name all that you do is written down."""
    by = request.auth
    sets = {name: sorted(getattr(by, name)) for name in ("teams", "leads", "skills", "duties", "scopes")}
    return {"id": by.id, "kind": by.kind, "name": by.name, "party": by.party_id, **sets}


@router.get("/parties", response=list[PartyShape], summary="Find a party", **may("people:read", customers=False))
def find(request: Called, value: str, kind: str = "") -> Any:
    """By an identifier, exactly: those who have it proven first, then those who say so. Each look is noted."""
    of = kind or identifiers.kind_of(value)
    proven = parties.find_by_identifier(of, value)
    found = {party.pk: party for party in ([proven] if proven else []) + parties.claimants_of(of, value)[:20]}
    return [_shown(request, party) for party in found.values()]


@router.post("/parties", response={201: PartyShape}, summary="Add a party", **may("people:write", customers=False))
def add(request: Called, body: NewParty) -> Status[Any]:
    """Somebody who was not known before."""
    if body.verified:
        _programs_only(request)
    party = parties.create_party(now=now(), **body.dict())
    return Status(201, _shape(party))


@router.get("/parties/{number}", response=PartyShape, summary="Show a party", **may("people:read"))
def show(request: Called, number: Number) -> Any:
    """A customer sees themselves; a colleague those of the cases within reach."""
    return _shown(request, party_of(request, number))


@router.patch("/parties/{number}", response=PartyShape, summary="Describe a party", **may("people:write"))
def describe(request: Called, number: Number, body: PartyChange) -> Any:
    """Change what is told of them; what is left out stays. A date of birth is changed by colleagues and programs."""
    party = party_of(request, number)
    told = body.dict(exclude_unset=True)
    if "birth_date" in told and request.auth.kind == "party":
        raise Problem(problems.NOT_ALLOWED, _("Please contact us to change your date of birth."))
    parties.describe_party(party=party, **told)
    return _shape(party)


@router.post(
    "/parties/{number}/identifiers", response={201: PartyShape}, summary="Add an identifier", **may("people:write")
)
def identify(request: Called, number: Number, body: NewIdentifier) -> Status[Any]:
    """They say that it is theirs; `verified` by a program that has proof. A customer tells a phone number: an e-mail
    address they prove on the page of their account, and a number in a system is not theirs to say."""
    party = party_of(request, number)
    if request.auth.kind == "party" and body.kind != identifiers.PHONE and not body.verified:
        raise Problem(problems.NOT_ALLOWED, _("Please contact us, so that we can see that this is yours."))
    if body.verified:
        _programs_only(request)
    tell = parties.verify_identifier if body.verified else parties.claim_identifier
    tell(party=party, kind=body.kind, value=body.value, now=now())
    return Status(201, _shape(party))


@router.delete(
    "/parties/{number}/identifiers/{kind}/{value}",
    response=PartyShape,
    summary="Withdraw an identifier",
    **may("people:write", customers=False),
)
def withdraw(request: Called, number: Number, kind: str, value: str) -> Any:
    """It proves nothing any more; that it was told stays known."""
    party = party_of(request, number)
    parties.withdraw_identifier(party=party, kind=kind, value=value)
    return _shape(party)


def _programs_only(request: Called) -> None:
    if request.auth.kind != "token" and not request.auth.has_duty("administrator"):
        raise Problem(problems.NOT_ALLOWED, _("Only programs and administrators say that something was proven."))


def _shown(request: Called, party: Party) -> dict[str, Any]:
    """The party, with the look at it noted unless it is one's own."""
    if party.pk != request.auth.party_id:
        looking.log_look(by=request.auth, party=party, purpose=purpose(request), what="party", now=now())
    return _shape(party)


def _shape(party: Party) -> dict[str, Any]:
    names = ("kind", "name", "birth_date", "language", "time_zone")
    rows = party.identifiers.order_by("pk")
    known = [{"kind": row.kind, "value": row.value, "verified_at": row.verified_at} for row in rows]
    return {"id": party.pk, **{name: getattr(party, name) for name in names}, "identifiers": known}
