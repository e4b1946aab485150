"""Cases that open by themselves at a time: once at it, again and again from it on, or one for each row that is due.

Each opening has a job of its own, and each case that it opens a name, so that it opens once, whoever looks at it, and
however late. Times that passed while nobody was awake are made up for by one case, not by many.
"""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import uuid4

from backline.cases.fittings import fittings
from backline.cases.models import Case
from backline.cases.openings.opening import is_open_already, open_case
from backline.cases.openings.opening_rows import Opened, RowsMissing, facts_of, parties_of, read_rows
from backline.cases.refusals import Refusal, SameAlreadyOpen
from backline.catalogue import listing, versions
from backline.catalogue.models import Version
from backline.catalogue.versions import LoadedType
from backline.engine.openings import OpeningClock
from backline.engine.record import Assertion
from backline.jobs import enqueuing
from backline.people.actors import SYSTEM

log = logging.getLogger(__name__)
LOOK_JOB = "openings"
"""Looks which case types open by the clock; it comes again by itself, and has no ref"""
OPEN_JOB = "opening"
"""Opens what is due: ref is ``version id:position of the opening``"""
LOOK_AGAIN = timedelta(minutes=5)
"""What was published meanwhile is found after this long at the latest"""
SYSTEM_DOWN = timedelta(minutes=5)


@dataclass(frozen=True, kw_only=True)
class Timed:
    """One opening by the clock of the version that runs now."""

    loaded: LoadedType
    clock: OpeningClock
    ref: str
    since: datetime
    """When it was first published: a time before that opens nothing"""


def look(ref: str, now: datetime) -> None:
    """See to it that every opening by the clock has its job, and look again later."""
    for version in listing.newest():
        loaded = versions.load(version.key, version.number)
        for position in range(len(loaded.definition.openings and loaded.clocks)):
            enqueuing.ensure(OPEN_JOB, f"{version.pk}:{position}", due_at=now)
    enqueuing.enqueue(LOOK_JOB, ref, due_at=now + LOOK_AGAIN)


def open_due(ref: str, now: datetime) -> None:
    """Open what is due of one opening, and come again when more will be. It bears to be called twice."""
    timed = _timed(ref)
    if timed is None:
        return
    again = _of_rows(timed, now) if timed.clock.opening.for_each else _at_its_time(timed, now)
    enqueuing.enqueue(OPEN_JOB, ref, due_at=again or now + timedelta(days=1))


def _timed(ref: str) -> Timed | None:
    """The opening, as long as its version is the newest."""
    number, _, position = ref.partition(":")
    version = Version.objects.filter(pk=int(number)).defer("files").first()
    if version is None or Version.objects.filter(key=version.key, number__gt=version.number).exists():
        return None
    loaded = versions.load(version.key, version.number)
    if int(position) >= len(loaded.clocks):
        return None
    clock = loaded.clocks[int(position)]
    return Timed(loaded=loaded, clock=clock, ref=ref, since=_since(version, clock))


def _since(version: Version, clock: OpeningClock) -> datetime:
    """When this very opening was published first; the versions since then all have it."""
    since = version.published_at
    earlier = Version.objects.filter(key=version.key, number__lt=version.number).defer("files")
    for one in earlier.order_by("-number"):
        if _name(clock) not in {_name(other) for other in versions.load(one.key, one.number).clocks}:
            break
        since = one.published_at
    return since


def _at_its_time(timed: Timed, now: datetime) -> datetime | None:
    """Open the latest that is due; the time of the next."""
    last, following = timed.clock.around(now=now, calendar=fittings().calendar)
    if last is not None and last >= timed.since:
        _open(timed, last, None, now)
    return following


def _of_rows(timed: Timed, now: datetime) -> datetime:
    """Open one case for each row that is due; the time of the next reading, or of the next row before it."""
    calendar = fittings().calendar
    following = calendar.add(now, timed.clock.reads_every)
    try:
        rows = read_rows(timed.clock.opening.for_each, {"today": calendar.date_of(now), "now": now})
    except RowsMissing as missing:
        log.warning("opening %s: %s", timed.loaded.key, missing)
        return now + SYSTEM_DOWN
    for row in rows:
        instant = timed.clock.instant(row.members, now=now, calendar=calendar)
        if instant is None:
            log.warning("opening %s: the time of row %s is not known", timed.loaded.key, row.key)
        elif instant <= now:
            _open(timed, instant, row, now)
        else:
            following = min(following, instant)
    return following


def _open(timed: Timed, instant: datetime, row: Opened | None, now: datetime) -> Case | None:
    """The case that opens at this instant (for this row), once. One that can't be opened holds up no other."""
    loaded = timed.loaded
    once = "\n".join(("clock", loaded.key, _name(timed.clock), row.key if row else "", instant.isoformat()))
    if is_open_already(SYSTEM, once):
        return None
    try:
        return open_case(
            type_key=loaded.key,
            by=SYSTEM,
            channel="time",
            parties=parties_of(row, loaded.definition, now=now) if row else {},
            told=tuple(told_by_row(row, loaded, now=now)) if row else (),
            now=now,
            once=once,
            at_once=False,
        )
    except SameAlreadyOpen:
        return None  # nobody is here who could say that this is another one
    except Refusal as refused:
        log.warning("opening %s for %s: %s", loaded.key, row.key if row else instant, refused)
        return None


def told_by_row(row: Opened, loaded: LoadedType, *, now: datetime, by: str = "") -> Iterator[Assertion]:
    """What a row says of the case that it opens."""
    who = by or (f"system:{row.system}" if row.system else SYSTEM.id)
    for fact, source, value in facts_of(row, loaded):
        yield Assertion(
            id=uuid4().hex[:12], fact=fact.name, value=value, source=source, who=who, holds_from=now, said_at=now
        )


def _name(clock: OpeningClock) -> str:
    """What an opening is known by over all versions: its own text."""
    opening = clock.opening
    spelt = f"{opening.at.text if opening.at else ''}\n{opening.every}\n{opening.for_each}"
    return hashlib.sha256(spelt.encode()).hexdigest()[:16]
