"""Performers of ``message:`` and ``letter:`` effects: filled from the template, filed, sent, once for each key."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from backline.cases.models import Case, Effect
from backline.cases.storage.encoding import decode_members
from backline.cases.storage.selecting import one
from backline.cases.storage.statements import insert_one
from backline.catalogue import versions
from backline.catalogue.reading.templates import Template
from backline.catalogue.versions import LoadedType
from backline.channels.delivering import Delivered, Later, Undeliverable, deliver
from backline.channels.filling import fill_template, language_of
from backline.channels.links import address_of, draft_link
from backline.channels.models import Link, Message
from backline.channels.paper_codes import paper_code
from backline.channels.writing import draft_message
from backline.connectors.contract import Again, Done, Refused, WriteResult
from backline.documents import letters
from backline.documents.models import Document
from backline.documents.prose import HoleEmpty, Prose, plain_line
from backline.documents.storing import store
from backline.people.models import Party
from backline.people.parties import email_of

Outcome = Delivered | Later | Undeliverable
CAME_BACK = (Message.State.BOUNCED, Message.State.RETURNED)


@dataclass(frozen=True, kw_only=True)
class Draft:
    """A message with what goes with it; the claim of its effect is what is durable until it was sent."""

    message: Message
    documents: tuple[Document, ...] = ()
    link: Link | None = None


def send_message(effect: Effect, /) -> WriteResult:
    """Send the message that the effect names to each party that it is for."""
    return _to_each(effect, "messages")


def send_letter(effect: Effect, /) -> WriteResult:
    """Make the letter as a PDF for each party and mail it; where there is no address it waits for the printer."""
    return _to_each(effect, "letters")


def _to_each(effect: Effect, folder: str) -> WriteResult:
    now = timezone.now()
    loaded = versions.load(effect.case.type_key, effect.type_version)
    parties = recipients(effect.case, effect.to or ([loaded.definition.for_] if loaded.definition.for_ else []))
    if not parties:
        return Refused(code="no_recipient", message="Nobody holds the role that this is for.")
    try:
        drafts = [_draft(effect, party, loaded, folder, now) for party in parties]
    except HoleEmpty as empty:
        return Refused(code="hole_empty", message=str(empty))
    except LookupError as missing:
        return Refused(code="no_template", message=str(missing))
    except letters.LetterFailed as failed:
        return Refused(code="letter_failed", message=str(failed)[:300])
    outcomes = [sent for draft in drafts if (sent := _sent(draft, now)) is not None]
    return _result(drafts, outcomes)


def recipients(case: Case, roles: Sequence[str]) -> list[Party]:
    """The parties that hold these roles now, each once."""
    joined = case.snapshot["parties"]
    holders = dict.fromkeys(holder for role in roles for holder in joined.get(role, ()))
    return [party for holder in holders if (party := one(Party, pk=holder))]


def _draft(effect: Effect, party: Party, loaded: LoadedType, folder: str, now: datetime) -> Draft:
    """What this effect wrote to this party before, unless that came back: then, as at first, it is written."""
    key = first = f"{effect.key}/{party.pk}"
    came_back = 0
    while (known := one(Message, key=key)) and known.state in CAME_BACK:
        came_back += 1
        key = f"{first}/{came_back + 1}"
    if known:
        known.case, known.party = effect.case, party
        return Draft(message=known, documents=tuple(known.documents.all()))
    return _drafted(key, effect, party, loaded, folder, now)


def _drafted(key: str, effect: Effect, party: Party, loaded: LoadedType, folder: str, now: datetime) -> Draft:
    """The message of this effect to this party, not saved yet."""
    to, letter = email_of(party), folder == "letters"
    if not to and not letter:
        raise LookupError(f"{party.name} has no e-mail address.")
    language = language_of(party)
    template = _template(loaded, folder, effect.call.partition(":")[2], language)
    link = _link(key, effect, party, template, now)
    prose = fill_template(
        subject=template.subject,
        body=template.body,
        payload=decode_members(effect.payload),
        loaded=loaded,
        case=effect.case,
        party=party,
        link=address_of(link) if link else "",
        language=language,
        now=now,
    )
    message = draft_message(
        key=key,
        kind="letter" if letter else "message",
        case=effect.case,
        party=party,
        to=to,
        prose=prose,
        language=language,
        now=now,
    )
    documents = (_letter(effect.case, party, prose, language, now),) if letter else ()
    return Draft(message=message, documents=documents, link=link)


def _sent(draft: Draft, now: datetime) -> Outcome | None:
    """Hand it to the mail server, where there is an address; then its rows are written, once."""
    message = draft.message
    new = message.pk is None
    outcome = deliver(message, now=now, documents=draft.documents) if message.to else None
    if new:
        with transaction.atomic():
            insert_one(message)
            if draft.documents:
                message.documents.set(draft.documents)
            if draft.link:
                draft.link.save(force_insert=True)
    return outcome


def _template(loaded: LoadedType, folder: str, name: str, language: str) -> Template:
    found = loaded.letter(name, language) if folder == "letters" else loaded.message(name, language)
    if found is None:
        raise LookupError(f"There is no template '{name}' in {folder}/.")
    return found


def _link(key: str, effect: Effect, party: Party, template: Template, now: datetime) -> Link | None:
    """A link to the case, for templates that print one; the same should the message have to be sent again."""
    if not any(hole.path == "link" for hole in template.holes):
        return None
    return draft_link(case=effect.case, party=party, now=now, named=key)


def _letter(case: Case, party: Party, prose: Prose, language: str, now: datetime) -> Document:
    pdf = letter_pdf(case, party, prose, language, now)
    return store(content=pdf, name=f"{plain_line(prose.subject)}.pdf", kind="letter", by="system:backline", now=now)


def letter_pdf(case: Case, party: Party, prose: Prose, language: str, now: datetime) -> bytes:
    """A letter of this organisation to a party, about a case."""
    return letters.make_letter(
        letterhead=letterhead(),
        recipient=postal_address(party),
        subject=plain_line(prose.subject),
        blocks=prose.blocks,
        reference=case.reference,
        code=paper_code(reference=case.reference, party_id=party.pk, now=now),
        language=language,
        date=now.astimezone(ZoneInfo(settings.ORGANISATION.time_zone)).date(),
    )


def letterhead() -> letters.Letterhead:
    """The organisation as its letters show it."""
    organisation = settings.ORGANISATION
    logo = Path(organisation.folder) / "brand" / organisation.brand.logo
    picture = logo.read_bytes() if organisation.brand.logo and logo.is_file() else b""
    return letters.Letterhead(name=organisation.name, colour=organisation.brand.colour, logo=picture)


def postal_address(party: Party) -> list[str]:
    """Name and address as they stand in the window."""
    address = party.details.get("address", "")
    if isinstance(address, dict):
        place = " ".join(str(address.get(key, "")) for key in ("postcode", "city")).strip()
        lines = [str(address.get("street", "")), place, str(address.get("country", ""))]
    else:
        lines = str(address).splitlines()
    return [party.name, *(line for line in lines if line.strip())]


def _result(drafts: Sequence[Draft], outcomes: Sequence[Outcome]) -> WriteResult:
    """Done when each was sent or waits for the printer; later while one may still be sent."""
    later = [outcome for outcome in outcomes if isinstance(outcome, Later)]
    if later:
        return Again(after_s=max(outcome.after.total_seconds() for outcome in later), reason=later[0].reason)
    never = [outcome for outcome in outcomes if isinstance(outcome, Undeliverable)]
    if never and len(never) == len(drafts):
        return Refused(code="undeliverable", message=never[0].reason)
    proof = [
        {
            "message": draft.message.pk,
            "message_id": draft.message.message_id,
            "to": draft.message.to,
            "state": draft.message.state,
            "documents": [document.pk for document in draft.documents],
        }
        for draft in drafts
    ]
    return Done(proof={"messages": proof})
