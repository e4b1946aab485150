"""A breaker for all processes of one database: who fails tells all, and one process tries for all.

While nothing fails, nothing is written: the rows of systems that failed lately, mostly none, are read once a second.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from backline.connectors import shared
from backline.connectors.breakers import Breaker, Change, State

LOOK = "select system, failed, until, until - {now} from connectors_rest"
FAILED = """insert into connectors_rest (system, failed, until, trial_by, trial_until, trying, answered)
values (%(system)s, 1, case when %(failures)s <= 1 then {now} + %(pause)s else 0 end, '', 0, 0, 0)
on conflict (system) do update set failed = connectors_rest.failed + 1,
    until = case when connectors_rest.failed + 1 >= %(failures)s then {now} + %(pause)s else 0 end,
    trial_by = '', trial_until = 0, trying = 0, answered = 0
returning failed"""
FORGOTTEN = "delete from connectors_rest where system = %(system)s and until = 0 returning system"
TRY = """update connectors_rest set
    trying = case when trial_by = %(me)s and trial_until > {now} then trying + 1 else 1 end,
    answered = case when trial_by = %(me)s and trial_until > {now} then answered else 0 end,
    trial_by = %(me)s, trial_until = {now} + %(for_s)s
where system = %(system)s and until > 0 and until <= {now}
    and (trial_until <= {now} or (trial_by = %(me)s and trying < %(trials)s))
returning system"""
LET_GO = """update connectors_rest set trying = {greatest}(trying - 1, 0),
    trial_until = case when trying <= 1 and answered = 0 then 0 else trial_until end
where system = %(system)s and trial_by = %(me)s and trying > 0 returning system"""
ANSWERED = """update connectors_rest set trying = {greatest}(trying - 1, 0), answered = answered + 1
where system = %(system)s and trial_by = %(me)s and trying > 0 and until <= {now} returning answered"""
CLOSED = "delete from connectors_rest where system = %(system)s and trial_by = %(me)s returning system"
EVERY_S = 1.0
"""So long a process may miss what another one has just found"""
SLACK_S = 2.0


@dataclass(frozen=True, slots=True)
class Rested:
    """A system that failed lately, as it was read."""

    failed: int
    open: bool
    ends: float
    """When the pause is over, by the clock of this process"""


class Known:
    """What this process knows of all systems that failed lately. Other threads go on with it while one looks."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock, self._lock = clock, threading.Lock()
        self._read_at = float("-inf")
        self._rows: Mapping[str, Rested] = {}

    def of(self, system: str) -> Rested | None:
        """One of them."""
        if self._clock() - self._read_at >= EVERY_S and self._lock.acquire(blocking=False):
            try:
                self._look()
            finally:
                self._lock.release()
        return self._rows.get(system)

    def forget(self) -> None:
        """Look again at the next chance."""
        self._read_at = float("-inf")

    def _look(self) -> None:
        rows = shared.ask(LOOK, {})
        if rows is not None:
            at = self._clock()
            self._rows = {name: Rested(failed, until > 0, at + left) for name, failed, until, left in rows}
            self._read_at = at


known = Known()


class SharedBreaker:
    """Like ``Breaker``, for all processes; where nothing can be shared, for this one."""

    def __init__(self, system: str, own: Breaker, *, me: str) -> None:
        self._system, self.own, self._me = system, own, me

    @property
    def state(self) -> State:
        """Whether the system is asked now."""
        if not shared.possible():
            return self.own.state
        rested = known.of(self._system)
        if rested is None or not rested.open:
            return "closed"
        return "open" if self.own.clock() < rested.ends else "half-open"

    def may_ask(self, *, for_s: float = 10.0) -> bool:
        """Whether to ask now, for so long at most. Who may, tells ``note`` or ``let_go`` afterwards."""
        if not shared.possible():
            return self.own.may_ask()
        state = self.state
        return state == "closed" or (state == "half-open" and self._may_try(for_s))

    def pause_left_s(self) -> float:
        """How long nobody asks yet."""
        if not shared.possible():
            return self.own.pause_left_s()
        rested = known.of(self._system)
        return max(0.0, rested.ends - self.own.clock()) if rested and rested.open else 0.0

    def note(self, *, answered: bool) -> Change:
        """The system answered (whatever it said), or did not. Answers what that changed."""
        if not shared.possible():
            return self.own.note(answered=answered)
        return self._answered() if answered else self._failed()

    def let_go(self) -> None:
        """Nothing was asked in the end."""
        if not shared.possible():
            self.own.let_go()
        elif known.of(self._system):
            shared.ask(LET_GO, self._told())

    def _may_try(self, for_s: float) -> bool:
        """Whether this is the one process that tries for all; or it is over already."""
        tried = shared.ask(TRY, self._told(for_s=for_s + SLACK_S, trials=self.own.trials))
        if tried is None:
            return False
        known.forget()
        return bool(tried) or known.of(self._system) is None

    def _failed(self) -> Change:
        rows = shared.ask(FAILED, self._told(failures=self.own.failures, pause=self.own.pause_s))
        known.forget()
        return "opened" if rows and rows[0][0] >= self.own.failures else ""

    def _answered(self) -> Change:
        rested = known.of(self._system)
        if rested is None:
            return ""
        if not rested.open:
            shared.ask(FORGOTTEN, self._told())
            known.forget()
            return ""
        rows = shared.ask(ANSWERED, self._told())
        if not rows or rows[0][0] < self.own.trials:  # an answer to a question of before the pause closes nothing
            return ""
        shared.ask(CLOSED, self._told())
        known.forget()
        return "closed"

    def _told(self, **more: float) -> dict[str, object]:
        return {"system": self._system, "me": self._me, **more}
