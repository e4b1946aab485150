"""Performers of ``message:`` and ``letter:`` effects: filled from the template, filed, sent, once for each key."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from django.conf import settings
from django.utils import timezone

from backline.cases.encoding import decode_members
from backline.cases.models import Case, CaseParty, Effect
from backline.catalogue import versions
from backline.catalogue.reading.templates import Template
from backline.catalogue.versions import LoadedType
from backline.channels.delivering import Delivered, Later, Undeliverable, deliver
from backline.channels.filling import fill_template, language_of
from backline.channels.links import make_link
from backline.channels.models import Message
from backline.channels.writing import write_message
from backline.connectors.contract import Again, Done, Refused, WriteResult
from backline.documents import letters
from backline.documents.models import Document
from backline.documents.prose import HoleEmpty, Prose, plain_line
from backline.documents.storing import store
from backline.people.models import Party
from backline.people.parties import email_of

Outcome = Delivered | Later | Undeliverable


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
        messages = [_written(effect, party, loaded, folder, now) for party in parties]
    except HoleEmpty as empty:
        return Refused(code="hole_empty", message=str(empty))
    except LookupError as missing:
        return Refused(code="no_template", message=str(missing))
    except letters.LetterFailed as failed:
        return Refused(code="letter_failed", message=str(failed)[:300])
    outcomes = [deliver(one, now=now) for one in messages if one.to]
    return _result(messages, outcomes)


def recipients(case: Case, roles: Sequence[str]) -> list[Party]:
    """The parties that hold these roles now, each once."""
    holders = CaseParty.objects.filter(case=case, role__in=roles, until__isnull=True).select_related("party")
    return list({holder.party_id: holder.party for holder in holders.order_by("pk")}.values())


def _written(effect: Effect, party: Party, loaded: LoadedType, folder: str, now: datetime) -> Message:
    """The message of this effect to this party, as it was written the first time."""
    key = f"{effect.key}/{party.pk}"
    if known := Message.objects.filter(key=key).select_related("case", "party").first():
        return known
    language = language_of(party)
    prose = _prose(effect, party, loaded, folder, language, now)
    to = email_of(party)
    letter = folder == "letters"
    if not to and not letter:
        raise LookupError(f"{party.name} has no e-mail address.")
    documents = [_letter(effect.case, party, prose, language, now)] if letter else []
    return write_message(
        key=key,
        kind="letter" if letter else "message",
        case=effect.case,
        party=party,
        to=to,
        prose=prose,
        language=language,
        documents=documents,
        now=now,
    )


def _prose(effect: Effect, party: Party, loaded: LoadedType, folder: str, language: str, now: datetime) -> Prose:
    template = _template(loaded, folder, effect.call.partition(":")[2], language)
    return fill_template(
        subject=template.subject,
        body=template.body,
        payload=decode_members(effect.payload),
        loaded=loaded,
        case=effect.case,
        party=party,
        link=_link(effect.case, party, template, now),
        language=language,
        now=now,
    )


def _template(loaded: LoadedType, folder: str, name: str, language: str) -> Template:
    found = loaded.letter(name, language) if folder == "letters" else loaded.message(name, language)
    if found is None:
        raise LookupError(f"There is no template '{name}' in {folder}/.")
    return found


def _link(case: Case, party: Party, template: Template, now: datetime) -> str:
    """A link to the case, made only for templates that print one."""
    return make_link(case=case, party=party, now=now) if any(hole.path == "link" for hole in template.holes) else ""


def _letter(case: Case, party: Party, prose: Prose, language: str, now: datetime) -> Document:
    pdf = letters.make_letter(
        letterhead=letterhead(),
        recipient=postal_address(party),
        subject=plain_line(prose.subject),
        blocks=prose.blocks,
        reference=case.reference,
        language=language,
        date=now.astimezone(ZoneInfo(settings.ORGANISATION.time_zone)).date(),
    )
    return store(content=pdf, name=f"{plain_line(prose.subject)}.pdf", kind="letter", by="system:backline", now=now)


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


def _result(messages: Sequence[Message], outcomes: Sequence[Outcome]) -> WriteResult:
    """Done when each was sent or waits for the printer; later while one may still be sent."""
    later = [one for one in outcomes if isinstance(one, Later)]
    if later:
        return Again(after_s=max(one.after.total_seconds() for one in later), reason=later[0].reason)
    never = [one for one in outcomes if isinstance(one, Undeliverable)]
    if never and len(never) == len(messages):
        return Refused(code="undeliverable", message=never[0].reason)
    proof = [
        {
            "message": one.pk,
            "message_id": one.message_id,
            "to": one.to,
            "state": one.state,
            "documents": [document.pk for document in one.documents.all()],
        }
        for one in messages
    ]
    return Done(proof={"messages": proof})
