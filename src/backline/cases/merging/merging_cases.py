"""Two cases are the same request: the second goes on in the first, and undo parts them again.

Nothing of the second is altered: its timeline stays its own and is read with that of the first. What it had made stands
in the first, so that nothing is made twice.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext as _

from backline.cases.authority import writes
from backline.cases.changing import change
from backline.cases.merging.bringing import Brought, unsettled, what_comes
from backline.cases.merging.merging_doubts import look_at_doubled
from backline.cases.merging.parting import changed_since, meant_for, said_again
from backline.cases.models import Case, CaseMerge, Want
from backline.cases.reach import cases_within_reach
from backline.cases.refusals import FactsRefused, NotAllowed, NotOpen
from backline.cases.said import Said
from backline.cases.showing.viewing import log_looks
from backline.cases.storage.happenings import Data, Happening
from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.engine.definition import CaseType
from backline.jobs import enqueuing
from backline.people.actors import Actor

MERGED_JOB = "merged"
"""Wakes whoever tells the customer; ref: the merge's id, and ``undone`` after a colon"""
BETWEEN_PEOPLE = ("free", "question", "colleague")


def may_merge(by: Actor, *cases: Case, now: datetime) -> bool:
    """Whoever sees and may change each of them."""
    if by.kind == "party" or not all(writes(by, case) for case in cases):
        return False
    return cases_within_reach(by, now=now).filter(pk__in={case.pk for case in cases}).distinct().count() == len(
        {case.pk for case in cases}
    )


@transaction.atomic
def merge_cases(
    *, kept: Case, gone: Case, by: Actor, reason: str, now: datetime, channel: str = "workbench"
) -> CaseMerge:
    """``gone`` goes on in ``kept``, with all that was said, made, promised and asked in it.

    Raises NotAllowed, NotOpen and FactsRefused (without a reason); then nothing was changed.
    """
    refuse(kept=kept, gone=gone, by=by, now=now)
    why = _required(reason)
    for one, other in ((kept, gone), (gone, kept)):
        log_looks(one, by, purpose=why, what=_("Merged with %(name)s") % {"name": other.reference}, now=now)
    gone = _close(gone, kept, by, why, now, channel)
    brought: list[Brought] = []
    wants = list(Want.objects.filter(case=gone, closed_at=None, kind__in=BETWEEN_PEOPLE, match=""))

    def say(case: Case, loaded: LoadedType) -> Said:
        refuse(kept=case, gone=None, by=by, now=now)
        brought[:] = [what_comes(kept=case, gone=gone, loaded=loaded)]
        _refuse_unsettled(case, brought[0])
        return Said(before=brought[0].happenings(reason=why, name=by.name))

    def also(case: Case) -> None:
        Want.objects.filter(pk__in=[want.pk for want in wants]).update(case=case)

    after = change(kept, say, by=by, channel=channel, now=now, also=also, at_once=False)
    look_at_doubled(case=after, other=gone, doubled=brought[0].doubled, now=now)
    moved = {"wants": [want.pk for want in wants], "joined": [one.data for one in brought[0].joined]}
    merge = CaseMerge.objects.create(
        kept=after, gone=gone, by=by.id, by_name=by.name[:200], reason=why[:300], at=now, moved=moved
    )
    enqueuing.enqueue(MERGED_JOB, str(merge.pk), due_at=now)
    return merge


@transaction.atomic
def undo_case_merge(
    *,
    merge: CaseMerge,
    by: Actor,
    reason: str,
    now: datetime,
    also_say: Collection[str] = (),
    channel: str = "workbench",
) -> CaseMerge:
    """They are two requests after all. What was said since stays in the first; ``also_say`` names assertions that are
    said in the second, too, and messages that were meant for it lie in both."""
    row = CaseMerge.objects.select_related("kept", "gone").select_for_update(of=("self",)).get(pk=merge.pk)
    if not may_merge(by, row.kept, now=now) or not writes(by, row.gone):
        raise NotAllowed(_("This request is with another team."))
    why = _required(reason)
    if row.undone_at is not None:
        raise NotOpen(_("This was undone before."))
    if row.kept.merged_into_id is not None:
        raise NotOpen(_("Undo the later merge first."))
    since = [*meant_for(row.kept, row.gone), *said_again(row.kept, row.gone, also_say)]
    row.kept = _part(row, by, why, now, channel)
    row.gone = _open_again(row, since, by, why, now, channel)
    row.undone_at, row.undone_by, row.undone_by_name, row.undone_reason = now, by.id, by.name[:200], why[:300]
    row.save(update_fields=["undone_at", "undone_by", "undone_by_name", "undone_reason"])
    enqueuing.enqueue(MERGED_JOB, f"{row.pk}:undone", due_at=now)
    return row


