"""Facts that stand in a document: the field is found on its page, with how sure the reading is."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from backline.cases.facts import declared, source_of
from backline.cases.fittings import fittings
from backline.catalogue.versions import LoadedType
from backline.documents.confirming_fields import confirm_field
from backline.documents.fields import FieldReading, read_field
from backline.documents.models import Document
from backline.engine import values
from backline.engine.evaluation import Wanted
from backline.engine.record import Assertion, CaseRecord, Failure
from backline.engine.values import Row, ValueProblem


@dataclass(frozen=True, kw_only=True)
class Reading:
    """A value or a failure, how sure it is, and where it stands."""

    value: Any
    confidence: float = 1.0
    place: dict[str, Any] | None = None
    """``{"document", "page", "box", "text"}``"""


def read(want: Wanted, *, loaded: LoadedType, record: CaseRecord) -> Reading:
    """What the document says of the wanted fact. What cannot be read is a failure: the next source follows."""
    source = source_of(loaded.definition, want)
    row = (want.basis or want.arguments).get(source.document)
    document = Document.objects.filter(pk=row.id).first() if isinstance(row, Row) and row.id.isdigit() else None
    if document is None:
        return Reading(value=Failure(reason="error", detail=f"the document {source.document} is not there"))
    found = read_field(document, document.kind, source.field)
    if found is None:
        return Reading(value=Failure(reason="unsure", detail=f"{source.field} was not found in {document.name}"))
    return _typed(found, document, want, loaded)


def note_said(said: Assertion, *, loaded: LoadedType, record: CaseRecord, now: datetime) -> None:
    """A person said what stands in a document: that teaches where it stands, and who reads it rightly."""
    sources = declared(loaded.definition, said.fact, said.item).sources
    source = next((one for one in sources if one.kind == "read"), None)
    told = [one for one in record.assertions if source and one.fact == source.document and _is_document(one.value)]
    if source is None or not told:
        return
    row = max(told, key=lambda one: one.said_at).value
    document = Document.objects.filter(pk=row.id).first() if row.id.isdigit() else None
    if document:
        confirm_field(document=document, field=source.field, value=said.value, by=said.who, now=now)


def _is_document(value: object) -> bool:
    return isinstance(value, Row) and value.type == "document"


def _typed(found: FieldReading, document: Document, want: Wanted, loaded: LoadedType) -> Reading:
    """The value as the fact's type has it."""
    kind = declared(loaded.definition, want.fact, want.item).type
    place = {
        "document": document.pk,
        "page": found.page,
        "box": list(found.box),
        "text": found.text,
    }
    if found.why:
        place["why"] = found.why
    raw = found.value if kind.kind not in ("text", "choice") else found.text
    try:
        value = values.parse(kind, raw, currency=fittings().currency, languages=fittings().languages)
    except ValueProblem as wrong:
        return Reading(value=Failure(reason="unsure", detail=str(wrong)), place=place)
    return Reading(value=value, confidence=found.confidence, place=place)
