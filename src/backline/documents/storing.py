"""Storing a document: the bytes by their hash, a row for who gave it, and what it is."""

from __future__ import annotations

import logging
from datetime import datetime

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from backline.documents import contents, media, naming, reading, recognising
from backline.documents.models import Document
from backline.engine.values import Row

log = logging.getLogger(__name__)
MEGABYTE = 1024 * 1024


class DocumentRefused(Exception):
    """The document was not taken; the message says why to the person who sent it."""


class NotKeptNow(DocumentRefused):
    """The store is away: the same document may be taken later."""


def store(
    *, content: bytes, name: str, kind: str = "", by: str, now: datetime, sensitivity: str = "normal", limit: int = 0
) -> Document:
    """Keep a document. Without a ``kind`` it is read, and recognised by the organisation's rules.

    ``limit`` is the largest size in bytes (the organisation's own where 0). Raises ``DocumentRefused``.
    """
    _check_size(content, limit or settings.ORGANISATION.limits.attachment_bytes)
    sha256 = _kept(content)
    media_type = media.media_type(content)
    read = reading.read_content(sha256, media_type, now=now) if not kind else None
    with transaction.atomic():
        return Document.objects.create(
            sha256=sha256,
            size=len(content),
            media_type=media_type,
            name=naming.clean_name(name),
            kind=kind or recognising.kind_of(read.text if read else ""),
            pages=read.page_count if read else reading.count_pages(sha256, media_type),
            sensitivity=sensitivity,
            stored_by=by,
            stored_at=now,
        )


def content(document: Document) -> bytes:
    """The bytes of a document, exactly as they came."""
    return contents.read(document.sha256)


def document_row(document: Document) -> Row:
    """A document as the value of a fact."""
    members = {
        "kind": document.kind,
        "name": document.name,
        "media_type": document.media_type,
        "sha256": document.sha256,
        "pages": document.pages,
    }
    return Row("document", str(document.pk), members)


def _kept(content: bytes) -> str:
    try:
        return contents.write(content)
    except contents.StoreAway as away:
        log.warning("a document could not be kept: %s", away)
        raise NotKeptNow(_("The file can't be kept at the moment. Please send it again in a few minutes."))


def _check_size(content: bytes, limit: int) -> None:
    if not content:
        raise DocumentRefused(_("The file is empty."))
    if len(content) > limit:
        size = f"{limit / MEGABYTE:.0f} MB" if limit >= MEGABYTE else f"{limit // 1024} kB"
        raise DocumentRefused(_("The file is too large: at most %(size)s can be taken.") % {"size": size})
