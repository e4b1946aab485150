"""A calendar server as a system of record: what each answer means; a write is done only when it was read back."""

from __future__ import annotations

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

import httpx

from backline.connectors.arguments import flat
from backline.connectors.calendar.booking import Change, Stopped, book, cancel, move, others_at
from backline.connectors.calendar.dav import Answered, Nonsense, Shelf
from backline.connectors.calendar.events import Appointment, Booking, uid_of
from backline.connectors.calendar.free import free_slots
from backline.connectors.calendar.reading import REFUSALS, Act
from backline.connectors.calendar.settings import CalendarSettings
from backline.connectors.contract import (
    Again,
    Done,
    Found,
    Missing,
    NotDone,
    ReadResult,
    Refused,
    Rehearsed,
    RehearseResult,
    Unknown,
    VerifyResult,
    WriteResult,
)
from backline.connectors.converting import BrokenAnswer, Converter
from backline.connectors.declarations import Operation, System
from backline.connectors.holes import HOLE, JOINT, filled
from backline.connectors.http.wire import Lost, NotReached, Raw, Wire, address_of, trusted
from backline.engine.definition import ValueType
from backline.engine.values import encode

BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
PAUSE_S = 5.0
MOST_BYTES = 10 * 1024 * 1024


class CannotAsk(ValueError):
    """These arguments make no proper question."""


class CalendarConnector:
    """The calendars of one server."""

    def __init__(self, system: System) -> None:
        settings = system.settings
        own = settings.own or CalendarSettings()
        client = httpx.Client(
            headers={"User-Agent": "Backline", **settings.headers}, follow_redirects=False, trust_env=False,
            verify=trusted(own.tls), auth=(own.user, settings.secret) if own.user else None,
        )  # fmt: skip
        base = address_of(settings.url)
        self._wire = Wire(client, base=base, connect_s=settings.connect_s, most_bytes=MOST_BYTES)
        self._system, self._zone = system.name, ZoneInfo(settings.zone)
        self._converter = Converter(system.records, settings.currency, settings.zone)

    def read(self, operation: Operation, arguments: Mapping[str, Any], *, deadline_s: float) -> ReadResult:
        """Who comes when, or what is free."""
        try:
            asked = _Asked(operation.read, operation, arguments)
            raw = self._asked(asked, time.monotonic() + deadline_s)
            kind = operation.returns or ValueType(kind="text")
            value = self._converter.value(kind, raw)
        except CannotAsk as wrong:
            return Missing(reason="none", detail=str(wrong))
        except NotReached as wrong:
            return Missing(reason="down", detail=str(wrong), for_now=True)
        except Lost as wrong:
            return Missing(reason="late", detail=str(wrong), for_now=True)
        except Answered as answered:
            return _missing(answered.raw)
        except (Nonsense, BrokenAnswer) as wrong:
            return Missing(reason="broken", detail=str(wrong))
        return Missing(reason="none") if value is None else Found(value=encode(value), type=kind)

    def write(self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float) -> WriteResult:
        """Make the change, unless the key says that it was made; then read it back."""
        ends = time.monotonic() + deadline_s
        try:
            self._change(_Asked(operation.write, operation, arguments), operation, key, ends)
        except Stopped as stopped:
            return stopped.outcome
        except CannotAsk as wrong:
            return Refused(code="rejected", message=str(wrong))
        except NotReached as wrong:
            return Again(after_s=PAUSE_S, reason=str(wrong))
        except Answered as answered:
            return _not_written(answered.raw)
        except (Lost, Nonsense) as wrong:
            return Unknown(reason=str(wrong))
        proof = self._verify(operation, arguments, key, ends)
        return Unknown(reason="accepted, but not found when it was read back") if isinstance(proof, NotDone) else proof

    def verify(
        self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float
    ) -> VerifyResult:
        """Whether an appointment carries the key."""
        return self._verify(operation, arguments, key, time.monotonic() + deadline_s)

    def rehearse(
        self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float
    ) -> RehearseResult:
        """Look for the key and whether the time is free; tell what would be changed."""
        ends = time.monotonic() + deadline_s
        before = self._verify(operation, arguments, key, ends)
        if not isinstance(before, NotDone):
            return before
        try:
            asked = _Asked(operation.write, operation, arguments)
            change, act = self._prepared(asked, operation, key, ends), asked.act
            mine = frozenset({change.own, asked.text("uid")})
            if act.what != "book" and change.shelf.with_uid(asked.text("uid"), until=ends) is None:
                return change.refuse("not_found").outcome  # type: ignore[return-value]
            if act.what != "cancel" and not act.overlaps and others_at(
                change, asked.moment("starts"), asked.moment("ends"), except_for=mine
            ):  # fmt: skip
                return change.refuse("taken").outcome  # type: ignore[return-value]
        except CannotAsk as wrong:
            return Refused(code="rejected", message=str(wrong))
        except (NotReached, Lost, Answered, Nonsense) as wrong:
            return Unknown(reason=str(wrong))
        return Rehearsed(steps=(f"{act.what} in {act.calendar}",))

    def check(self, *, deadline_s: float) -> str:
        """Ask the server what lies at its address."""
        try:
            raw = Shelf(self._wire, "", self._zone).look(until=time.monotonic() + deadline_s)
        except (NotReached, Lost) as wrong:
            return f"no answer: {wrong}"
        return "" if raw.status == HTTPStatus.MULTI_STATUS else f"status {raw.status}"

    def close(self) -> None:
        """Close all connections."""
        self._wire.close()

    def _asked(self, asked: _Asked, ends: float) -> Any:
        act, shelf = asked.act, self._shelf(asked)
        if act.what == "appointment":
            one = shelf.with_uid(asked.text("uid"), until=ends)
            return one.told() if one is not None and one.status != "cancelled" else None
        starts, finishes = asked.moment("from"), asked.moment("until")
        found = sorted(shelf.between(starts, finishes, until=ends), key=lambda one: (one.starts, one.uid))
        if act.what == "free":
            slots = free_slots(act, starts, finishes, found, zone=self._zone)
            return [{"id": one[0].isoformat(), "starts": one[0], "ends": one[1]} for one in slots]
        return [one.told() for one in found if _concerns(one, act, asked.text("attendee"))]

    def _change(self, asked: _Asked, operation: Operation, key: str, ends: float) -> None:
        change, act = self._prepared(asked, operation, key, ends), asked.act
        if act.what == "book":
            texts = {name: asked.text(name) for name in ("summary", "place", "note", "attendee")}
            book(change, Booking(starts=asked.moment("starts"), ends=asked.moment("ends"), **texts))
        elif act.what == "move":
            times = asked.moment("starts"), asked.moment("ends")
            move(change, asked.text("uid"), *times, etag=asked.text("etag"))
        else:
            cancel(change, asked.text("uid"), etag=asked.text("etag"))

    def _prepared(self, asked: _Asked, operation: Operation, key: str, ends: float) -> Change:
        words = {one.code: one.say for one in operation.refusals}
        return Change(
            shelf=self._shelf(asked), key=key, own=uid_of(self._system, key), now=datetime.now(UTC), until=ends,
            overlaps=asked.act.overlaps, say=lambda code: words.get(code, REFUSALS[code]),
        )  # fmt: skip

    def _verify(self, operation: Operation, arguments: Mapping[str, Any], key: str, ends: float) -> VerifyResult:
        try:
            asked = _Asked(operation.write, operation, arguments)
            uid = uid_of(self._system, key) if asked.act.what == "book" else asked.text("uid")
            found = self._shelf(asked).with_uid(uid, until=ends)
            if found is None or key not in found.done:
                return NotDone()
            gives = self._converter.members(operation.gives, found.told())
        except (NotReached, Lost, Nonsense, Answered) as wrong:
            return Unknown(reason=str(wrong))
        except CannotAsk:
            return NotDone()
        except BrokenAnswer as wrong:
            return Unknown(reason=f"the proof {wrong}")
        encoded = {name: encode(value) for name, value in gives.items()}
        return Done(gives=encoded, types=operation.gives, proof={"key": key, **encoded})

    def _shelf(self, asked: _Asked) -> Shelf:
        return Shelf(self._wire, asked.calendar(), self._zone)


