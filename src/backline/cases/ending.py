"""A case ends, gets stuck, or goes on again: each a row with who and when."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from backline.cases.models import Case, Closure
from backline.cases.storage.happenings import Happening, Snapshot
from backline.cases.storage.statements import insert_lines
from backline.engine.evaluation import Evaluation


def happenings(snapshot: Snapshot, evaluation: Evaluation, happened: Sequence[Happening]) -> list[Happening]:
    """What the engine's answer changes in how the case stands, after what ``happened``."""
    told: list[Happening] = []
    outcome = evaluation.outcome or ""
    if outcome != snapshot["outcome"]:
        told.append(Happening(kind="decided", data={"outcome": outcome}))
    before, after = snapshot["state"], evaluation.state
    if before != after:
        kind = _kind(before, after)
        why = _why(happened) if kind == "reopened" else {}
        told.append(Happening(kind=kind, data={"outcome": outcome, **why}))
    return told


def write(case: Case, happened: Sequence[Happening], *, by: str, now: datetime) -> None:
    """The rows of closures and reopenings."""
    for happening in happened:
        if happening.kind == "ended":
            line = (case.pk, case.sequence, happening.data["outcome"], now, happening.by or by, "", "")
            insert_lines(Closure, ("case_id", "sequence", "outcome", "at", "by", "reopened_by", "reason"), [line])
        elif happening.kind == "reopened":
            reason = happening.data.get("reason", "")[:300]
            latest = Closure.objects.filter(case=case, reopened_at__isnull=True)
            latest.update(reopened_at=now, reopened_by=happening.by or by, reason=reason)


def _kind(before: str, after: str) -> str:
    if after == "open":
        return "reopened" if before == "ended" else "unstuck"
    return after


def _why(happened: Sequence[Happening]) -> dict[str, object]:
    """What was said that opened the case again, and the reason that was given for it."""
    said = [happening.data for happening in happened if happening.kind == "asserted"]
    facts = list(dict.fromkeys(data["assertion"]["fact"] for data in said))
    return {"facts": facts, "reason": next((data["reason"] for data in said if data.get("reason")), "")}
