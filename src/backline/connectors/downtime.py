"""Systems that a person said are down: nobody asks them before that is over, and nothing counts as a failure meanwhile.

Who says so, and where it is kept, is known to a room above: ``settings.SYSTEMS_DOWN`` names the function that tells.
"""

from __future__ import annotations

import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from zlib import crc32

from django.conf import settings
from django.db import DatabaseError, connection
from django.utils.module_loading import import_string

log = logging.getLogger(__name__)
EVERY = timedelta(seconds=2)
"""So long a process may miss what another one has just noted"""
SPREAD = timedelta(seconds=30)
"""What waited for the same end goes on within so long after it, each at an instant of its own"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Down:
    """A system is down, or was, from an instant until another."""

    system: str
    since: datetime
    until: datetime
    why: str = ""


Told = Callable[[datetime], Sequence[Down]]
"""All that was down at some time since then, in the order in which it was said"""
_known: tuple[datetime, Sequence[Down]] | None = None


def down(call: str, *, now: datetime) -> Down | None:
    """Whether the system of this operation (``bank.pay``, or ``bank``) is said to be down now."""
    system = system_of(call)
    if not system:
        return None
    return next((one for one in _now(now) if one.system == system and one.since <= now < one.until), None)


def over_since(call: str, *, since: datetime, now: datetime) -> datetime:
    """From when on it can be said that the system does not answer: ``since``, or when it was last said to be back."""
    ends = [one.until for one in _read(since) if one.system == system_of(call)]
    return max([since, *[end for end in ends if end <= now]])


def system_of(call: str) -> str:
    """The system that a call is for; empty for what Backline does itself (``letter:paid``)."""
    return "" if ":" in call else call.partition(".")[0]


def reason(found: Down) -> str:
    """Why it is not asked, for the record."""
    because = f" ({found.why})" if found.why else ""
    return f"{found.system} is said to be down until {found.until:%Y-%m-%d %H:%M} UTC{because}"


def goes_on(ref: str, until: datetime) -> datetime:
    """When something that waited for this end goes on: always the same for the same ``ref``."""
    return until + SPREAD * (crc32(ref.encode()) / 2**32)


def forget() -> None:
    """Look again at the next chance: something was just noted."""
    global _known
    _known = None


def _now(now: datetime) -> Sequence[Down]:
    """What this process knows of now. Other threads go on with what is known while one looks."""
    global _known
    known = _known
    if known is None or abs(now - known[0]) > EVERY:
        _known = known = (now, _read(now - EVERY))
    return known[1]


def _read(since: datetime) -> Sequence[Down]:
    told = getattr(settings, "SYSTEMS_DOWN", "")
    if not told:
        return ()
    was_open = connection.connection is not None
    try:
        tell: Told = import_string(told)
        return tell(since)
    except DatabaseError:
        log.warning("which systems are said to be down could not be read", exc_info=True)
        return ()
    finally:
        if not was_open:  # a thread that only reads systems has no use for it, and ends without closing it
            connection.close()
