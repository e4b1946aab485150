"""A whole case as one archive, as its reader may see it: a page to begin at, the data, the documents, the messages."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from tempfile import TemporaryFile
from typing import IO, Any

from django.template.loader import render_to_string

from backline.cases.merging.merged_cases import rows_of
from backline.cases.models import Case, Entry
from backline.cases.showing.printing import as_json
from backline.cases.showing.views import CaseView, DocumentView
from backline.channels.models import Contact, Message
from backline.documents import contents, media, storing
from backline.documents.archiving import NotArchived, archive_copy
from backline.documents.models import Document
from backline.documents.naming import clean_name
from backline.documents.picturing import NoPicture

CHAIN = ("sequence", "version", "kind", "actor", "channel", "at", "holds_from", "digest", "chain")


@dataclass(frozen=True, kw_only=True)
class Filed:
    """One file of the archive: where it lies in it, and what it is."""

    path: str
    label: str
    sha256: str = ""
    copy: str = ""
    """Where its PDF/A lies, for a scan that was read"""


def archive(case: Case, view: CaseView) -> IO[bytes]:
    """The archive as an open file, at its beginning. ``view`` decides what is in it."""
    file = TemporaryFile()  # noqa: SIM115  (its reader closes it)
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as packed:
        documents = [_document(packed, number, one) for number, one in enumerate(view.documents, start=1)]
        messages = list(_messages(packed, case)) if view.audience == "worker" else []
        packed.writestr("case.json", _json(as_json(view, timeline=True)))
        if view.audience == "worker":
            packed.writestr(
                "chain.json", _json(list(Entry.objects.filter(case=case).order_by("sequence").values(*CHAIN)))
            )
        context = {"view": view, "documents": documents, "messages": messages, "worker": view.audience == "worker"}
        packed.writestr("index.html", render_to_string("ui/archive.html", context))
    file.seek(0)
    return file


def _document(packed: zipfile.ZipFile, number: int, one: DocumentView) -> Filed:
    document = Document.objects.get(pk=one.id)
    path = f"documents/{number:03}-{clean_name(document.name)}"
    try:
        packed.writestr(path, storing.content(document))
    except contents.ContentMissing as missing:
        path = f"{path}.missing.txt"
        packed.writestr(path, str(missing))
        return Filed(path=path, label=one.label or document.name, sha256=document.sha256)
    copy = _copy(packed, document, f"{path}.pdf")
    return Filed(path=path, label=one.label or document.name, sha256=document.sha256, copy=copy)


def _copy(packed: zipfile.ZipFile, document: Document, path: str) -> str:
    """A scan is there as PDF/A too; nothing where it is no scan, or none can be made."""
    if document.media_type not in media.PICTURES:
        return ""
    try:
        packed.writestr(path, archive_copy(document))
    except (NotArchived, NoPicture):
        return ""
    return path


def _messages(packed: zipfile.ZipFile, case: Case) -> Iterator[Filed]:
    """What went out as text, what came in as it came."""
    for number, sent in enumerate(Message.objects.filter(case__in=rows_of(case)).order_by("made_at", "pk"), start=1):
        path = f"messages/out-{number:03}.txt"
        packed.writestr(
            path, f"To: {sent.to}\nSubject: {sent.subject}\nSent: {sent.sent_at or sent.state}\n\n{sent.text}\n"
        )
        yield Filed(path=path, label=sent.subject)
    for number, came in enumerate(Contact.objects.filter(case=case).order_by("taken_at", "pk"), start=1):
        ending = "eml" if came.channel == "email" else "bin"
        path = f"messages/in-{number:03}.{ending}"
        try:
            packed.writestr(path, contents.read(came.raw_sha256))
        except contents.ContentMissing:
            path = f"messages/in-{number:03}.txt"
            packed.writestr(path, came.text)
        yield Filed(path=path, label=came.subject or came.channel, sha256=came.raw_sha256)


def _json(told: Any) -> str:
    return json.dumps(told, indent=2, ensure_ascii=False, default=str)
