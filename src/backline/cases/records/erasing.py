"""What an entry says is erased, and everybody can still see that it was said, when, and by whom."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backline.cases.models import Case, Entry, EntryPayload, Searchable
from backline.cases.refusals import NotAllowed, NotOpen
from backline.cases.storage.entering import enter
from backline.cases.storage.happenings import Happening
from backline.cases.storage.replaying import history_of, replayed
from backline.people.actors import Actor

TOLD_BY_ROWS = ("opened", "joined", "planned", "started", "again", "unclear", "done", "refused", "failed", "given up")
"""Who takes part and what was done outside is erased with the case, not out of its middle"""


@transaction.atomic
def erase_payloads(*, case: Case, sequences: Collection[int], by: Actor, reason: str, now: datetime) -> Case:
    """Erase what these entries of an ended case say. The snapshot is rebuilt without them."""
    if not by.has_duty("administrator"):
        raise NotAllowed(_("Only an administrator may erase."))
    case = Case.objects.select_for_update().get(pk=case.pk)
    if case.state != "ended":
        raise NotOpen(_("Only what a request said that has ended can be erased."))
    meant = Entry.objects.filter(case=case, sequence__in=sequences)
    if meant.filter(kind__in=TOLD_BY_ROWS).exists():
        raise NotOpen(_("Who took part and what was done outside can't be erased by itself."))
    EntryPayload.objects.filter(case=case, sequence__in=sequences).update(
        salt="", data={}, erased_at=now, erased_by=by.id
    )
    Searchable.objects.filter(case=case).delete()
    told = Happening(kind="erased", data={"entries": sorted(sequences), "reason": reason})
    enter(told, case=case, by=by, now=now)
    case.snapshot = replayed(history_of(case))
    case.save(update_fields=["snapshot"])
    return case
