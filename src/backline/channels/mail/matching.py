"""Whose message it is, and which case it belongs to: never by a guess, and with how it was found or why not."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.conf import settings
from django.utils.translation import gettext as _

from backline.cases.merging.merged_cases import standing_for
from backline.cases.merging.same_person import number_now
from backline.cases.models import Case, CaseParty
from backline.cases.storage.references import references_in
from backline.channels.mail.parsing import ParsedMail
from backline.channels.models import Message
from backline.channels.reply_tokens import TokenRefused, read_token, token_in
from backline.people import parties
from backline.people.identifiers import EMAIL
from backline.people.models import Party
from backline.people.refusals import NotAnIdentifier


@dataclass(frozen=True, kw_only=True)
class Match:
    """Where a message belongs. Without a case, ``how`` says what a person has to settle."""

    how: str
    case: Case | None = None
    party: Party | None = None
    meant: str = ""
    """The reference that it was written to, where that request goes on in the case"""


def match(mail: ParsedMail, *, recipients: tuple[str, ...], now: datetime) -> Match:
    """By the token in the reply address; else by what it answers, or its reference, and a verified sender."""
    if token := token_in((*recipients, *mail.to), settings.ORGANISATION.mail.reply_domain):
        return _by_token(token, now)
    sender = None if _is_doubtful(mail) else known_sender(mail.sender)
    if sender is None:
        return Match(how=_("The sender's address belongs to nobody that we know."))
    return _by_answer(mail, sender) or _by_reference(mail, sender)


def known_sender(address: str) -> Party | None:
    """The party that has this address verified."""
    try:
        return parties.find_by_identifier(EMAIL, address)
    except NotAnIdentifier:
        return None


def _by_token(token: str, now: datetime) -> Match:
    try:
        said = read_token(token, now=now)
    except TokenRefused as refused:
        if refused.reason == "expired":
            return Match(how=_("The address that it answers to has expired."))
        return Match(how=_("The address that it answers to was not made by us."))
    named = Case.objects.filter(reference=said.reference).first()
    case = standing_for(named) if named else None
    party = Party.objects.filter(pk=number_now(said.party_id)).first()
    if case is None or party is None or not _takes_part(case, party):
        return Match(how=_("The address that it answers to names nobody in this request."))
    return _found(_("by the address that it answers to"), case, party, said.reference)


def _by_answer(mail: ParsedMail, sender: Party) -> Match | None:
    sent = (
        Message.objects.filter(message_id__in=mail.answers[:20], case__isnull=False, party=sender)
        .select_related("case")
        .first()
    )
    if sent is None or sent.case is None or not _takes_part(standing_for(sent.case), sender):
        return None
    return _found(_("by our message that it answers"), standing_for(sent.case), sender, sent.case.reference)


def _by_reference(mail: ParsedMail, sender: Party) -> Match:
    named = references_in(mail.subject) or references_in(mail.text[:20_000])
    written = {case.reference: standing_for(case) for case in Case.objects.filter(reference__in=named)}
    cases = list({case.pk: case for case in written.values() if _takes_part(case, sender)}.values())
    if len(cases) == 1:
        meant = next(reference for reference, case in written.items() if case.pk == cases[0].pk)
        return _found(_("by the reference in it and the sender's address"), cases[0], sender, meant)
    if named and not cases:
        return Match(how=_("It names a request in which the sender takes no part."), party=sender)
    if cases:
        return Match(how=_("It names several requests."), party=sender)
    return Match(how=_("It names no request."), party=sender)


def _found(how: str, case: Case, party: Party, meant: str) -> Match:
    """One that was written to a request which goes on in another one says so."""
    if meant == case.reference:
        return Match(how=how, case=case, party=party)
    words = _("%(how)s; %(meant)s goes on in this request") % {"how": how, "meant": meant}
    return Match(how=words, case=case, party=party, meant=meant)


def _takes_part(case: Case, party: Party) -> bool:
    return CaseParty.objects.filter(case=case, party=party, until__isnull=True).exists()


def _is_doubtful(mail: ParsedMail) -> bool:
    """Our own mail server found that the message does not come from where it says."""
    return "dmarc=fail" in mail.header("authentication-results").lower().replace(" ", "")
