"""Questions asked twice across requests: a shared fact was asked of somebody who had told it in an earlier request.

``cases.remembering`` sees to it that this does not happen; here is counted where it happened all the same.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from backline.cases.fittings import fittings
from backline.cases.models import Case, CaseParty
from backline.cases.remembering import MEMORY
from backline.cases.storage.happenings import Data
from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.insight.acts.intervals import Estimate, share

WITHIN = timedelta(days=90)
MOST = 5_000
"""Requests that are looked through, the newest"""


@dataclass(frozen=True, kw_only=True)
class Repeated:
    """One question that was asked in vain."""

    fact: str
    type_key: str
    reference: str
    asked_at: datetime
    earlier_key: str
    earlier: str
    """The request in which it had been told, at ``known_at``"""
    known_at: datetime


@dataclass(frozen=True, kw_only=True)
class Repeats:
    """All of them: of so many questions about shared facts."""

    found: tuple[Repeated, ...]
    asked: int
    facts: Mapping[str, int]
    """How often each, the most frequent first"""

    @property
    def part(self) -> Estimate | None:
        """The share of questions that had been answered before."""
        return share(len(self.found), self.asked)


@dataclass(frozen=True)
class _Told:
    """What a party said of a shared fact in one request."""

    case: Case
    loaded: LoadedType
    said: Data

    @property
    def at(self) -> datetime:
        return datetime.fromisoformat(self.said["said"])


def repeats(*, now: datetime, within: timedelta = WITHIN) -> Repeats:
    """The questions of the last days, whoever asked them; an answer counts as known while its group trusts it."""
    rows = CaseParty.objects.filter(case__opened_at__gt=now - within, case__opened_at__lte=now).select_related("case")
    by_party: dict[int, list[_Told]] = defaultdict(list)
    asked = 0
    for row in rows.order_by("-case__opened_at", "-case")[:MOST].iterator(chunk_size=400):
        told = list(_told(row))
        asked += len(told)
        by_party[row.party_id] += told
    found = sorted((one for told in by_party.values() for one in _again(told)), key=lambda one: one.asked_at)
    counted = Counter(one.fact for one in found)
    return Repeats(found=tuple(reversed(found)), asked=asked, facts=dict(counted.most_common()))


def _told(row: CaseParty) -> Iterator[_Told]:
    """The first answer of this party to each shared fact that was asked; what was remembered was not asked."""
    try:
        loaded = versions.load(row.case.type_key, row.case.type_version)
    except versions.VersionNotFound:
        return
    said = row.case.snapshot["assertions"]
    seen = {one["fact"] for one in said if one["who"] == MEMORY}
    for one in said:
        fact = loaded.definition.facts.get(one["fact"])
        asked = one["source"].partition("#")[0] == "ask" and one["who"] == f"party:{row.party_id}"
        if fact and fact.shared and asked and not one.get("item") and not one.get("correction"):
            if one["fact"] not in seen:
                yield _Told(row.case, loaded, one)
            seen.add(one["fact"])


def _again(told: Iterable[_Told]) -> Iterator[Repeated]:
    known: dict[str, _Told] = {}
    for one in sorted(told, key=lambda one: one.at):
        fact = one.said["fact"]
        before = known.get(fact)
        if before and before.case.pk != one.case.pk and _was_valid(before, one.at):
            yield Repeated(
                fact=fact,
                type_key=one.case.type_key,
                reference=one.case.reference,
                asked_at=one.at,
                earlier_key=before.case.type_key,
                earlier=before.case.reference,
                known_at=before.at,
            )
        if not (isinstance(one.said["value"], dict) and "failure" in one.said["value"]):
            known[fact] = one


def _was_valid(before: _Told, at: datetime) -> bool:
    groups = before.loaded.groups.values()
    spans = [group.valid for group in groups if before.said["fact"] in group.facts]
    return all(span is None or fittings().calendar.add(before.at, span) > at for span in spans)
