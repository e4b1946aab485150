"""How it ended: cases in which somebody had a hand, and what became of them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from backline.cases.models import Case, PromiseRow, Want
from backline.cases.reach import cases_within_reach
from backline.catalogue import versions
from backline.people.actors import Actor

LOOKED_BACK = timedelta(days=90)
MOST = 30


@dataclass(frozen=True, kw_only=True)
class Ending:
    """A case that ended, seen by somebody who worked on it."""

    reference: str
    title: str
    outcome: str
    ended_at: datetime
    did: tuple[str, ...]
    """What they did in it"""
    did_at: datetime
    kept: int
    broken: int

    @property
    def after(self) -> timedelta:
        """How long after their part it ended."""
        return max(timedelta(0), self.ended_at - self.did_at)


def endings(by: Actor, *, language: str, now: datetime) -> list[Ending]:
    """The cases that this person helped to an end lately, the newest first; only those that they may still see."""
    done = Want.objects.filter(closed_by=by.id, closed="answered", closed_at__gt=now - LOOKED_BACK)
    rows = done.filter(case__state=Case.State.ENDED).select_related("case").defer("case__snapshot")
    touched: dict[int, list[Want]] = {}
    for row in rows.order_by("-closed_at")[: 4 * MOST]:
        touched.setdefault(row.case_id, []).append(row)
    seen = set(cases_within_reach(by, now=now).filter(pk__in=list(touched)).values_list("pk", flat=True))
    promises = _promises(list(seen))
    found = [_ending(wants, promises.get(case, (0, 0)), language) for case, wants in touched.items() if case in seen]
    return sorted(found, key=lambda one: one.ended_at, reverse=True)[:MOST]


def _promises(cases: Sequence[int]) -> dict[int, tuple[int, int]]:
    """For each case how many promises were kept, and how many broke."""
    counted: dict[int, tuple[int, int]] = {}
    for case, state in PromiseRow.objects.filter(case__in=cases).values_list("case_id", "state"):
        kept, broken = counted.get(case, (0, 0))
        counted[case] = (kept + (state == "kept"), broken + (state == "broken"))
    return counted


def _ending(wants: Sequence[Want], promises: tuple[int, int], language: str) -> Ending:
    case, last = wants[0].case, wants[0].closed_at
    loaded = versions.load(case.type_key, case.type_version)
    told = [want.title or loaded.texts.asked(want.fact, want.source, language) for want in wants]
    assert last is not None
    return Ending(
        reference=case.reference,
        title=loaded.texts.title(language),
        outcome=loaded.texts.outcome(case.outcome, language) if case.outcome else "",
        ended_at=case.ended_at or last,
        did=tuple(dict.fromkeys(told)),
        did_at=last,
        kept=promises[0],
        broken=promises[1],
    )
