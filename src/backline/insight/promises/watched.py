"""Looks at past cases for one promise: at each change, who had to act, how busy they were, how long it then took."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import zip_longest

import numpy as np

from backline.engine.calendars import Calendar
from backline.engine.definition import Promise
from backline.insight.forecasting.clocks import Clock, Floats, WallClock, WorkingClock, seconds
from backline.insight.forecasting.looks import Looks
from backline.insight.promises.lives import Awaited, Life, kinds_name, state_name

LEVELS = ("how busy, which day", "how busy", "what is awaited", "who has to act", "anything")
SEEN = 40
BRIEF = timedelta(seconds=1)
"""What lasts shorter is no state of a case, only a step to the next"""
USUAL, LEAST_STALL_S = 0.95, 60.0
TEAMS = ("work", "settle", "exception")
SYSTEM = "system:"
ANY = "any"


@dataclass(frozen=True, eq=False)
class Backlogs:
    """How much work lay with each team at any time, and when a system kept cases waiting for longer than usual.

    ``most`` is the highest grade that was seen often enough; ``usual`` how many seconds a system takes at most, but for
    one time in twenty. A system's name is the key of its stalls.
    """

    since: Mapping[str, Floats]
    until: Mapping[str, Floats]
    most: Mapping[str, int]
    usual: Mapping[str, float]

    def open_at(self, team: str, instant: float) -> int:
        """Tasks that lay with the team then."""
        if team not in self.since:
            return 0
        begun = int(np.searchsorted(self.since[team], instant, "right"))
        return begun - int(np.searchsorted(self.until[team], instant, "right"))

    def busy(self, awaited: Sequence[Awaited], instant: float, *, open_now: Mapping[str, int] | None = None) -> str:
        """How busy the fullest team is, in grades that double, and whether a system stalls; empty where none acts."""
        grades, stalls = [], []
        for one in awaited:
            key = one.who if one.kind in TEAMS else f"{SYSTEM}{one.who}"
            count = self.open_at(key, instant) if open_now is None else open_now.get(key, 0)
            if one.kind in TEAMS:
                grades.append(min(grade(count), self.most.get(one.who, 0)))
            elif one.kind == "does" and one.who:
                stalls.append(count > 0)
        return (str(max(grades)) if grades else "") + ("stalled" if any(stalls) else "")


def grade(count: int) -> int:
    """0, 1, 2 to 3, 4 to 7, 8 to 15 ... tasks."""
    return count.bit_length()


def backlogs_of(lives: Sequence[Life]) -> Backlogs:
    """From the work of these cases, and the effects in systems."""
    since: dict[str, Floats] = {}
    until: dict[str, Floats] = {}
    most: dict[str, int] = {}
    usual: dict[str, float] = {}
    work = [one for life in lives for one in life.awaited if one.kind == "work"]
    for team in sorted({one.who for one in work}):
        since[team], until[team] = _between([one for one in work if one.who == team])
        counts = np.searchsorted(since[team], since[team], "right") - np.searchsorted(until[team], since[team], "right")
        grades = [grade(int(one)) for one in counts]
        most[team] = max((one for one in set(grades) if sum(g >= one for g in grades) >= SEEN), default=0)
    done = [one for life in lives for one in life.awaited if one.kind == "does" and one.who]
    for system in sorted({one.who for one in done}):
        of_system = [one for one in done if one.who == system]
        took = [(one.until - one.since).total_seconds() for one in of_system if one.until]
        usual[system] = max(float(np.quantile(took, USUAL)), LEAST_STALL_S) if len(took) >= SEEN else np.inf
        late = [one for one in of_system if not one.until or (one.until - one.since).total_seconds() > usual[system]]
        begun, ended = _between(late)
        since[f"{SYSTEM}{system}"], until[f"{SYSTEM}{system}"] = begun + usual[system], ended
    return Backlogs(since, until, most, usual)


def _between(awaited: Sequence[Awaited]) -> tuple[Floats, Floats]:
    begun = np.sort(seconds(one.since for one in awaited))
    return begun, np.sort(seconds(one.until for one in awaited if one.until))


def clock_for(lives: Sequence[Life], calendar: Calendar, now: datetime) -> tuple[str, Clock]:
    """Working time where a team has to act in at least every fifth case, else time as it passes."""
    with_work = sum(any(one.kind == "work" for one in life.awaited) for life in lives)
    if not lives or with_work * 5 < len(lives):
        return "wall", WallClock()
    return "working", working_clock(calendar, lives[0].opened, now)


def working_clock(calendar: Calendar, first: datetime, now: datetime) -> WorkingClock:
    """Business time from ``first`` to far beyond ``now``."""
    return WorkingClock(calendar, first=first, last=now)


def looks_of(lives: Sequence[Life], promise: Promise, backlogs: Backlogs, calendar: Calendar) -> Looks:
    """One look at each change of each case, until what was promised was there."""
    rows = [row for number, life in enumerate(lives) for row in _of_life(number, life, promise, backlogs, calendar)]
    columns = list(zip(*rows, strict=True)) if rows else [()] * (5 + len(LEVELS))
    return Looks(
        case=np.array(columns[0], dtype=np.int64),
        at=np.array(columns[1], dtype=np.float64),
        until=np.array(columns[2], dtype=np.float64),
        reached=np.array(columns[3], dtype=bool),
        keys=[np.array(column, dtype=object) for column in columns[5:]],
        start=np.array(columns[4], dtype=np.float64),
    )


def keys_of(
    awaited: tuple[Awaited, ...], instant: datetime, busy: str, calendar: Calendar
) -> tuple[str, str, str, str, str]:
    """What this look is alike to, the finest first."""
    state = state_name(awaited)
    day = calendar.date_of(instant).weekday()
    return f"{state} | {busy} | {day}", f"{state} | {busy}", state, kinds_name(awaited), ANY


def _of_life(
    number: int, life: Life, promise: Promise, backlogs: Backlogs, calendar: Calendar
) -> list[tuple[object, ...]]:
    met = life.met(promise.of)
    if met is None and life.ended is not None:
        return []  # it ended without: what was promised was not wanted any more
    until = met or life.seen
    rows: list[tuple[object, ...]] = []
    for instant, next_one in zip_longest(life.changes(), life.changes()[1:]):
        if instant >= until:
            break
        if next_one is not None and next_one < until and next_one - instant < BRIEF:
            continue
        awaited = life.state_at(instant)
        busy = backlogs.busy(awaited, instant.timestamp())
        keys = keys_of(awaited, instant, busy, calendar)
        row = (number, instant.timestamp(), until.timestamp(), met is not None, life.opened.timestamp())
        rows.append((*row, *keys))
    return rows
