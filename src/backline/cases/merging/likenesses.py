"""Other requests that look like the same one: of the same kind, for the same person, and still going on."""

from __future__ import annotations

from datetime import datetime

from backline.cases.models import Case, CaseParty
from backline.cases.reach import cases_within_reach
from backline.catalogue import versions
from backline.people.actors import Actor

MOST = 3


def like(case: Case, by: Actor, *, now: datetime) -> list[Case]:
    """The earliest first, as far as this colleague reaches them."""
    if case.state == "ended" or case.merged_into_id is not None:
        return []
    role = versions.load(case.type_key, case.type_version).definition.for_
    holders = case.snapshot["parties"].get(role, ()) if role else ()
    there = CaseParty.objects.filter(role=role, party__in=holders, until__isnull=True, case__type_key=case.type_key)
    open_ones = there.exclude(case=case).exclude(case__state__in=("ended", "gone")).values_list("case", flat=True)[:50]
    if not open_ones:
        return []
    return list(cases_within_reach(by, now=now).filter(pk__in=list(open_ones)).distinct().order_by("opened_at")[:MOST])
