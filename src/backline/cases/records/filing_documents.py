"""The documents of a case as rows, so that they are found, kept, held and destroyed with it.

The timeline says how each came into the case; a row says only that it is there.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import datetime
from typing import Any

from backline.cases.models import Case, FiledDocument
from backline.cases.storage.happenings import Happening
from backline.cases.storage.row_ids import row_id
from backline.documents.models import Document

BRINGING = frozenset(("asserted", "brought", "document", "message", "done", "merged"))


def write(case: Case, happened: Iterable[Happening], *, now: datetime) -> None:
    """The rows for documents that came into the case with this."""
    found = {pk for h in happened if h.kind in BRINGING for pk in documents_in(h.kind, h.data)}
    if not found:
        return
    there = Document.objects.filter(pk__in=found).values_list("pk", flat=True)
    rows = [FiledDocument(case=case, document_id=pk, at=now) for pk in sorted(there)]
    FiledDocument.objects.bulk_create(rows, ignore_conflicts=True)


def documents_in(kind: str, data: Mapping[str, Any]) -> Iterator[int]:
    """The ids of the documents that an entry of this kind tells of."""
    if kind == "document":
        yield int(data["document"])
    elif kind == "merged":
        yield from (int(number) for number in data["documents"])
    elif kind in ("asserted", "brought"):
        yield from _said(data["assertion"].get("value"))
    else:
        yield from carried(kind, data)


def carried(kind: str, data: Mapping[str, Any]) -> Iterator[int]:
    """Documents that a message brought, or that an effect made and sent."""
    if kind == "message":
        yield from (int(d["document"]) for d in data.get("documents", ()) if d.get("document"))
    elif kind == "done":
        proof = data.get("proof", {})
        messages = proof.get("messages", ())
        yield from (int(number) for message in messages for number in message.get("documents", ()))
        yield from (int(number) for number in proof.get("documents", ()))


def _said(value: Any) -> Iterator[int]:
    """Of a value as it lies in the timeline: a document is ``{"row": ["document", ID, MEMBERS]}``."""
    if not isinstance(value, dict):
        return
    if (row := value.get("row")) and row[0] == "document":
        yield row_id(row[1])
    for several in value.get("several") or ():
        yield from _said(several)
