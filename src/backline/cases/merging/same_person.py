"""Whom somebody was found to be: a party that was merged is, from then on, the other one."""

from __future__ import annotations

from backline.cases.models import Merge
from backline.people.models import Party

MOST = 20
"""Each merge into one that was merged itself is another step"""


def one_now(party: Party) -> Party:
    """The party as whom this one is served now; itself where nobody said otherwise."""
    for _ in range(MOST):
        merge = Merge.objects.filter(gone=party, undone_at__isnull=True).select_related("kept").first()
        if merge is None:
            return party
        party = merge.kept
    return party


def number_now(party_id: int) -> int:
    """The same by number, where the row is not needed."""
    if not Merge.objects.filter(gone=party_id, undone_at__isnull=True).exists():
        return party_id
    return one_now(Party.objects.get(pk=party_id)).pk
