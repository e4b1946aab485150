"""Books, moves and cancels: once for a key, and never two at one time, although CalDAV knows no transaction.

Who wants a time lays a hold there first, and looks then who else does. Of two who come at once at least the second sees
the other; who sees another gives way. A hold does not carry the key, so it is never taken for the appointment itself,
and whoever comes again with the key goes on where it was left.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus

from backline.connectors.calendar.dav import Answered, Shelf
from backline.connectors.calendar.events import Appointment, Booking, changed, made
from backline.connectors.contract import Again, Refused, Unknown
from backline.connectors.http.wire import Raw

GOOD = (HTTPStatus.OK, HTTPStatus.CREATED, HTTPStatus.NO_CONTENT)
COLLIDED_S = 0.5
"""About so long who gave way waits, each a different time"""
Outcome = Refused | Again | Unknown | None
"""None: it was written, and is to be read back"""


class Stopped(Exception):
    """It goes no further; with what is to be answered."""

    def __init__(self, outcome: Refused | Again | Unknown) -> None:
        super().__init__(type(outcome).__name__)
        self.outcome = outcome


@dataclass(frozen=True, kw_only=True, slots=True)
class Change:
    """One change of one calendar. ``say`` gives the words of a refusal."""

    shelf: Shelf
    key: str
    own: str
    """The number of the appointment, or of the hold, that belongs to the key"""
    now: datetime
    until: float
    overlaps: bool
    say: Callable[[str], str]

    def refuse(self, code: str) -> Stopped:
        """No, for this reason."""
        return Stopped(Refused(code=code, message=self.say(code)))


def book(change: Change, booking: Booking) -> None:
    """Lay the appointment, as a hold at first. Raises Stopped."""
    lie, zone = change.shelf.resource(change.own, until=change.until), change.shelf.zone
    if lie is None and change.overlaps:
        fresh = made(change.own, booking, key=change.key, tentative=False, zone=zone, now=change.now)
        _put(change.shelf.lay(change.own, fresh, until=change.until), collided=Unknown(reason="laid meanwhile"))
        return
    hold = lie or _hold(change, booking)
    if change.key in hold.done:
        return
    _give_way(change, hold, except_for=frozenset({hold.uid}))
    settled = changed(hold, key=change.key, now=change.now, zone=zone)
    _put(change.shelf.replace(hold, settled, until=change.until), collided=_collided())


def move(change: Change, uid: str, starts: datetime, ends: datetime, *, etag: str) -> None:
    """Take hold of the new time, move the appointment there, and let go of the hold. Raises Stopped."""
    appointment, hold = _there(change, uid, etag), None
    if appointment is None:
        return
    if not change.overlaps:
        asked = Booking(starts=starts, ends=ends, summary=appointment.summary)
        others = frozenset({change.own, appointment.uid})
        hold = change.shelf.resource(change.own, until=change.until) or _hold(change, asked, except_for=others)
        _give_way(change, hold, except_for=others)
    moved = changed(appointment, key=change.key, now=change.now, zone=change.shelf.zone, moved=(starts, ends))
    raw = change.shelf.replace(appointment, moved, etag=etag, until=change.until)
    if hold is not None:
        change.shelf.remove(hold, until=change.until)
    _put(raw, collided=change.refuse("changed").outcome)


def cancel(change: Change, uid: str, *, etag: str) -> None:
    """Say of the appointment that it does not take place; it stays in the calendar. Raises Stopped."""
    appointment = _there(change, uid, etag)
    if appointment is None:
        return
    off = changed(appointment, key=change.key, now=change.now, zone=change.shelf.zone, status="CANCELLED")
    raw = change.shelf.replace(appointment, off, etag=etag, until=change.until)
    _put(raw, collided=change.refuse("changed").outcome)


def others_at(change: Change, starts: datetime, ends: datetime, *, except_for: frozenset[str]) -> list[Appointment]:
    """Who else is there at that time."""
    found = change.shelf.between(starts, ends, until=change.until)
    return [one for one in found if one.is_busy and one.uid not in except_for]


def _there(change: Change, uid: str, etag: str) -> Appointment | None:
    """The appointment, as the asker saw it; None where this change was made to it before."""
    appointment = change.shelf.with_uid(uid, until=change.until)
    if appointment is not None and change.key in appointment.done:
        return None
    if appointment is None or appointment.status == "cancelled":
        raise change.refuse("not_found")
    if appointment.repeats:
        raise change.refuse("repeats")
    if etag and etag != appointment.etag:
        raise change.refuse("changed")
    return appointment


def _hold(change: Change, booking: Booking, *, except_for: frozenset[str] = frozenset()) -> Appointment:
    if others_at(change, booking.starts, booking.ends, except_for=except_for):
        raise change.refuse("taken")
    hold = made(change.own, booking, key=change.key, tentative=True, zone=change.shelf.zone, now=change.now)
    _put(change.shelf.lay(change.own, hold, until=change.until), collided=_collided())
    lie = change.shelf.resource(change.own, until=change.until)
    if lie is None:
        raise Stopped(_collided())
    return lie


def _give_way(change: Change, hold: Appointment, *, except_for: frozenset[str]) -> None:
    """Let go of the hold where anybody else is there: for good if they are sure, for a moment if they hold, too."""
    others = others_at(change, hold.starts, hold.ends, except_for=except_for)
    if not others:
        return
    change.shelf.remove(hold, until=change.until)
    if any(one.status != "tentative" for one in others):
        raise change.refuse("taken")
    raise Stopped(_collided())


def _put(raw: Raw, *, collided: Refused | Again | Unknown) -> None:
    if raw.status in GOOD:
        return
    if raw.status == HTTPStatus.PRECONDITION_FAILED:
        raise Stopped(collided)
    raise Answered(raw)


def _collided() -> Again:
    return Again(after_s=COLLIDED_S * (1 + random.random()), reason="somebody else wants the same")  # noqa: S311
