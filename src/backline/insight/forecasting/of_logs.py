"""Looks at the cases of a log: one at each step, with what could be known of the case and of the whole log then."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from backline.insight.forecasting.clocks import Floats
from backline.insight.forecasting.looks import Bools, Ints
from backline.insight.logs import store

STEPS = """
SELECT s.case_number, s.activity, coalesce(s.resource, 0), epoch_us(s.moment) / 1e6, c.open
FROM steps s JOIN cases c USING (log, case_number) WHERE s.log = ? AND s.case_number % ? = 0
ORDER BY s.case_number, s.position
"""
LAST = 5
"""So many steps back are told one by one"""
NUMBERS_OF_THE_CASE = 7
"""From this column on, how often each activity has occurred"""
WEEK_S, HOUR_S, DAY_S = 7 * 86_400.0, 3_600.0, 86_400.0


@dataclass(frozen=True, eq=False)
class LogLooks:
    """Columns, a row for each step but the last of a case that has ended.

    ``words`` are codes (the last steps, the newest first); ``numbers`` are counts and seconds; ``until`` is the end of
    the case, where it was ``reached``, else the last that was seen of it.
    """

    case: Ints
    at: Floats
    until: Floats
    reached: Bools
    words: Ints
    numbers: Floats

    def __len__(self) -> int:
        return len(self.at)

    def where(self, which: Bools | Ints) -> LogLooks:
        """Only these."""
        return LogLooks(
            self.case[which],
            self.at[which],
            self.until[which],
            self.reached[which],
            self.words[which],
            self.numbers[which],
        )

    def as_known(self, instant: float) -> LogLooks:
        """What was known then: what ends later is still running."""
        known = self.where(self.at < instant)
        late = known.until >= instant
        return LogLooks(
            known.case,
            known.at,
            np.minimum(known.until, instant),
            known.reached & ~late,
            known.words,
            known.numbers,
        )


def looks_of_log(folder: Path, log: int, *, every: int = 1) -> LogLooks:
    """All looks at one log of the store, or those at every second, third ... case."""
    with store.opened(folder) as connection:
        columns = connection.execute(STEPS, [log, every]).fetchnumpy()
    case, activity, resource, at, is_open = (np.asarray(column) for column in columns.values())
    return looks_from(case.astype(np.int64), activity.astype(np.int64), resource.astype(np.int64), at, is_open)


def looks_from(case: Ints, activity: Ints, resource: Ints, at: Floats, is_open: npt.NDArray[np.bool_]) -> LogLooks:
    """From steps in the order of their cases and positions."""
    begins = np.flatnonzero(np.concatenate([[True], case[1:] != case[:-1]]))
    of = np.cumsum(np.concatenate([[True], case[1:] != case[:-1]])) - 1
    ends = np.concatenate([begins[1:], [len(case)]]) - 1
    until = at[ends][of]
    words = np.stack([*_last(activity, begins, of), resource], axis=1)
    numbers = np.hstack([_times(at, begins, of), _load(at, begins, ends), _counts(activity, begins, of)])
    looks = LogLooks(of, at, until, ~is_open.astype(bool), words, numbers)
    last = np.zeros(len(case), dtype=bool)
    last[ends] = ~is_open[ends].astype(bool)
    return looks.where(~last)


def _last(activity: Ints, begins: Ints, of: Ints) -> list[Ints]:
    """The last steps, the newest first; 0 before the case began."""
    rows = np.arange(len(activity))
    found = []
    for back in range(LAST):
        there = rows - back >= begins[of]
        found.append(np.where(there, activity[np.maximum(rows - back, 0)], 0))
    return found


def _times(at: Floats, begins: Ints, of: Ints) -> Floats:
    """Since the case began, since the step before, steps so far, hour of the day, day of the week."""
    rows = np.arange(len(at))
    since = np.where(rows == begins[of], 0.0, at - at[np.maximum(rows - 1, 0)])
    position = rows - begins[of] + 1
    return np.stack([at - at[begins][of], since, position, at % DAY_S / HOUR_S, (at // DAY_S + 3) % 7], axis=1).astype(
        np.float64
    )


def _load(at: Floats, begins: Ints, ends: Ints) -> Floats:
    """How many cases ran then, beside how many usually did up to then; and how many began within a week."""
    started, ended = np.sort(at[begins]), np.sort(at[ends])
    running = np.searchsorted(started, at, "right") - np.searchsorted(ended, at, "left")
    week = np.searchsorted(started, at, "right") - np.searchsorted(started, at - WEEK_S, "right")
    return np.stack([running, week], axis=1).astype(np.float64)


def _counts(activity: Ints, begins: Ints, of: Ints) -> Floats:
    """How often each activity has occurred in the case so far."""
    kinds = np.unique(activity)
    found = []
    for kind in kinds[:60]:
        total = np.cumsum(activity == kind)
        before = np.where(begins > 0, total[np.maximum(begins - 1, 0)], 0)
        found.append(total - before[of])
    return np.stack(found, axis=1).astype(np.float64)
