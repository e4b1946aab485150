"""Mail to a customer came back: a corrected address is proven by a link, and what did not arrive goes out again.

A colleague may mistype an address. So whoever follows the link of one that a colleague noted also says the number of a
request of theirs, which does not stand in that mail; who asked on their own page has shown who they are.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.core import signing
from django.core.mail import send_mail
from django.db import transaction
from django.utils import translation
from django.utils.translation import gettext as _

from backline.cases.adding import add_note, reply
from backline.cases.authority import writes
from backline.cases.effects.coming_back import CAME_BACK
from backline.cases.effects.settling_effects import RETRY, Way, settle_effect
from backline.cases.merging.merged_cases import rows_of, standing_for
from backline.cases.models import Case, CaseParty, Effect, Want
from backline.cases.refusals import FactsRefused, NotAllowed
from backline.cases.storage.references import ReferenceRefused, read_reference
from backline.cases.storage.selecting import several
from backline.channels.delivering import deliver
from backline.channels.filling import language_of
from backline.channels.models import Message
from backline.channels.writing import message_id
from backline.people.actors import SYSTEM, Actor
from backline.people.identifiers import EMAIL, normal
from backline.people.looking import log_look
from backline.people.models import Identifier, Party
from backline.people.moving_addresses import move_sign_in
from backline.people.parties import email_of, verify_identifier
from backline.people.refusals import IdentifierTaken, NotAnIdentifier

SALT = "backline.channels.address"
HOLDS = timedelta(days=14)
State = Message.State


class AddressOver(Exception):
    """The link confirms nothing any more, or was never ours."""


@dataclass(frozen=True, kw_only=True)
class Undelivered:
    """Somebody whom our mail in a case does not reach."""

    party: Party
    to: str
    why: str
    messages: tuple[Message, ...]


@dataclass(frozen=True, kw_only=True)
class Proposed:
    """What a link says: whose address it would be, instead of which."""

    party: Party
    address: str
    instead_of: str
    known: bool
    """They were known when they asked for it"""


def undelivered(case: Case) -> list[Undelivered]:
    """To whom our mail came back, as long as nobody has given another address."""
    found: dict[int, list[Message]] = {}
    for row in rows_of(case):
        for message in several(Message, case=row, state=State.BOUNCED.value):
            found.setdefault(message.party_id or 0, []).append(message)
    told = []
    for returned in found.values():
        party = returned[0].party
        here = email_of(party) if party else ""
        back = tuple(one for one in returned if one.to.lower() == here.lower())
        if party is not None and back:
            told.append(Undelivered(party=party, to=here, why=back[-1].problem, messages=back))
    return told


def ask_to_confirm(*, case: Case, party: Party, address: str, by: Actor, now: datetime) -> str:
    """Send the new address a link by which it is confirmed; answers the address as it is spelt.

    Raises NotAllowed and FactsRefused.
    """
    own = by.kind == "party" and by.party_id == party.pk
    if not own and not writes(by, case):
        raise NotAllowed(_("This request is with another team."))
    try:
        new = normal(EMAIL, address)
    except NotAnIdentifier as wrong:
        raise FactsRefused({"address": str(wrong)})
    old = email_of(party)
    if new == old:
        raise FactsRefused({"address": _("Our mail to this address came back. Please give another one.")})
    token = signing.dumps([party.pk, new, old, own], salt=SALT)
    link = f"{settings.ORGANISATION.base_url.rstrip('/')}/address/{token}"
    with translation.override(language_of(party)):
        told = {"link": link, "organisation": settings.ORGANISATION.name}
        body = _("Is this your address? Then confirm it here, so that our messages reach you:\n\n%(link)s\n\n"
                 "If you do not know us, do nothing.\n\n%(organisation)s")  # fmt: skip
        send_mail(_("Please confirm your address"), body % told, None, [new])
    if not own:
        log_look(by=by, party=party, purpose=case.reference, what=_("the e-mail address, corrected"), now=now)
    return new


def proposed(token: str) -> Proposed:
    """What the link says, while the old address still stands. Raises ``AddressOver``."""
    try:
        pk, address, old, known = signing.loads(token, salt=SALT, max_age=HOLDS)
    except (signing.BadSignature, ValueError):
        raise AddressOver
    party = Party.objects.filter(pk=pk).first()
    if party is None or email_of(party) != old:
        raise AddressOver
    return Proposed(party=party, address=address, instead_of=old, known=known)


def has_request(party: Party, reference: str) -> bool:
    """Whether this is the number of a request in which they take part."""
    try:
        exact = read_reference(reference)
    except ReferenceRefused:
        return False
    return CaseParty.objects.filter(party=party, case__reference=exact).exists()


def confirm(proposal: Proposed, *, now: datetime) -> int:
    """The address is proven: it replaces the old one, and what did not arrive goes out again; answers how many.

    Raises IdentifierTaken where somebody else proved it before.
    """
    party = proposal.party
    with transaction.atomic():
        verify_identifier(party=party, kind=EMAIL, value=proposal.address, now=now)
        Identifier.objects.filter(party=party, kind=EMAIL, value=proposal.instead_of).delete()
        move_sign_in(party=party, old=proposal.instead_of, new=proposal.address)
    back = Message.objects.filter(party=party, state=State.BOUNCED, to__iexact=proposal.instead_of, case__isnull=False)
    cases: dict[int, list[Message]] = {}
    for row in back.select_related("case", "party").order_by("pk"):
        if row.case is not None and row.case.state != "gone":
            cases.setdefault(standing_for(row.case).pk, []).append(row)
    return sum(_again(pk, rows, proposal, now) for pk, rows in cases.items())


def _again(pk: int, rows: Sequence[Message], proposal: Proposed, now: datetime) -> int:
    """Send again what came back in one case, and say so in it."""
    failed = Effect.objects.filter(case=pk, state="failed", refusal=CAME_BACK).select_related("case")
    tried = [effect for effect in failed if any(row.key.startswith(f"{effect.key}/") for row in rows)]
    for effect in tried:
        settle_effect(effect=effect, by=SYSTEM, way=Way(how=RETRY), now=now, channel="system")
    others = [row for row in rows if not any(row.key.startswith(f"{effect.key}/") for effect in tried)]
    for row in others:
        deliver(_copied(row, proposal.address, now), now=now)
    case = Case.objects.get(pk=pk)
    text = _("%(name)s confirmed %(address)s instead of %(old)s. %(n)s messages were sent again.")
    told = {"name": proposal.party.name, "address": proposal.address, "old": proposal.instead_of, "n": len(rows)}
    add_note(case=case, by=SYSTEM, text=text % told, now=now, channel="system")
    for want in _sought(case, rows):
        reply(want=want, by=SYSTEM, text=proposal.address, now=now, channel="system")
    return len(tried) + len(others)


def _sought(case: Case, rows: Sequence[Message]) -> list[Want]:
    """The tasks in which somebody was to find the address."""
    about = {row.problem for row in rows}
    return list(
        Want.objects.filter(case=case, kind="free", match="", asked_by=SYSTEM.id, detail__in=about, closed_at=None)
    )


def _copied(row: Message, to: str, now: datetime) -> Message:
    """The same message to the other address, under a key of its own."""
    key = f"{row.key[:200]}/again/{row.pk}"
    if known := Message.objects.filter(key=key).first():
        return known
    kept = ("kind", "case", "party", "subject", "text", "html", "language", "token", "headers")
    copy = Message(
        key=key, to=to, message_id=message_id(key), made_at=now, **{name: getattr(row, name) for name in kept}
    )
    with transaction.atomic():
        copy.save(force_insert=True)
        copy.documents.set(row.documents.all())
        copy.wants.set(row.wants.all())
    return copy


__all__ = ["AddressOver", "IdentifierTaken", "Proposed", "Undelivered", "ask_to_confirm", "confirm", "has_request",
           "proposed", "undelivered"]  # fmt: skip
