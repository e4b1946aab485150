"""What a person typed becomes a value, or a sentence that says what is wrong with it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.http import HttpRequest
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from backline.cases import input
from backline.cases.fittings import fittings
from backline.catalogue.versions import LoadedType
from backline.documents import reading, retaking, storing
from backline.documents.models import Document
from backline.engine.definition import Fact
from backline.engine.evaluation import FactState
from backline.engine.values import Money, Row, ValueProblem
from backline.web.ui.fields import FieldView, Raw, plain, read_raw

FILED = ("document", "signature")
NAMED = ("person", "organisation")
LATER = {"later": "yes"}
"""What a draft keeps of a question that is answered after it was sent"""


def field_view(
    loaded: LoadedType,
    fact: Fact,
    *,
    raw: Raw = "",
    error: str = "",
    optional: bool = False,
    page: bool = False,
    options: tuple[tuple[str, ...], ...] = (),
    source: str = "ask",
    path: str = "",
) -> FieldView:
    """The question for a fact, in the reader's language."""
    language = get_language() or ""
    name = path or fact.name
    told = loaded.texts.choices(name, fact.type.choices, language)
    return FieldView(
        name=fact.name,
        kind=fact.type.kind,
        label=loaded.texts.asked(name, source, language),
        help=loaded.texts.help(name, language),
        error=error,
        value="" if raw is None else raw,
        options=options or tuple(told.items()),
        optional=optional or fact.optional,
        currency=loaded.definition.currency or fittings().currency,
        page=page,
        largest=settings.ORGANISATION.limits.attachment_bytes,
    )


def read_answer(request: HttpRequest, fact: Fact, *, by: str, before: Raw, now: datetime) -> tuple[Raw, str]:
    """What was typed or uploaded for the fact, and what is wrong with a file; a file that stands already stays."""
    if fact.type.kind not in FILED:
        return read_raw(fact.type.kind, fact.name, request.POST), ""
    upload = request.FILES.get(fact.name)
    if not isinstance(upload, UploadedFile):
        return "" if is_later(before) else before or "", ""
    return _filed(upload, by, now)


def typed(fact: Fact, raw: Raw, loaded: LoadedType, known: Mapping[str, FactState]) -> tuple[Any, str]:
    """The value, or None and what is wrong in words for the person."""
    try:
        return input.value_of(fact, door_input(fact, raw), known=known, currency=loaded.definition.currency), ""
    except ValueProblem as wrong:
        return None, str(wrong)


def door_input(fact: Fact, raw: Raw) -> object:
    """What is kept of an answer, as the doors of a case take it."""
    if fact.type.kind in FILED and isinstance(raw, Mapping):
        return raw.get("document", "")
    if fact.type.kind in NAMED and isinstance(raw, str) and not fact.type.choices_from:
        return {"name": raw}  # what is typed is a name and never the number of somebody whom we know
    return plain(fact.type.kind, raw)


def is_later(raw: Raw) -> bool:
    """Whether the answer was put off until after the request was sent."""
    return isinstance(raw, Mapping) and dict(raw) == LATER


def may_be_later(fact: Fact) -> bool:
    """Whether it can be answered after sending: a document, or what the case type gives people time for."""
    asks = [source for source in fact.sources if source.kind == "ask"]
    return bool(asks) and (fact.type.kind in FILED or any(source.within for source in asks))


def missing_words(fact: Fact) -> str:
    """What is said when nothing was answered."""
    kind = fact.type.kind
    if kind in ("choice", "choices", "yes/no", "consent", "record"):
        return _("Choose an answer.")
    if kind in FILED:
        return _("Add a picture or a file.")
    return _("Please answer this.")


def _filed(upload: UploadedFile[Any], by: str, now: datetime) -> tuple[Raw, str]:
    """Store the upload; what is kept of it is its id and its name. What it is, the organisation's rules recognise."""
    limit = settings.ORGANISATION.limits.attachment_bytes
    try:
        content = upload.read(limit + 1)
        stored = storing.store(content=content, name=upload.name or _("document"), by=by, now=now, limit=limit)
    except storing.DocumentRefused as refused:
        return "", str(refused)
    if wrong := _unusable(stored):
        return "", wrong
    if retaking.better_taken_again(stored):
        return "", _(
            "A bright spot hides part of this page: please take it again. If it can be read, send the same picture."
        )
    return {"document": stored.pk, "name": stored.name}, ""


def _unusable(stored: Document) -> str:
    """Why nobody could do anything with this file; said while the person still has the right one at hand."""
    state = reading.read(stored).state
    if state == reading.State.ENCRYPTED:
        return _("This file is locked with a password. Send it without one.")
    if state == reading.State.BROKEN:
        return _("This file can't be opened: it seems to be damaged. Take the photo again or send another file.")
    if state == reading.State.UNSUPPORTED and not stored.media_type.startswith("image/"):
        return _("We can't open files of this kind. Send a photo or a PDF.")
    return ""


def as_typed(fact: Fact, value: Any) -> Raw:
    """A value as it would have been typed, to be corrected; empty where it has to be chosen or sent anew."""
    if value is None or fact.type.kind in FILED:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, date):
        return {"day": str(value.day), "month": str(value.month), "year": str(value.year)}
    if isinstance(value, Money):
        return f"{value.amount:f}".replace(".", "," if get_language() == "de" else ".")
    if fact.type.kind == "organisation" and isinstance(value, Row):
        return str(value.get("name") or "")
    if isinstance(value, Row):
        return {k: str(v) for k, v in value.members.items()} if fact.type.kind == "address" else value.id
    return list(value) if isinstance(value, tuple) else str(value)
