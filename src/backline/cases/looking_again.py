"""A system says that something changed: what a case knows from it is read again, and told only where it differs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime

from backline.cases.changing import change
from backline.cases.facts import NoSuchFact, source_of
from backline.cases.gathering import gather, kind_of
from backline.cases.models import Case
from backline.cases.said import Said
from backline.cases.storage import heads
from backline.cases.storage.snapshotting import snapshot
from backline.catalogue import versions
from backline.catalogue.versions import LoadedType
from backline.engine.evaluation import Wanted
from backline.engine.record import Assertion, CaseRecord, Failure
from backline.people.actors import SYSTEM


def read_again(case: Case, loaded: LoadedType, *, now: datetime) -> Said:
    """What any system says now of the facts that it said something of before, where that is something else."""
    return _differing(case, loaded, "", now)


def look_again(*, case: Case, system: str, now: datetime, channel: str = "webhook") -> bool:
    """Read again what the case knows from this system; whether anything differed. The case is evaluated in any case,
    since it may have waited for the system."""
    loaded = versions.load(case.type_key, case.type_version)
    found = _differing(case, loaded, system, now)
    if not found.assertions:
        return False
    change(case, lambda case, loaded: _differing(case, loaded, system, now), by=SYSTEM, channel=channel, now=now)
    return True


def _differing(case: Case, loaded: LoadedType, system: str, now: datetime) -> Said:
    """What the system says now of the facts that it said something of before, where that is something else."""
    record = snapshot(case)
    wanted = list(_known(record, loaded, system))
    if not wanted:
        return Said()
    gathered = gather(wanted, case=case, loaded=loaded, record=record, now=now)
    before = {(said.fact, said.item): said.value for said in record.assertions if not _replaced(said, record)}
    new = [
        said for said in gathered.said.assertions
        if not isinstance(said.value, Failure) and said.value != before.get((said.fact, said.item))
    ]  # fmt: skip
    return Said(assertions=tuple(new))


def _known(record: CaseRecord, loaded: LoadedType, system: str) -> Iterator[Wanted]:
    names = {(said.fact, said.item) for said in record.assertions if kind_of(said.source) == "lookup"}
    for fact, item in sorted(names):
        for said in heads.standing(record, fact, item):
            if kind_of(said.source) != "lookup":
                continue
            want = Wanted(
                fact=said.fact, item=said.item, source=said.source, arguments=said.basis or {}, basis=said.basis
            )
            try:
                source = source_of(loaded.definition, want)
            except NoSuchFact:
                continue
            if source.call.partition(".")[0] == system or not system:
                yield replace(want, call=source.call)


def _replaced(said: Assertion, record: CaseRecord) -> bool:
    return any(said.id in other.replaces for other in record.assertions)
