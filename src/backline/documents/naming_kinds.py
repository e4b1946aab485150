"""A person says what a document is; from such samples the house learns to tell by itself."""

from __future__ import annotations

from datetime import datetime

from django.utils.translation import gettext as _

from backline.documents import kind_model
from backline.documents.kind_model import Guess
from backline.documents.kinds import kinds
from backline.documents.models import Document, KindModel, KindSample, PageReading

MOST_SAMPLES = 5000
KEPT_MODELS = 5


class NoSuchKind(Exception):
    """The organisation knows no such kind; the message is for the person."""


def name_kind(*, document: Document, kind: str, by: str, now: datetime) -> bool:
    """Note what this document is; whether that is news. Raises ``NoSuchKind``."""
    if kind not in kinds():
        raise NoSuchKind(_("Choose what it is."))
    KindSample.objects.update_or_create(sha256=document.sha256, defaults={"kind": kind, "by": by, "at": now})
    if document.kind == kind:
        return False
    document.kind = kind
    document.save(update_fields=["kind"])
    return True


def learn_kinds(*, now: datetime) -> KindModel | None:
    """Learn anew from the newest samples; None where there are too few."""
    rows = KindSample.objects.order_by("-at", "-pk")[:MOST_SAMPLES]
    learnt = kind_model.learn([(text, row.kind) for row in rows if (text := _text_of(row.sha256))])
    if learnt is None:
        return None
    made = KindModel.objects.create(learnt_at=now, samples=learnt.samples, right=learnt.right, weights=learnt.weights)
    kept = KindModel.objects.order_by("-pk").values_list("pk", flat=True)[:KEPT_MODELS]
    KindModel.objects.exclude(pk__in=list(kept)).delete()
    return made


def guess_kind(text: str) -> Guess | None:
    """What the house's own model takes a text for; None where it has learnt nothing that it could tell by."""
    newest = KindModel.objects.order_by("-pk").values_list("weights", flat=True).first()
    found = kind_model.guess(text, kind_model.read_weights(bytes(newest))) if newest else None
    return found if found and found.kind in kinds() else None


def _text_of(sha256: str) -> str:
    pages = PageReading.objects.filter(reading__sha256=sha256).order_by("number").values_list("text", flat=True)
    return "\n".join(pages[:3])
