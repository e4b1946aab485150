"""Feeds our own timelines into the store: after the commit, only what is new, each case exactly once.

The store itself knows how far it has read the timeline of each case, so nothing is written for it when a case changes,
and nobody's case waits for it. Whoever looks first reads what came since: cases that are new, open, or were open when
they were read. An ended case can still get a message or a note: the latest cases are looked at each time, and of the
others some more each time, going round.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

import duckdb

from backline.cases.fittings import fittings
from backline.cases.models import Case, EntryPayload
from backline.cases.models import Entry as EntryRow
from backline.catalogue import versions
from backline.engine.definition import Fact
from backline.insight.acts import looking, own, sampling, scoring, stories
from backline.insight.logs import store
from backline.insight.logs.figures import Figures, figures_of
from backline.insight.logs.importing import OWN
from backline.insight.logs.timelines import steps_of
from backline.people.models import Membership

LATEST = 2000
"""Cases, the newest, that are looked at each time whatever their state"""
SWEPT = 2000
"""Older cases that are looked at each time, going round"""
CASES_AT_ONCE = 400
IN_ONE_GO = 2000
"""Cases that are read before others may have the store"""
PLAIN_KINDS = ("choice", "yes/no")
"""Types of facts whose values go into the store, to filter by: they name nobody"""


@dataclass(frozen=True, kw_only=True)
class Rebuilt:
    """The log of one case type, made again."""

    name: str
    figures: Figures


def catch_up(
    *, folder: Path, now: datetime, most: int | None = None, between: Callable[[int, int], None] | None = None
) -> int:
    """Read what was committed since the last time, ``most`` so many cases; answers how many there were to read.

    After each part of it, when others may have the store, ``between`` is told how many were read, of how many.
    """
    with store.opened(folder) as connection:
        changed, swept = _changed(connection)
    here = changed[:most]
    for start in range(0, len(here), IN_ONE_GO):
        with store.opened(folder, writing=True) as connection:
            connection.execute("BEGIN")
            _feed(connection, here[start : start + IN_ONE_GO], now, swept=swept)
            connection.execute("COMMIT")
        if between:
            between(min(start + IN_ONE_GO, len(here)), len(here))
    return len(changed)


def rebuild(*, folder: Path, now: datetime) -> list[Rebuilt]:
    """Forget all of our own logs and read every timeline again."""
    with store.opened(folder, writing=True) as connection:
        connection.execute("BEGIN")
        for (log,) in connection.execute("SELECT log FROM logs WHERE kind = ?", [OWN]).fetchall():
            store.forget(connection, log)
        cases = Case.objects.order_by("pk").values_list("pk", flat=True)
        _feed(connection, cases.iterator(chunk_size=10_000), now, swept=0)
        made = connection.execute("SELECT log, name FROM logs WHERE kind = ? ORDER BY name", [OWN]).fetchall()
        rebuilt = [Rebuilt(name=name, figures=figures_of(connection, log)) for log, name in made]
        connection.execute("COMMIT")
    return rebuilt


def _feed(connection: duckdb.DuckDBPyConnection, cases: Iterable[int], now: datetime, *, swept: int) -> int:
    feeder = _Feeder(connection, now)
    count = sum(feeder.take(some) for some in _some(cases))
    feeder.finish()
    connection.execute("DELETE FROM feeding")
    connection.execute("INSERT INTO feeding VALUES (?, ?)", [swept, _plain(now)])
    return count


def _changed(connection: duckdb.DuckDBPyConnection) -> tuple[list[int], int]:
    """The cases whose timeline is longer than what was read of it; and up to which case the round has come."""
    ever = looking.has(connection, "fed")
    last, swept = connection.execute(READ_SO_FAR).fetchall()[0] if ever else (0, 0)
    told = dict(Case.objects.filter(ended_at=None).values_list("pk", "sequence"))
    told |= dict(Case.objects.order_by("-pk").values_list("pk", "sequence")[:LATEST])
    told |= dict(Case.objects.filter(pk__gt=last).order_by("pk").values_list("pk", "sequence"))
    if last:
        left = [case for (case,) in connection.execute(OPEN_WHEN_READ).fetchall() if case not in told]
        for some in _some(left):
            told |= dict(Case.objects.filter(pk__in=some).values_list("pk", "sequence"))
    round_ = dict(Case.objects.filter(pk__gt=swept).order_by("pk").values_list("pk", "sequence")[:SWEPT])
    told |= round_
    read = _read_of(connection, list(told)) if ever else {}
    changed = sorted(case for case, sequence in told.items() if read.get(case) != sequence)
    return changed, max(round_, default=0) if len(round_) == SWEPT else 0


def _read_of(connection: duckdb.DuckDBPyConnection, cases: list[int]) -> dict[int, int]:
    """How far the timelines of these cases were read."""
    found = connection.execute(READ_OF, [cases]).fetchall()
    return {int(case): int(sequence) for case, sequence in found}


READ_SO_FAR = "SELECT (SELECT coalesce(max(case_number), 0) FROM fed), (SELECT coalesce(max(swept), 0) FROM feeding)"
READ_OF = "SELECT case_number, sequence FROM fed WHERE case_number IN (SELECT unnest(?::INTEGER[]))"
OPEN_WHEN_READ = "SELECT c.case_number FROM cases c JOIN logs l USING (log) WHERE c.open AND l.kind = 'Backline'"


def _some(cases: Iterable[int]) -> Iterator[list[int]]:
    kept: list[int] = []
    for case in cases:
        kept.append(case)
        if len(kept) == CASES_AT_ONCE:
            yield kept
            kept = []
    if kept:
        yield kept


class _Feeder:
    """Writes cases into the logs of their types."""

    def __init__(self, connection: duckdb.DuckDBPyConnection, now: datetime) -> None:
        self._connection, self._now = connection, now
        self._logs: dict[str, int] = dict(
            connection.execute("SELECT name, log FROM logs WHERE kind = ?", [OWN]).fetchall()
        )
        self._touched: dict[int, list[int]] = defaultdict(list)
        self._teams = _teams()
        self._calendar = fittings().calendar

    def take(self, ids: list[int]) -> int:
        """These cases, those of them that were not read to their end."""
        read = _read_of(self._connection, ids)
        cases = [case for case in Case.objects.filter(pk__in=ids) if read.get(case.pk) != case.sequence]
        entries = _entries([case.pk for case in cases])
        by_type: dict[str, list[own.Telling]] = defaultdict(list)
        for case in cases:
            by_type[case.type_key].append(self._telling(case, entries[case.pk]))
        for key, tellings in by_type.items():
            log = self._log(key)
            own.write(self._connection, log, tellings, self._calendar)
            told = [telling.case_id for telling in tellings]
            scoring.score(self._connection, log, told)
            self._touched[log] += told
        return len(cases)

    def finish(self) -> None:
        """Write down how much there is of each log that changed."""
        for log, cases in self._touched.items():
            sampling.keep(self._connection, log, cases)
            self._connection.execute("DELETE FROM variants WHERE log = ?", [log])
            self._connection.execute(VARIANTS, [log])
            self._connection.execute(COUNTS, [_plain(self._now), log])

    def _log(self, key: str) -> int:
        if key not in self._logs:
            found = self._connection.execute("SELECT coalesce(max(log), 0) + 1 FROM logs").fetchone()
            self._logs[key] = log = int(found[0]) if found else 1
            at = _plain(self._now)
            self._connection.execute("INSERT INTO logs VALUES (?, ?, ?, ?, 0, 0, 0)", [log, key, OWN, at])
            self._connection.execute("INSERT INTO prepared VALUES (?, '{}')", [log])
        return self._logs[key]

    def _telling(self, case: Case, entries: list[stories.Entry]) -> own.Telling:
        held, plain = _facts_of(case.type_key, case.type_version)
        around = stories.Surroundings(team_of=lambda who: self._teams.get(who, ""), held_elsewhere=held)
        return own.Telling(
            case_id=case.pk,
            reference=case.reference,
            sequence=case.sequence,
            open=case.state != Case.State.ENDED,
            story=stories.tell(entries, around),
            steps=steps_of(entries),
            facts=list(_case_facts(case, plain)),
        )


VARIANTS = """
INSERT INTO variants SELECT w.log, w.number, w.name, count(*) FROM cases c
    JOIN words w ON w.log = c.log AND w.kind = 'variant' AND w.number = c.variant WHERE c.log = ? GROUP BY ALL
