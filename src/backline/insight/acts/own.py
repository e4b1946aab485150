"""Rows of our own cases in the store: those of a case that changed are taken out and written again, all at once."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

import duckdb
import pyarrow as pa

from backline.engine.calendars import Calendar
from backline.insight.acts.business_time import closed_seconds, worked_seconds
from backline.insight.acts.stories import Act, Story
from backline.insight.acts.tables import PEOPLE, QUEUE

Row = tuple[object, ...]
PER_CASE = ("cases", "steps", "acts", "promises", "tallies", "facts", "fed")


@dataclass(frozen=True, kw_only=True)
class Telling:
    """A case with its story, ready to be written."""

    case_id: int
    reference: str
    sequence: int
    open: bool
    story: Story
    steps: Sequence[tuple[str, str, datetime]]
    """Activity, resource and time of each step"""
    facts: Sequence[tuple[str, str]]


@dataclass
class Words:
    """The numbers of a log's names; new names get new numbers."""

    connection: duckdb.DuckDBPyConnection
    log: int
    known: dict[tuple[str, str], int] = field(default_factory=dict)
    last: dict[str, int] = field(default_factory=dict)
    new: list[Row] = field(default_factory=list)

    def __post_init__(self) -> None:
        rows = self.connection.execute("SELECT kind, name, number FROM words WHERE log = ?", [self.log]).fetchall()
        for kind, name, number in rows:
            self.known[kind, name] = number
            self.last[kind] = max(self.last.get(kind, 0), number)

    def number(self, kind: str, name: str) -> int:
        """The number of a name; 0 for none."""
        if not name:
            return 0
        found = self.known.get((kind, name))
        if found is None:
            found = self.known[kind, name] = self.last[kind] = self.last.get(kind, 0) + 1
            self.new.append((self.log, kind, found, name))
        return found

    def keep(self) -> None:
        """Write the new ones."""
        if self.new:
            _insert(self.connection, "words", self.new)
            self.new = []


def write(connection: duckdb.DuckDBPyConnection, log: int, tellings: Sequence[Telling], calendar: Calendar) -> None:
    """Replace these cases."""
    words = Words(connection, log)
    ids = [telling.case_id for telling in tellings]
    for table in PER_CASE:
        connection.execute(
            f"DELETE FROM {table} WHERE log = ? AND case_number IN (SELECT unnest(?::INTEGER[]))",  # noqa: S608
            [log, ids],
        )
    rows: dict[str, list[Row]] = {table: [] for table in PER_CASE}
    for telling in tellings:
        if telling.steps:
            _add(rows, telling, words, log, calendar)
        rows["fed"].append((log, telling.case_id, telling.sequence))
    words.keep()
    for table, some in rows.items():
        _insert(connection, table, some)


def _add(rows: dict[str, list[Row]], telling: Telling, words: Words, log: int, calendar: Calendar) -> None:
    number = telling.case_id
    told = list(_steps(telling, words, log))
    rows["steps"] += told
    path = " ".join(str(row[3]) for row in told)
    first, last = telling.steps[0][2], telling.steps[-1][2]
    repeated = len(told) - len({row[3] for row in told})
    variant = words.number("variant", path)
    lasted = (last - first).total_seconds()
    rows["cases"].append(
        (
            log,
            number,
            telling.reference,
            _plain(first),
            _plain(last),
            lasted,
            len(told),
            variant,
            repeated,
            telling.open,
        )
    )
    rows["acts"] += _acts(telling.story.acts, number, words, log, calendar)
    rows["promises"] += [
        (log, number, words.number("promise", one.name), _plain(one.due), _plain(one.settled), one.kept)
        for one in telling.story.promises.values()
    ]
    story = telling.story
    rows["tallies"].append((log, number, max(1, story.contacts), story.asked_twice, story.rekeyed))
    rows["facts"] += [(log, number, None, key, value) for key, value in telling.facts]


def _steps(telling: Telling, words: Words, log: int) -> Iterable[Row]:
    activity_before: int | None = None
    resource_before: int | None = None
    before: datetime | None = None
    for position, (name, who, at) in enumerate(telling.steps, 1):
        activity, resource = words.number("activity", name), words.number("resource", who) or None
        waited = (at - before).total_seconds() if before else None
        place = telling.case_id * 100_000 + position
        yield (
            *(log, telling.case_id, position, activity, resource, None, _plain(at)),
            *(activity_before, resource_before, waited, place),
        )
        activity_before, resource_before, before = activity, resource, at


def _acts(acts: Sequence[Act], number: int, words: Words, log: int, calendar: Calendar) -> Iterable[Row]:
    seen: dict[int, int] = {}
    previous: tuple[int | None, int | None, int | None, int | None] = (None, None, None, None)
    before: datetime | None = None
    opened = min((act.began or act.moment for act in acts), default=None)
    for position, act in enumerate(acts, 1):
        activity = words.number("activity", act.name)
        actor, resource = words.number("actor", act.actor), words.number("resource", act.resource) or None
        since = act.began or act.moment
        waited = max(0.0, (since - before).total_seconds()) if before else None
        shut = closed_seconds(calendar, before, since) if before and act.cause == QUEUE and waited else None
        channel = words.number("channel", act.channel)
        yield (
            *(log, number, position, activity, act.side, actor, resource, channel, _plain(act.began)),
            *(_plain(act.moment), _touched(act, calendar), waited, shut, act.cause if before else 0, *previous),
            *(seen.get(activity, 0), act.broke, (since - opened).total_seconds() if opened else 0.0),
            position == len(acts),
        )
        seen[activity] = seen.get(activity, 0) + 1
        previous, before = (activity, act.side, actor, resource), act.moment


def _touched(act: Act, calendar: Calendar) -> float | None:
    """How long it took: of people the hours of their team, of systems all of it; None without a beginning."""
    if act.began is None:
        return None
    if act.side == PEOPLE:
        return worked_seconds(calendar, act.actor, act.began, act.moment)
    return (act.moment - act.began).total_seconds()


def _insert(connection: duckdb.DuckDBPyConnection, table: str, rows: Sequence[Row]) -> None:
    """Rows as columns of Arrow, in the order of the table."""
    if not rows:
        return
    described = connection.sql(f"SELECT * FROM {table} LIMIT 0").to_arrow_table().schema  # noqa: S608
    columns = [pa.array(column, kind) for column, kind in zip(zip(*rows, strict=True), described.types, strict=True)]
    connection.register("rows_told", pa.Table.from_arrays(columns, schema=described))
    connection.execute(f"INSERT INTO {table} SELECT * FROM rows_told")  # noqa: S608
    connection.unregister("rows_told")


def _plain(moment: datetime | None) -> datetime | None:
    return moment.astimezone(UTC).replace(tzinfo=None) if moment else None
