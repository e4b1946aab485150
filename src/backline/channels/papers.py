"""Paper, faxes and notes as files: kept, read, recognised. The code on a letter of ours says where its reply belongs.

Whatever has no such code is asked of a person: anybody can write a reference on a sheet.
"""

from __future__ import annotations

import hashlib
from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from backline.cases.merging.merged_cases import standing_for
from backline.cases.merging.same_person import number_now
from backline.cases.models import Case, CaseParty
from backline.cases.storage.references import references_in
from backline.channels.answering_asks import answer_asks
from backline.channels.attaching import Given, attach
from backline.channels.filing import file_message
from backline.channels.models import Contact, ContactDocument, Message
from backline.channels.paper_codes import tokens_in
from backline.channels.reply_tokens import TokenRefused, read_token
from backline.channels.returning import RETURNED, letter_of, take_back
from backline.documents import contents, reading, separating
from backline.documents.reading import Reading
from backline.people.models import Party

Result = Contact.Result
UNREAD = ("broken", "encrypted", "too much")


def take_paper(content: bytes, *, name: str, channel: str, now: datetime) -> Contact:
    """Take one file that came on paper, by fax or as a note. The same file again is the same contact."""
    mark = hashlib.sha256(f"{channel}\n".encode() + content).hexdigest()
    known = Contact.objects.filter(fingerprint=mark).select_related("case", "party").first()
    if known:
        known.repeated = True
        return known
    raw_sha256 = contents.write(content)
    try:
        with transaction.atomic():
            contact = Contact.objects.create(
                fingerprint=mark, channel=channel, subject=name[:500], raw_sha256=raw_sha256, taken_at=now
            )
    except IntegrityError:
        return take_paper(content, name=name, channel=channel, now=now)
    return _taken(contact, content, name, now)


def _taken(contact: Contact, content: bytes, name: str, now: datetime) -> Contact:
    row = attach(contact, [Given(name=name, content=content)], by="system:backline", now=now)[0]
    if row.document is None:
        contact.result, contact.reason = Result.REFUSED, row.refusal
    else:
        found = reading.read(row.document)
        contact.text = found.text[:100_000]
        if found.state in UNREAD:
            contact.result, contact.reason = Result.REFUSED, found.reason
        else:
            _settle(contact, row, found, now)
    contact.save()
    return contact


def _settle(contact: Contact, row: ContactDocument, found: Reading, now: datetime) -> None:
    """Into the case that its code names, or to a person with what it seems to say."""
    said = [code.text for page in found.pages for code in page.codes]
    tokens = tokens_in(said)
    belongs, why_not, meant = _by_code(tokens, now)
    if belongs is None:
        named = _suggestion("\n".join([*said, found.text[:20_000]]))
        contact.result, contact.reason = Result.ASKED, why_not or named or found.reason or _nobody()
        contact.reason = f"{contact.reason} {_one_or_two(found)}".strip()
        return
    how = _("by the code on our letter")
    contact.case, contact.party = belongs
    if row.document is not None and row.document.kind == RETURNED and _came_back(contact, tokens[0], now):
        return
    contact.case, refused = answer_asks(
        case=contact.case, party=contact.party, attached=[row], channel=contact.channel, now=now
    )
    contact.result, contact.reason = Result.TAKEN, refused or how
    file_message(contact, how=how, attached=[row], now=now, meant=meant)


def _one_or_two(found: Reading) -> str:
    """The question whether it is one document, where its pages leave that open."""
    begins = [str(one.page) for one in separating.beginnings(found.pages)]
    if not begins:
        return ""
    return _("Is this one document or two? Another one may begin on page %(pages)s.") % {"pages": ", ".join(begins)}


def _came_back(contact: Contact, token: str, now: datetime) -> bool:
    """Whether it is a letter of ours that could not be delivered; then nobody has answered anything with it."""
    letter = letter_of(case=contact.case, party=contact.party, token=token) if contact.case and contact.party else None
    if letter is None:
        return False
    reason = _("The letter came back by post.")
    take_back(letter, contact=contact, state=Message.State.RETURNED, reason=reason, now=now)
    contact.result, contact.reason = Result.TAKEN, reason
    return True


def _by_code(tokens: list[str], now: datetime) -> tuple[tuple[Case, Party] | None, str, str]:
    """The case and the party that one code of ours names, or why it is for a person; and the reference on the letter,
    where that request goes on in the case."""
    if not tokens:
        return None, "", ""
    if len(tokens) > 1:
        return None, _("It bears the codes of several letters."), ""
    try:
        said = read_token(tokens[0], now=now)
    except TokenRefused as refused:
        if refused.reason == "expired":
            return None, _("The code on it has expired."), ""
        return None, _("The code on it was not made by us."), ""
    written = Case.objects.filter(reference=said.reference).first()
    case = standing_for(written) if written else None
    takes_part = CaseParty.objects.filter(case=case, party_id=number_now(said.party_id), until__isnull=True)
    found = takes_part.select_related("case", "party").first() if case else None
    if found is None:
        return None, _("The code on it names nobody in this request."), ""
    return (found.case, found.party), "", said.reference if said.reference != found.case.reference else ""


def _suggestion(text: str) -> str:
    """The request that a paper names: a person confirms it, since anybody can write a number."""
    cases = Case.objects.filter(reference__in=references_in(text))
    named = dict.fromkeys(standing_for(case).reference for case in cases)
    return _("It names %(reference)s; a person confirms it.") % {"reference": ", ".join(named)} if named else ""


def _nobody() -> str:
    return _("It does not say to which request it belongs.")
