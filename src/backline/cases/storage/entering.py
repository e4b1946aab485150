"""One entry more in the timeline of a case, which changes nothing that an evaluation reads."""

from __future__ import annotations

from datetime import datetime

from backline.cases.models import Case
from backline.cases.storage.happenings import Happening
from backline.cases.storage.timeline import write
from backline.people.actors import Actor


def enter(happening: Happening, *, case: Case, by: Actor, now: datetime, channel: str = "workbench") -> None:
    """Write it down. ``case`` is locked by the caller, in its transaction."""
    written = write(
        [happening],
        reference=case.reference,
        sequence=case.sequence,
        chain=case.chain,
        version=case.version + 1,
        by=by.id,
        channel=channel,
        now=now,
    )
    written.insert(case.pk)
    case.sequence, case.chain, case.version = written.sequence, written.chain, case.version + 1
    case.save(update_fields=["sequence", "chain", "version"])
