"""A photo on which part of the page can't be seen: whoever took it can take it again, the paper at hand."""

from __future__ import annotations

from backline.documents import reading
from backline.documents.models import Document


def better_taken_again(document: Document) -> bool:
    """Whether a bright spot hides part of it. Who sends the same picture again has looked, and is believed."""
    if reading.read(document).reason != reading.GLARE:
        return False
    before = Document.objects.filter(sha256=document.sha256, stored_by=document.stored_by).exclude(pk=document.pk)
    return not before.exists()
