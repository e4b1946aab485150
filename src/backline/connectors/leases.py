"""Places for calls at a system that all processes share: each is held for one call, and no longer than it may take."""

from __future__ import annotations

import time
from collections.abc import Callable
from random import random
from secrets import token_hex

from backline.connectors import shared

TAKE = """{quick}update connectors_lease set holder = %(holder)s, until = {now} + %(for_s)s{of_quick}
where id = (
    select id from connectors_lease where system = %(system)s and number < %(at_once)s and until <= {now}
    order by number limit 1{skip_locked}
) returning number"""
FREE = """{quick}update connectors_lease set holder = '', until = 0{of_quick}
where system = %(system)s and holder = %(holder)s returning number"""
MAKE = """insert into connectors_lease (system, number, holder, until) values (%(system)s, %(number)s, '', 0)
on conflict (system, number) do nothing"""
HELD = "select count(*) from connectors_lease where system = %(system)s and until > {now}"
SHORTEST_S, LONGEST_S = 0.01, 0.1
"""Between one look for a free place and the next"""
SLACK_S = 2.0
"""A call that has to end may be so late before its place is given away"""


class Places:
    """So many places at one system."""

    def __init__(
        self, system: str, *, at_once: int, clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:  # fmt: skip
        self._system, self._at_once, self._clock, self._sleep = system, at_once, clock, sleep
        self._made = False

    def take(self, *, within_s: float, for_s: float) -> str | None:
        """Who holds the place now: an empty text where nothing is shared, None where none came free in time."""
        holder, ends, pause = token_hex(16), self._clock() + within_s, SHORTEST_S
        told = {"system": self._system, "holder": holder, "at_once": self._at_once, "for_s": for_s + SLACK_S}
        while True:
            taken = shared.ask(TAKE, told)
            if taken is None:
                return ""
            if taken:
                return holder
            if self._make():
                continue
            left = ends - self._clock()
            if left <= 0:
                return None
            self._sleep(min(left, pause * (0.5 + random())))  # noqa: S311 - only so that not all look at once
            pause = min(2 * pause, LONGEST_S)

    def free(self, holder: str) -> None:
        """The call has ended."""
        if holder:
            shared.ask(FREE, {"system": self._system, "holder": holder})

    def held(self) -> int:
        """How many calls all processes make now."""
        rows = shared.ask(HELD, {"system": self._system})
        return int(rows[0][0]) if rows else 0

    def _make(self) -> bool:
        """The rows, the first time that this process finds no place."""
        if self._made:
            return False
        for number in range(self._at_once):
            shared.ask(MAKE, {"system": self._system, "number": number})
        self._made = True
        return True
