"""What a case held is destroyed, and a certificate says so. That there was a case, and what happened when, stays."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction
from django.utils.translation import gettext as _

from backline.cases.fittings import fittings
from backline.cases.models import (
    Case,
    CaseLink,
    CaseParty,
    Closure,
    Destruction,
    Effect,
    EntryPayload,
    FiledDocument,
    Presence,
    Searchable,
    Settlement,
    Want,
)
from backline.cases.records import retention
from backline.cases.refusals import NotAllowed, NotOpen
from backline.cases.storage.entering import enter
from backline.cases.storage.happenings import Happening, empty_snapshot
from backline.connectors import recording
from backline.documents import destroying as documents
from backline.jobs import enqueuing
from backline.people.actors import Actor

Also = Callable[[Case], None]
"""Forgets what a higher room stored for the case; called in the same transaction"""
CASE_JOB = "case"


def destroy(
    *, case: Case, by: Actor, ground: str, now: datetime, reason: str = "", also: Sequence[Also] = ()
) -> Destruction:
    """Destroy what an ended case held. ``ground`` is ``retention`` or ``request``.

    Raises NotAllowed, and NotOpen while the case runs, is held, or has to be kept.
    """
    if by.kind != "system" and not by.has_duty("administrator"):
        raise NotAllowed(_("Only an administrator may destroy."))
    with transaction.atomic():
        case = Case.objects.select_for_update().get(pk=case.pk)
        until = _must_not_be_kept(case, ground, now)
        certificate = _certified(case, by, ground, reason, until, now)
        for forget in also:
            forget(case)
        gone = _emptied(case, by, now)
        enter(Happening(kind="destroyed", data={"ground": ground, "reason": reason}), case=case, by=by, now=now)
        contents = documents.forget(gone)
    documents.remove_contents(contents)
    return certificate


def _must_not_be_kept(case: Case, ground: str, now: datetime) -> date | None:
    if case.state == "gone":
        raise NotOpen(_("This request was destroyed."))
    if case.state != "ended":
        raise NotOpen(_("This request is not at its end yet."))
    if held := retention.running_holds(case).first():
        raise NotOpen(_("It is kept on order: %(reason)s") % {"reason": held.reason})
    until, words = retention.kept_until(case), retention.keep_words(case)
    if until is None and (words or ground != "request"):
        raise NotOpen(_("Nobody said yet until when it is kept: %(words)s") % {"words": words or "–"})
    if until is not None and until >= now.astimezone(ZoneInfo(fittings().zone)).date():
        raise NotOpen(_("It has to be kept until %(day)s.") % {"day": until.isoformat()})
    return until


def _certified(case: Case, by: Actor, ground: str, reason: str, until: date | None, now: datetime) -> Destruction:
    filed = FiledDocument.objects.filter(case=case).select_related("document").order_by("document_id")
    listed: list[dict[str, Any]] = [
        {"sha256": row.document.sha256, "kind": row.document.kind, "shared": _shared(row)} for row in filed
    ]
    return Destruction.objects.create(
        case=case, ground=ground, reason=reason[:300], kept_until=until,
        entries=case.sequence, chain=case.chain, documents=listed, by=by.id, at=now,
    )  # fmt: skip


def _shared(row: FiledDocument) -> bool:
    return FiledDocument.objects.filter(document=row.document_id).exclude(case=row.case_id).exists()


def _emptied(case: Case, by: Actor, now: datetime) -> list[int]:
    """Every row says no more than that it was there. Answers the documents that lie in no case now."""
    payloads = EntryPayload.objects.filter(case=case)
    payloads.update(salt="", data={}, erased_at=now, erased_by=by.id)
    rows = FiledDocument.objects.filter(case=case)
    only_here = [row.document_id for row in rows if not _shared(row)]
    Settlement.objects.filter(effect__case=case).delete()
    for model in (FiledDocument, Searchable, CaseParty, Presence, Closure):
        model._default_manager.filter(case=case).delete()
    CaseLink.objects.filter(case=case).delete()
    CaseLink.objects.filter(other=case).delete()
    Want.objects.filter(case=case).update(title="", detail="", basis=None, answer=None, conflict=[])
    Effect.objects.filter(case=case).update(payload={}, gives={}, proof={}, to=[], reason="")
    recording.empty(f"{case.reference}/")
    enqueuing.dismiss(CASE_JOB, str(case.pk))
    case.state, case.wake_at, case.once, case.sameness = "gone", None, None, ""
    case.snapshot = {**empty_snapshot(), "state": "gone", "outcome": case.outcome}
    case.save(update_fields=["state", "wake_at", "once", "sameness", "snapshot"])
    return only_here