class _Asked:
    """An act with its templates filled."""

    def __init__(self, act: Act, operation: Operation, arguments: Mapping[str, Any]) -> None:
        self.act, self._names = act, flat(operation.parameters, arguments, JOINT)

    def calendar(self) -> str:
        """The calendar's name as one part of a path."""
        told = filled(self.act.calendar, self._names)
        parts = [quote(one, safe="") for one in self.act.calendar.split("/")]
        if HOLE.search(self.act.calendar):
            parts = [quote(told, safe="")]
        if not told or any(one in ("", ".", "..") for one in parts):
            raise CannotAsk("the calendar has no name")
        return "/".join(parts)

    def text(self, name: str) -> str:
        """What is given under this name, as text; empty without any."""
        return filled(self.act.given.get(name, ""), self._names)

    def moment(self, name: str) -> datetime:
        """What is given under this name, as a moment."""
        alone = HOLE.fullmatch(self.act.given.get(name, ""))
        value = self._names.get(alone[1]) if alone else None
        if isinstance(value, str):
            value = datetime.fromisoformat(value)
        if not isinstance(value, datetime) or value.tzinfo is None:
            raise CannotAsk(f"'{name}' is no moment")
        return value


def _concerns(one: Appointment, act: Act, attendee: str) -> bool:
    """Whether it takes place, and with this person where one is named."""
    if one.status in ("cancelled", "tentative"):
        return False
    return "attendee" not in act.given or (bool(attendee) and attendee.lower() in one.attendees)


def _missing(raw: Raw) -> Missing:
    if raw.status in GONE:
        return Missing(reason="none", detail="there is no such calendar")
    if raw.status in BUSY or raw.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Missing(reason="down", detail=f"status {raw.status}", for_now=True)
    return Missing(reason="refused", detail=f"status {raw.status}")


def _not_written(raw: Raw) -> WriteResult:
    if raw.status in BUSY:
        return Again(after_s=PAUSE_S if raw.pause_s is None else raw.pause_s, reason=f"status {raw.status}")
    if HTTPStatus.BAD_REQUEST <= raw.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return Refused(code="rejected", message=f"status {raw.status}")
    return Unknown(reason=f"status {raw.status}")
