"""What was read in a document, as plain data for programs: kind, pages, text, and each field with its place."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from backline.documents import fields, media, model_reader, reading, receipts
from backline.documents.fields import FieldReading
from backline.documents.kinds import kinds
from backline.documents.models import Document
from backline.documents.reading import Reading
from backline.documents.recognising import kind_of
from backline.engine.values import Money


def describe_file(path: Path) -> dict[str, Any]:
    """What is read in a file that is not taken in."""
    media_type = media.media_type_of(path)
    found = reading.read_file(path, media_type)
    return _described(found, kind_of(found.text), media_type)


def nothing_read(state: str, reason: str) -> dict[str, Any]:
    """The same shape for what could not be read at all."""
    nothing: dict[str, Any] = {"kind": "", "media_type": "", "pages": 0, "text": "", "fields": {}}
    return {**nothing, "state": state, "reason": reason, "form": "", "codes": []}


def describe_document(document: Document) -> dict[str, Any]:
    """What was read in a stored document."""
    return {"name": document.name, **_described(reading.read(document), document.kind, document.media_type)}


def _described(found: Reading, kind: str, media_type: str) -> dict[str, Any]:
    kind = kind or (receipts.KIND if receipts.is_receipt(found.text) else "")
    return {
        "kind": kind,
        "media_type": media_type,
        "pages": found.page_count,
        "text": found.text,
        "fields": _form(found) | _fields(_found(found, kind)),
        "state": found.state,
        "reason": found.reason,
        "codes": [
            {"format": one.format, "text": one.text, "page": page.number, "box": list(one.box)}
            for page in found.pages
            for one in page.codes
        ],
        "form": "xfa" if found.xfa else "acroform" if found.form else "",
    }


def _found(found: Reading, kind: str) -> Mapping[str, FieldReading]:
    """By the rules of the organisation for this kind, else by what is known of receipts."""
    if known := kinds().get(kind):
        return model_reader.fill_in(found, known, fields.find_fields(found, known))
    return receipts.read_receipt(found) if kind == receipts.KIND else {}


def _form(found: Reading) -> dict[str, Any]:
    """Fields of a fillable PDF as they stand in it; one that is empty is null."""
    return {
        one.name: {"value": one.value, "text": one.value, "confidence": 1.0, "page": one.page, "box": list(one.box)}
        for one in found.form
    }


def _fields(found: Mapping[str, FieldReading]) -> dict[str, Any]:
    return {
        name: {
            "value": plain(one.value),
            "text": one.text,
            "confidence": one.confidence,
            "page": one.page,
            "box": list(one.box),
        }
        for name, one in found.items()
    }


def plain(value: object) -> str:
    """A read value as text: ``120.50 EUR``, ``2026-03-01``."""
    if isinstance(value, Money):
        return f"{value.amount} {value.currency}"
    if isinstance(value, date):
        return value.isoformat()
    return format(value, "f") if isinstance(value, Decimal) else str(value)
