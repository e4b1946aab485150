"""Performer of ``make:`` effects: a document is made from a letter template and filed in the case, sent to nobody."""

from __future__ import annotations

from datetime import datetime

from backline.cases.models import Effect
from backline.cases.storage.encoding import decode_members
from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.channels.filling import fill_template, language_of
from backline.channels.sending import letter_pdf, recipients
from backline.connectors.contract import Done, Refused, WriteResult
from backline.documents import letters
from backline.documents.models import Document
from backline.documents.prose import HoleEmpty, plain_line
from backline.documents.storing import document_row, store
from backline.engine import values
from backline.engine.definition import Action, ValueType
from backline.people.models import Party

BY = "system:backline"


def make_document(effect: Effect, /) -> WriteResult:
    """Make the document that the effect names, as a PDF; the same again for the same effect."""
    loaded = versions.load(effect.case.type_key, effect.type_version)
    parties = recipients(effect.case, effect.to or ([loaded.definition.for_] if loaded.definition.for_ else []))
    if not parties:
        return Refused(code="no_recipient", message="Nobody holds the role that this is for.")
    try:
        document = _made(effect, parties[0], loaded)
    except HoleEmpty as empty:
        return Refused(code="hole_empty", message=str(empty))
    except LookupError as missing:
        return Refused(code="no_template", message=str(missing))
    except letters.LetterFailed as failed:
        return Refused(code="letter_failed", message=str(failed)[:300])
    given = _given(loaded.definition.actions.get(effect.action))
    row = values.encode(document_row(document))
    return Done(proof={"documents": [document.pk]}, gives=dict.fromkeys(given, row), types=given)


def _made(effect: Effect, party: Party, loaded: LoadedType) -> Document:
    name, now = effect.call.partition(":")[2], effect.started_at or effect.planned_at
    language = language_of(party)
    template = loaded.letter(name, language)
    if template is None:
        raise LookupError(f"There is no template '{name}' in letters/.")
    prose = fill_template(
        subject=template.subject,
        body=template.body,
        payload=decode_members(effect.payload),
        loaded=loaded,
        case=effect.case,
        party=party,
        link="",
        language=language,
        now=now,
    )
    pdf = letter_pdf(effect.case, party, prose, language, now)
    return _kept(pdf, name=f"{plain_line(prose.subject)}.pdf", kind=name, now=now)


def _kept(pdf: bytes, *, name: str, kind: str, now: datetime) -> Document:
    """Stored once: what a process made that died before it said so is found again by its content and instant."""
    document = store(content=pdf, name=name, kind=kind, by=BY, now=now)
    same = Document.objects.filter(sha256=document.sha256, kind=kind, stored_by=BY, stored_at=now).order_by("pk")
    first = same[0]
    if first.pk != document.pk:
        document.delete()
    return first


def _given(action: Action | None) -> dict[str, ValueType]:
    """The facts that the action gives which are this document."""
    return {name: kind for name, kind in (action.gives if action else {}).items() if kind.kind == "document"}
