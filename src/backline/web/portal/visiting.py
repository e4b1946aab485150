"""Who is here: somebody signed in, or a visitor who is known by what they began in this session."""

from __future__ import annotations

from datetime import datetime

from django.http import HttpRequest
from django.utils import timezone

from backline.cases.storage.selecting import one
from backline.people import actors
from backline.people.actors import Actor
from backline.people.models import Account, Party

DRAFTS, VISITS = "portal.drafts", "portal.visits"
MOST = 20


def customer(request: HttpRequest) -> Actor | None:
    """The person signed in, as a customer; None for a visitor and for a colleague without a party."""
    party = party_of(request)
    return actors.of_party(party) if party else None


def party_of(request: HttpRequest) -> Party | None:
    """The party of the account signed in."""
    account = request.user
    return account.party if isinstance(account, Account) else None


def is_colleague(request: HttpRequest) -> bool:
    """Whether somebody who works here is signed in."""
    account = request.user
    return isinstance(account, Account) and account.staff_id is not None


def remember_draft(request: HttpRequest, key: str) -> None:
    """This session may go on with the draft."""
    request.session[DRAFTS] = [*_kept(request, DRAFTS), key][-MOST:]


def began(request: HttpRequest, key: str) -> bool:
    """Whether this session began the draft or came by its link."""
    return key in _kept(request, DRAFTS)


def remember_visit(request: HttpRequest, reference: str, party: int, *, proven: bool) -> None:
    """This session sent the request as that party, or came by a link that we mailed to them (``proven``)."""
    kept = request.session.get(VISITS, {})
    proven = proven or bool(kept.get(reference, {}).get("proven"))
    request.session[VISITS] = {**kept, reference: {"party": party, "proven": proven}}


def visitor(request: HttpRequest, reference: str) -> tuple[Actor, bool] | None:
    """Who is here for this request without signing in, and whether their address is proven to be theirs.

    Who only sent it is nobody any more once the party has an account: whoever proved the address has the request to
    themselves.
    """
    kept = request.session.get(VISITS, {}).get(reference)
    party = one(Party, pk=kept["party"]) if kept else None
    if party is None or not (kept["proven"] or one(Account, party=party.pk) is None):
        return None
    return actors.of_party(party), bool(kept["proven"])


def now() -> datetime:
    """The time of this request; the only clock of the portal."""
    return timezone.now()


def _kept(request: HttpRequest, what: str) -> list[str]:
    kept: list[str] = request.session.get(what, [])
    return kept
