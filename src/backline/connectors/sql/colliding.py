"""Two writers meet: the database lets one of them finish, and the other one's transaction is tried again at once.

A write has to see itself as if it were alone, since its refusals look at what others change meanwhile: two withdrawals
that each fit, but not both, are no matter of the key, which a unique column would settle. A database that promises that
gives up one of two transactions whenever it can't tell that they don't touch each other; in a small table it nearly
never can. It was rolled back as a whole, so that trying again is safe, and soon succeeds.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from random import uniform
from typing import TypeVar

from sqlalchemy.exc import DBAPIError

POSTGRESQL = ("40001", "40P01")
"""Could not serialise; deadlock"""
MARIADB = (1020, 1213)
"""The row has changed since it was read; deadlock"""
FIRST_PAUSE_S, LONGEST_PAUSE_S = 0.002, 0.1
Outcome = TypeVar("Outcome")


def collided(wrong: BaseException) -> bool:
    """Whether another transaction came first and this one was rolled back, so that it may simply be tried again."""
    told = getattr(wrong, "orig", None)
    number = next(iter(getattr(told, "args", ())), None)
    return getattr(told, "sqlstate", "") in POSTGRESQL or (isinstance(number, int) and number in MARIADB)


def as_if_alone(transact: Callable[[float], Outcome], *, deadline_s: float) -> Outcome:
    """What the transaction gives, which is told the seconds that are left; a collision where the time is over."""
    ends, pause_s = time.monotonic() + deadline_s, FIRST_PAUSE_S
    while True:
        try:
            return transact(max(0.001, ends - time.monotonic()))
        except DBAPIError as wrong:
            if not collided(wrong) or time.monotonic() + pause_s > ends:
                raise
        time.sleep(uniform(0, pause_s))  # noqa: S311 - only so that the two do not meet again
        pause_s = min(2 * pause_s, LONGEST_PAUSE_S)
