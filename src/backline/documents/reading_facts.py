"""What a ``read`` source of a fact gets from a document: a value with its place, or why it is unsure."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from backline.documents import model_reader
from backline.documents.fields import FieldReading, read_field
from backline.documents.models import Document
from backline.documents.reading import Box
from backline.engine.definition import ValueType
from backline.engine.values import Money

SURE_FROM = 0.85
"""A reading below this is shown to a person beside the picture"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A value that was read surely enough to count."""

    value: Any
    confidence: float
    page: int
    box: Box
    text: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Unsure:
    """Nothing that counts. ``reason``: no document, unknown kind, not found, wrong type, unsure."""

    reason: str
    value: Any = None
    """What it may be, for the person who decides"""
    confidence: float = 0.0
    page: int = 0
    box: Box | None = None
    text: str = ""


def read(document_id: str, field: str, type: ValueType) -> Found | Unsure:
    """Read one field of a document for a fact of this type. ``kind`` is a field of every document: what it is."""
    document = Document.objects.filter(pk=document_id).first() if document_id.isdecimal() else None
    if document is None:
        return Unsure(reason="no document")
    if not document.kind:
        return Unsure(reason="unknown kind")
    found = read_field(document, document.kind, field) or model_reader.guess(document, field)
    if found is None:
        return Unsure(reason="not found")
    value = _as_type(found.value, type)
    if value is None:
        return Unsure(reason="wrong type", page=found.page, box=found.box, text=found.text)
    if found.confidence < SURE_FROM:
        return _unsure(found, value)
    return Found(value=value, confidence=found.confidence, page=found.page, box=found.box, text=found.text)


def _unsure(found: FieldReading, value: Any) -> Unsure:
    return Unsure(
        reason="unsure", value=value, confidence=found.confidence, page=found.page, box=found.box, text=found.text
    )


def _as_type(value: object, type: ValueType) -> Any:
    """The value as the fact wants it, or None where it is of another sort."""
    if type.kind == "money":
        return value if isinstance(value, Money) else None
    if type.kind == "date":
        return value if not isinstance(value, Money | Decimal | str) else None
    if type.kind in ("decimal", "integer"):
        return _as_number(value, type.kind)
    if type.kind == "choice":
        return value if value in type.choices else None
    return str(value) if isinstance(value, str | Decimal) else None


def _as_number(value: object, kind: str) -> Decimal | int | None:
    if not isinstance(value, Decimal):
        return None
    if kind == "decimal":
        return value
    return int(value) if value == value.to_integral_value() else None
