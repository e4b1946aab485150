"""Mandates: who may act for whom, given, seen, taken back."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal

from django.utils.translation import gettext as _
from ninja import Router, Schema, Status
from pydantic import AwareDatetime, Field

from backline.people import mandates, parties
from backline.people.mandates import Standing
from backline.people.models import Mandate, Party
from backline.web.api import problems
from backline.web.api.calling import Called, may, now
from backline.web.api.case_shapes import Input
from backline.web.api.paging import Number
from backline.web.api.problems import Problem, pointer
from backline.web.api.reaching import party_of

router = Router(tags=["Mandates"])


class Person(Schema):
    party: int
    name: str = Field(description="To who named somebody by an address: that address")


class MandateShape(Schema):
    id: int
    giver: Person
    holder: Person
    services: list[str] = Field(description="Case types, wider words that they use, or `everything`")
    basis: Literal["granted", "parent", "guardian"]
    purpose: str
    state: Literal["to come", "running", "ended", "revoked"]
    starts_at: datetime
    ends_at: datetime | None


class Granting(Input):
    holder_email: str = Field("", max_length=254, description="Who may act; nobody learns here whether we know them")
    holder: Number | None = Field(None, description="Or their number; for programs and colleagues")
    giver: Number | None = Field(None, description="For whom; a customer gives for themselves")
    services: list[str] = Field(max_length=50)
    basis: Literal["granted", "parent", "guardian"] = "granted"
    purpose: str = Field("", max_length=300)
    starts_at: AwareDatetime | None = None
    ends_at: AwareDatetime | None = None


class Revoking(Input):
    reason: str = Field("", max_length=300)


@router.get("", response=list[MandateShape], summary="List mandates", **may("people:read"))
def list_(request: Called, party: Number | None = None) -> Any:
    """Those that a party gave or holds, the newest first; a customer's own."""
    of = party_of(request, party or request.auth.party_id or 0)
    return [_shape(request, standing) for standing in mandates.mandates_of(of.pk, now=now())]


@router.post("", response={201: MandateShape}, summary="Grant a mandate", **may("people:write"))
def grant(request: Called, body: Granting) -> Status[Any]:
    """The giver lets the holder act for them in these services, until an end."""
    giver = party_of(request, body.giver or request.auth.party_id or 0)
    mandate = mandates.grant(
        by=request.auth,
        giver=giver,
        holder=_holder(request, body),
        services=body.services,
        basis=body.basis,
        purpose=body.purpose,
        starts_at=body.starts_at,
        ends_at=body.ends_at,
        now=now(),
    )
    return Status(201, _shape(request, _standing(mandate)))


@router.post("/{number}/revocation", response=MandateShape, summary="Revoke a mandate", **may("people:write"))
def revoke(request: Called, number: Number, body: Revoking) -> Any:
    """It ends now. The giver takes it back, or the holder lays it down."""
    mandate = Mandate.objects.filter(pk=number).select_related("giver", "holder").first()
    if mandate is None:
        raise Problem(problems.NOT_FOUND)
    if request.auth.party_id not in (mandate.giver_id, mandate.holder_id):
        party_of(request, mandate.giver_id)
    mandates.revoke(by=request.auth, mandate=mandate, reason=body.reason, now=now())
    return _shape(request, _standing(mandate))


def _holder(request: Called, body: Granting) -> Party:
    """Whoever has proven the address, or will; by a number, somebody within reach."""
    if body.holder is not None and request.auth.kind != "party":
        return party_of(request, body.holder)
    if not body.holder_email:
        raise Problem(problems.REFUSED, errors={pointer("holder_email"): _("Enter an e-mail address.")})
    found = parties.find_by_identifier("email", body.holder_email)
    nameless = (party for party in parties.told_of(body.holder_email) if not party.name)
    return found or next(nameless, None) or parties.create_party(claims={"email": body.holder_email}, now=now())


def _standing(mandate: Mandate) -> Standing:
    rows = mandates.mandates_of(mandate.giver_id, now=now())
    return next(standing for standing in rows if standing.mandate.pk == mandate.pk)


def _shape(request: Called, standing: Standing) -> dict[str, Any]:
    mandate = standing.mandate
    told = {name: getattr(mandate, name) for name in ("basis", "purpose", "starts_at")}
    by_address = request.auth.party_id == mandate.giver_id and mandate.basis == Mandate.Basis.GRANTED
    return {
        "id": mandate.pk,
        "giver": {"party": mandate.giver_id, "name": mandate.giver.name},
        "holder": {"party": mandate.holder_id, "name": _named(mandate.holder, by_address)},
        "services": list(standing.services),
        "state": standing.state,
        "ends_at": standing.ends_at,
        **told,
    }


def _named(holder: Party, by_address: bool) -> str:
    """Whom the giver named by an address is told by it: the name behind an address is not ours to tell."""
    return parties.email_of(holder) or holder.name if by_address else holder.name or parties.email_of(holder)
