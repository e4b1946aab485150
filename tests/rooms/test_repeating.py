"""A question is counted as asked twice where its answer was there and still trusted, and leads to both requests."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from backline.cases.models import Case, CaseParty
from backline.insight.repeating import repeats
from tests.rooms.past_house import NOW
from tests.rooms.past_house import past as past


@pytest.mark.django_db
def test_what_somebody_told_before_and_is_asked_again_is_counted_with_both_requests(past: Path) -> None:
    found = repeats(now=NOW)
    assert found.found
    assert found.part is not None
    assert 0 < found.part.value < 1
    assert sum(found.facts.values()) == len(found.found) <= found.asked
    one = found.found[0]
    later, earlier = (Case.objects.get(reference=reference) for reference in (one.reference, one.earlier))
    assert earlier.opened_at < later.opened_at
    people = [set(CaseParty.objects.filter(case=case).values_list("party", flat=True)) for case in (later, earlier)]
    assert people[0] & people[1]
    assert one.fact in {said["fact"] for case in (later, earlier) for said in case.snapshot["assertions"]}

    for said in later.snapshot["assertions"]:
        if said["fact"] == one.fact:
            said.update(who="system:memory", source="memory")
    later.save(update_fields=["snapshot"])
    assert (one.fact, one.reference) not in {(r.fact, r.reference) for r in repeats(now=NOW).found}, "remembered"
    assert not repeats(now=NOW, within=timedelta(seconds=1)).found