def case_merges_of(case: Case) -> list[CaseMerge]:
    """What was merged into this case and what was parted again, the latest first."""
    return list(CaseMerge.objects.filter(kept=case).select_related("kept", "gone").order_by("-at", "-pk"))


def refuse(*, kept: Case, gone: Case | None, by: Actor, now: datetime) -> None:
    """Raise what speaks against it."""
    if not may_merge(by, *([kept] if gone is None else [kept, gone]), now=now):
        raise NotAllowed(_("You may not change both requests."))
    if kept.state == "ended":
        raise NotOpen(_("%(case)s has ended. Let it go on in the one that is open.") % {"case": kept.reference})
    if gone is None:
        return
    if gone.pk == kept.pk:
        raise NotOpen(_("This is one request already."))
    if gone.type_key != kept.type_key:
        raise NotOpen(_("Only two requests of the same kind can be one."))
    if gone.merged_into_id is not None or "closed" in gone.snapshot:
        raise NotOpen(_("%(case)s was closed or merged before.") % {"case": gone.reference})
    if not _are_of_one(kept, gone):
        raise NotOpen(_("The two are not of the same person. If it is one person twice, merge the people first."))
    if unsettled(gone):
        told = _("Something is being done for %(case)s. Please wait for it, or settle it.")
        raise NotOpen(told % {"case": gone.reference})


def _are_of_one(kept: Case, gone: Case) -> bool:
    """Whether the same person asks, where the type says for whom it is; else whether anybody takes part in both."""
    definition: CaseType = versions.load(kept.type_key, kept.type_version).definition
    here, there = kept.snapshot["parties"], gone.snapshot["parties"]
    roles = [definition.for_] if definition.for_ else [*here]
    ours = {party for role in roles for party in here.get(role, ())}
    return bool(ours & {party for role in (roles if definition.for_ else [*there]) for party in there.get(role, ())})


def _refuse_unsettled(kept: Case, brought: Brought) -> None:
    made = {(one["action"], one.get("item", "")) for one in brought.effects.values()}
    if made & unsettled(kept):
        told = _("Something is being done for %(case)s. Please wait for it, or settle it.")
        raise NotOpen(told % {"case": kept.reference})


def _required(reason: str) -> str:
    if not reason.strip():
        raise FactsRefused({"reason": _("Please give a reason.")})
    return reason.strip()


def _close(gone: Case, kept: Case, by: Actor, why: str, now: datetime, channel: str) -> Case:
    def say(case: Case, loaded: LoadedType) -> Said:
        refuse(kept=kept, gone=case, by=by, now=now)
        data: Data = {"reason": why, "name": by.name, "into": kept.reference}
        return Said(before=(Happening(kind="closed", data=data),))

    def also(case: Case) -> None:
        case.merged_into = kept
        Case.objects.filter(pk=case.pk).update(merged_into=kept)

    return change(gone, say, by=by, channel=channel, now=now, also=also, at_once=False)


def _part(row: CaseMerge, by: Actor, why: str, now: datetime, channel: str) -> Case:
    def say(case: Case, loaded: LoadedType) -> Said:
        if changed := changed_since(case, row.gone.reference, loaded):
            told = _(
                "What was made in %(case)s was changed in this request since: %(what)s. It can't be undone any more."
            )
            raise NotOpen(told % {"case": row.gone.reference, "what": ", ".join(changed)})
        left = (Happening(kind="left", data=data) for data in row.moved["joined"])
        data: Data = {"case": row.gone.reference, "reason": why, "name": by.name}
        return Said(before=(Happening(kind="unmerged", data=data), *left))

    return change(row.kept, say, by=by, channel=channel, now=now, at_once=False)


def _open_again(row: CaseMerge, since: list[Happening], by: Actor, why: str, now: datetime, channel: str) -> Case:
    def say(case: Case, loaded: LoadedType) -> Said:
        data: Data = {"reason": why, "name": by.name}
        return Said(before=(Happening(kind="reopened", data=data), *since))

    def also(case: Case) -> None:
        case.merged_into = None
        Case.objects.filter(pk=case.pk).update(merged_into=None)
        Want.objects.filter(pk__in=row.moved["wants"], closed_at=None).update(case=case)

    return change(row.gone, say, by=by, channel=channel, now=now, also=also, at_once=False)