"""
COUNTS = """
UPDATE logs SET imported_at = ?, events = (SELECT count(*) FROM steps WHERE steps.log = logs.log),
    cases = (SELECT count(*) FROM cases WHERE cases.log = logs.log) WHERE log = ?
"""


def _entries(ids: list[int]) -> dict[int, list[stories.Entry]]:
    """The timelines of these cases, with what they say."""
    payloads = EntryPayload.objects.filter(case__in=ids).values_list("case_id", "sequence", "data")
    told = {(case, sequence): data for case, sequence, data in payloads.iterator()}
    columns = ("case_id", "sequence", "version", "kind", "actor", "channel", "at")
    found: dict[int, list[stories.Entry]] = defaultdict(list)
    for row in EntryRow.objects.filter(case__in=ids).order_by("case_id", "sequence").values(*columns).iterator():
        case = row.pop("case_id")
        found[case].append(stories.Entry(**row, data=told.get((case, row["sequence"]), {})))
    return found


def _teams() -> dict[str, str]:
    """The first team of each colleague."""
    rows = Membership.objects.order_by("-pk").values_list("staff_id", "team__key")
    return {f"staff:{staff}": team for staff, team in rows}


def _case_facts(case: Case, plain: frozenset[str]) -> Iterator[tuple[str, str]]:
    told = {
        "outcome": case.outcome,
        "channel": case.channel,
        "owner": case.owner,
        "type version": str(case.type_version),
        "open": "" if case.state == Case.State.ENDED else "yes",
    }
    latest = {
        one["fact"]: one["value"]
        for one in case.snapshot.get("assertions", ())
        if one["fact"] in plain and not one.get("item") and isinstance(one["value"], str | bool)
    }
    told |= {
        name: str(value) if not isinstance(value, bool) else ("yes" if value else "no")
        for name, value in latest.items()
    }
    yield from ((key, value) for key, value in told.items() if value)


@lru_cache(maxsize=1000)
def _facts_of(key: str, version: int) -> tuple[frozenset[str], frozenset[str]]:
    """Of a version of a case type: facts that a system or a document holds, and facts whose values name nobody."""
    try:
        facts = versions.load(key, version).definition.facts
    except versions.VersionNotFound:
        return frozenset(), frozenset()
    held = {name for name, fact in facts.items() if any(one.kind in ("lookup", "read") for one in fact.sources)}
    return frozenset(held), frozenset(name for name, fact in facts.items() if _is_plain(fact))


def _is_plain(fact: Fact) -> bool:
    return fact.type.kind in PLAIN_KINDS and not fact.discreet and not fact.hide and fact.type.choices_from is None


def _plain(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
