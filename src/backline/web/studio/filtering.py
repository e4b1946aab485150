"""What an address chooses of a log, and what else it could choose."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

import duckdb
from django.conf import settings
from django.http import HttpRequest
from django.utils.translation import gettext as _

from backline.insight.acts import keeping
from backline.insight.acts.choosing import Chosen
from backline.insight.acts.looking import Log
from backline.web.studio.naming import Names

FACT = "fact"
MOST_VALUES = 40
KEPT = ("since", "until", "team", "channel", "ended", FACT, "steps", "lines")
"""What of an address goes on to the pages that it leads to"""
INTERNAL = ("open",)


@dataclass(frozen=True, kw_only=True)
class Option:
    """One choice of a filter."""

    value: str
    label: str


@dataclass(frozen=True, kw_only=True)
class Filter:
    """One filter of the form."""

    name: str
    label: str
    options: list[Option]
    chosen: str


@dataclass(frozen=True, kw_only=True)
class Filtered:
    """What the address chooses, and the form."""

    chosen: Chosen
    filters: list[Filter]
    since: str
    until: str
    steps: int | None
    kept: str
    """The choice as part of an address"""
    active: bool


def read(request: HttpRequest, connection: duckdb.DuckDBPyConnection, log: Log, names: Names) -> Filtered:
    """The choice that this address makes; what it names and the log does not have is left out."""
    words = _words(connection, log)
    told = {name: request.GET.get(name, "") for name in KEPT}
    since, until = _date(told["since"]), _date(told["until"])
    facts = _facts(connection, log)
    key, _equals, value = told[FACT].partition("=")
    known_fact = (key, value) in facts or (key not in INTERNAL and _is_told(connection, log, key, value))
    numbers = {kind: {name: number for (one, name), number in words.items() if one == kind} for kind in KINDS.values()}
    chosen = Chosen(
        log=log.log,
        since=_begin(since),
        until=_begin(until + timedelta(days=1)) if until else None,
        facts={key: value} if known_fact else {},
        **{name: numbers[kind].get(told[name]) for name, kind in KINDS.items()},
    )
    kept = request.GET.copy()
    for name in list(kept):
        if name not in KEPT or not kept[name]:
            del kept[name]
    return Filtered(
        chosen=chosen,
        filters=_form(connection, log, names, told, numbers, facts),
        since=since.isoformat() if since else "",
        until=until.isoformat() if until else "",
        steps=int(told["steps"]) if told["steps"].isdigit() and len(told["steps"]) < 4 else None,
        kept=kept.urlencode(),
        active=not chosen.everything,
    )


def _is_told(connection: duckdb.DuckDBPyConnection, log: Log, key: str, value: str) -> bool:
    """Whether any case has this fact: a rare one may not be among those of a sample."""
    if log.cases < keeping.LARGE or not value:
        return False
    found = "SELECT 1 FROM facts WHERE log = ? AND key = ? AND value = ? AND case_number IS NOT NULL LIMIT 1"
    return bool(connection.execute(found, [log.log, key, value]).fetchall())


KINDS = {"team": "actor", "channel": "channel", "ended": "activity"}


def _form(
    connection: duckdb.DuckDBPyConnection,
    log: Log,
    names: Names,
    told: dict[str, str],
    numbers: dict[str, dict[str, int]],
    facts: tuple[tuple[str, str], ...],
) -> list[Filter]:
    """Filters that leave a choice."""
    ends = _ends(connection, log)
    of_facts = [
        Option(value=f"{key}={value}", label=f"{names.fact(key)}: {names.value(key, value)}") for key, value in facts
    ]
    made = (
        ("team", _("Team"), [Option(value=one, label=names.team(one)) for one in sorted(numbers["actor"])]),
        ("channel", _("Channel"), [Option(value=one, label=names.channel(one)) for one in sorted(numbers["channel"])]),
        ("ended", _("Ends with"), [Option(value=one, label=names.act(one)) for one in ends]),
        (FACT, _("What is known"), of_facts),
    )
    return [
        Filter(name=name, label=label, options=options, chosen=told[name])
        for name, label, options in made
        if len(options) > 1 or told[name]
    ]


def _words(connection: duckdb.DuckDBPyConnection, log: Log) -> dict[tuple[str, str], int]:
    rows = connection.execute(
        "SELECT kind, name, number FROM words WHERE log = ? AND kind IN ('actor', 'channel', 'activity')", [log.log]
    ).fetchall()
    return {(kind, name): number for kind, name, number in rows}


def _facts(connection: duckdb.DuckDBPyConnection, log: Log) -> tuple[tuple[str, str], ...]:
    """Facts of cases with few values, and these."""
    return keeping.answer(
        connection, settings.ORGANISATION.folder, log, ("facts",), lambda one: _facts_of(one, log)
    ).value


def _facts_of(connection: duckdb.DuckDBPyConnection, log: Log) -> tuple[tuple[str, str], ...]:
    rows = connection.execute(FEW, [log.log, MOST_VALUES]).fetchall()
    return tuple((one, value) for one, value in rows if one not in INTERNAL)


FEW = """
WITH told AS (SELECT key, value, count(*) AS times FROM facts WHERE log = ? AND case_number IS NOT NULL GROUP BY ALL)
SELECT key, value FROM told WHERE key IN (SELECT key FROM told GROUP BY key HAVING count(*) BETWEEN 2 AND ?)
ORDER BY key, times DESC
"""


def _ends(connection: duckdb.DuckDBPyConnection, log: Log) -> list[str]:
    """With what cases end, the most frequent first."""
    return keeping.answer(
        connection, settings.ORGANISATION.folder, log, ("ends",), lambda one: _ends_of(one, log)
    ).value


def _ends_of(connection: duckdb.DuckDBPyConnection, log: Log) -> list[str]:
    rows = connection.execute(
        "SELECT w.name FROM acts a JOIN words w ON w.log = a.log AND w.kind = 'activity' AND w.number = a.activity "
        "WHERE a.log = ? AND a.last GROUP BY w.name ORDER BY count(*) DESC LIMIT 30",
        [log.log],
    ).fetchall()
    return [name for (name,) in rows]


def _date(told: str) -> date | None:
    try:
        return date.fromisoformat(told)
    except ValueError:
        return None


def _begin(day: date | None) -> datetime | None:
    return datetime.combine(day, time(), _zone(settings.ORGANISATION.time_zone)).astimezone(UTC) if day else None


@lru_cache(maxsize=8)
def _zone(name: str) -> ZoneInfo:
    return ZoneInfo(name)
