"""Facts that stand in a document: the field is found on its page, with how sure the reading is."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from backline.cases.facts import declared, source_of
from backline.cases.fittings import fittings
from backline.catalogue.versions import LoadedType
from backline.documents.fields import FieldReading, read_field
from backline.documents.models import Document
from backline.engine import values
from backline.engine.evaluation import Wanted
from backline.engine.record import CaseRecord, Failure
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


def _typed(found: FieldReading, document: Document, want: Wanted, loaded: LoadedType) -> Reading:
    """The value as the fact's type has it."""
    kind = declared(loaded.definition, want.fact, want.item).type
    place = {
        "document": document.pk,
        "page": found.page,
        "box": list(found.box),
        "text": found.text,
    }
    raw = found.value if kind.kind not in ("text", "choice") else found.text
    try:
        value = values.parse(kind, raw, currency=fittings().currency, languages=fittings().languages)
    except ValueProblem as wrong:
        return Reading(value=Failure(reason="unsure", detail=str(wrong)), place=place)
    return Reading(value=value, confidence=found.confidence, place=place)
