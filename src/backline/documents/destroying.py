"""Destroying documents: the rows in the caller's transaction, the bytes after it."""

from __future__ import annotations

import shutil
from collections.abc import Collection, Sequence

from django.db import transaction
from django.db.models import ProtectedError

from backline.documents import contents
from backline.documents.models import ContentReading, Document


def forget(numbers: Collection[int]) -> tuple[str, ...]:
    """Delete these documents and what was read in them. Answers the hashes of contents that no document has now."""
    hashes = set()
    for document in Document.objects.filter(pk__in=numbers):
        try:
            with transaction.atomic():
                document.delete()
        except ProtectedError:  # it also came in with something that belongs to nobody yet
            continue
        hashes.add(document.sha256)
    kept = set(Document.objects.filter(sha256__in=hashes).values_list("sha256", flat=True))
    gone = tuple(sorted(hashes - kept))
    ContentReading.objects.filter(sha256__in=gone).delete()
    return gone


def remove_contents(hashes: Sequence[str]) -> None:
    """Remove the bytes and the pictures of contents that no document has. Called again, it does no harm."""
    for sha256 in hashes:
        if Document.objects.filter(sha256=sha256).exists():
            continue
        contents.remove(sha256)
        shutil.rmtree(contents.cached() / "pages" / sha256[:2] / sha256, ignore_errors=True)
