"""Evaluate, find out what can be found out without anybody, and evaluate again until nothing automatic is wanted.

No row is written here, and no transaction is open.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from backline.cases.facts import source_of
from backline.cases.fittings import fittings
from backline.cases.gathering import automatic, gather, kind_of
from backline.cases.models import Case
from backline.cases.openings import joining
from backline.cases.said import Said
from backline.cases.storage import heads
from backline.cases.storage.happenings import Snapshot, Told, folded
from backline.cases.storage.snapshotting import read_parties_again, record_of
from backline.cases.watch import Watch
from backline.catalogue.versions import LoadedType
from backline.engine.building import quick
from backline.engine.evaluating import evaluate
from backline.engine.evaluation import Evaluation, Wanted
from backline.engine.record import Assertion, CaseRecord

ROUNDS = 25
"""A fact found may want another; the checker has refused cycles, so this only ends what it did not foresee"""


@quick
@dataclass(frozen=True, kw_only=True)
class Decision:
    """What follows from all that is known: what was said and found, and the engine's answer to it."""

    said: Said
    evaluation: Evaluation
    after: Snapshot
    """The case once this is written"""
    now: datetime
    """When all this was so, as which it is written"""
    later: tuple[Wanted, ...] = ()


def decide(
    case: Case,
    loaded: LoadedType,
    said: Said,
    *,
    watch: Watch,
    present: str = "",
    anew_since: datetime | None = None,
) -> Decision:
    """The engine's answer to what was said, with everything gathered that it wants from systems and documents.

    Lookups that were said up to ``anew_since`` are read again.
    """
    if _closed(case, said):
        return _nothing_more(case, loaded, said, now=watch.now())
    asked: set[tuple[str, ...]] = set()
    later: tuple[Wanted, ...] = ()
    for _ in range(ROUNDS):
        now = watch.now()
        after = _after(case, said, now)
        record = record_of(after, opened_at=case.opened_at, reference=case.reference, present=present)
        evaluation = evaluate(loaded.program, record, now=now, calendar=fittings().calendar)
        stale = _too_old(evaluation, record, loaded, anew_since)
        wanted = [want for want in (*automatic(evaluation), *stale) if _question(want) not in asked]
        newcomers = joining.newcomers(loaded.definition, evaluation, record, now=now)
        if not wanted and not newcomers:
            break
        if newcomers:
            read_parties_again()
        asked.update(_question(want) for want in wanted)
        gathered = gather(wanted, case=case, loaded=loaded, record=record, now=watch.now())
        said = said.and_then(gathered.said).and_then(Said(after=newcomers))
        later += gathered.later
    else:
        after = _after(case, said, now)
    return Decision(said=said, evaluation=evaluation, after=after, now=now, later=later)


def _closed(case: Case, said: Said) -> bool:
    """Whether a colleague has ended the case without an outcome."""
    told = [happening.kind for happening in said.before if happening.kind in ("closed", "reopened")]
    return told[-1] == "closed" if told else "closed" in case.snapshot


def _nothing_more(case: Case, loaded: LoadedType, said: Said, *, now: datetime) -> Decision:
    """What is known stays known, and nothing is asked or made any more."""
    after = _after(case, said, now)
    record = record_of(after, opened_at=case.opened_at, reference=case.reference)
    known = evaluate(loaded.program, record, now=now, calendar=fittings().calendar)
    ended = Evaluation(state="ended", outcome=None, facts=known.facts, promises=known.promises)
    return Decision(said=said, evaluation=ended, after=after, now=now)


def as_if_said(case: Case, said: Said, *, watch: Watch, present: str = "") -> CaseRecord:
    """The case as it will be once this is written."""
    after = _after(case, said, watch.now())
    return record_of(after, opened_at=case.opened_at, reference=case.reference, present=present)


def next_version(case: Case) -> int:
    """The version of the case that the next change makes."""
    return case.version + 1 if case.pk else 1


def _after(case: Case, said: Said, now: datetime) -> Snapshot:
    """The snapshot with what is said now."""
    version = next_version(case)
    return folded(case.snapshot, (Told(h.kind, h.data, now, version) for h in said.happenings()))


def _too_old(
    evaluation: Evaluation, record: CaseRecord, loaded: LoadedType, anew_since: datetime | None
) -> list[Wanted]:
    """Lookups to be read again just before an effect that rests on them."""
    names = {name for effect in evaluation.effects for name in effect.refresh}
    if anew_since is not None:
        names |= {said.fact for said in record.assertions if said.said_at <= anew_since}
    found = [
        said for name in sorted(names) for said in heads.standing(record, name) if kind_of(said.source) == "lookup"
    ]
    return [_again(said, loaded) for said in found]


def _again(said: Assertion, loaded: LoadedType) -> Wanted:
    want = Wanted(fact=said.fact, item=said.item, source=said.source, arguments=said.basis or {}, basis=said.basis)
    return replace(want, call=source_of(loaded.definition, want).call)


def _question(want: Wanted) -> tuple[str, ...]:
    return (want.fact, want.item, want.source, repr(sorted(want.arguments.items())))
