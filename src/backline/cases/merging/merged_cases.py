"""Where a case goes on that was merged into another one, and which rows are a case's with those that go on in it."""

from __future__ import annotations

from backline.cases.models import Case
from backline.cases.storage.references import read_reference
from backline.cases.storage.selecting import the

MOST = 20
"""Each merge into one that was merged itself is another step"""


def standing_for(case: Case) -> Case:
    """The case in which this one goes on; itself where it was not merged."""
    for _step in range(MOST):
        if case.merged_into_id is None:
            return case
        case = the(Case, pk=case.merged_into_id)
    return case


def rows_of(case: Case) -> tuple[int, ...]:
    """The ids of the case and of all that go on in it: what belongs to one of these belongs to the request."""
    return (case.pk, *(row for other in case.snapshot.get("merged", {}).values() for row in other["rows"]))


def goes_on(case: Case, reference: str) -> bool:
    """Whether this reference, by which the case was found, is that of one that goes on in it."""
    return read_reference(reference) != case.reference
