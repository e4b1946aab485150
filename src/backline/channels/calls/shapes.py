"""What telephone systems post, as one kind of event. Each shape proves who sent it, then says what happened.

``backline``, the documented one, is JSON signed as Standard Webhooks::

    {"calls": [{"id": "c-1", "event": "ringing", "from": "+4930123456", "name": "Ann", "to": "12",
                "at": "2026-11-23T12:00:00Z", "recording": "rec/1",
                "turns": [{"speaker": "Ann", "text": "Hello", "start": 1.5}]}]}

``event`` is ringing, answered, ended or transcript. ``twilio`` is the form that Twilio posts as a call goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from backline.channels.calls.sources import Source
from backline.channels.calls.transcripts import Transcript, turns_told
from backline.channels.posted import Unreadable, form, json_object, listed, prove_standard, prove_twilio, text

MOST_AT_ONCE = 100
EVENTS = ("ringing", "answered", "ended", "transcript")
OF_TWILIO = {
    "queued": "ringing", "initiated": "ringing", "ringing": "ringing", "in-progress": "answered", "completed": "ended",
    "busy": "ended", "failed": "ended", "no-answer": "ended", "canceled": "ended",
}  # fmt: skip


@dataclass(frozen=True, kw_only=True)
class CallEvent:
    """Something happened to a call. ``id`` is the telephone system's own and the same all along."""

    id: str
    event: str
    number: str = ""
    name: str = ""
    to: str = ""
    """The telephone at which it rings: an extension, or a colleague's address"""
    at: datetime | None = None
    recording: str = ""
    transcript: Transcript | None = None


def read(source: Source, body: bytes) -> list[CallEvent]:
    """The events in a body that is known to be the telephone system's. Raises ``Unreadable``."""
    found = list(SHAPES[source.shape].read(body))
    if len(found) > MOST_AT_ONCE:
        raise Unreadable(f"there are more than {MOST_AT_ONCE} events in it")
    return found


def prove(source: Source, headers: Mapping[str, str], body: bytes, *, url: str, now: datetime) -> None:
    """Refuse what is not from the telephone system. ``headers`` by their names in small letters."""
    SHAPES[source.shape].prove(source, headers, body, url, now)


def _prove_backline(source: Source, headers: Mapping[str, str], body: bytes, url: str, now: datetime) -> None:
    prove_standard(source.secret, headers, body, now=now)


def _prove_twilio(source: Source, headers: Mapping[str, str], body: bytes, url: str, now: datetime) -> None:
    prove_twilio(source.secret, headers, body, url=url)


def _read_backline(body: bytes) -> Iterator[CallEvent]:
    for told in listed(json_object(body), "calls"):
        event = text(told, "event", most=20)
        if event not in EVENTS:
            raise Unreadable(f"'event' has to be one of {', '.join(EVENTS)}")
        yield CallEvent(
            id=text(told, "id", most=200), event=event, number=text(told, "from", "", most=40),
            name=text(told, "name", "", most=200), to=text(told, "to", "", most=254), at=_instant(text(told, "at", "")),
            recording=text(told, "recording", "", most=500),
            transcript=turns_told(listed(told, "turns")) if event == "transcript" else None,
        )  # fmt: skip


def _read_twilio(body: bytes) -> Iterator[CallEvent]:
    told = form(body)
    recording = told.get("RecordingUrl", "")[:500]
    event = OF_TWILIO.get(told.get("CallStatus", ""))
    if event is None:
        if not recording:
            raise Unreadable("'CallStatus' is missing")
        event = "ended"
    to = told.get("To", "").removeprefix("client:").removeprefix("sip:")
    yield CallEvent(
        id=text(told, "CallSid", most=200), event=event, number=told.get("From", "")[:40],
        name=told.get("CallerName", "")[:200], to=to[:254], recording=recording,
    )  # fmt: skip


def _instant(told: str) -> datetime | None:
    """An instant with its zone, UTC where it names none."""
    try:
        found = datetime.fromisoformat(told) if told else None
    except ValueError as wrong:
        raise Unreadable("'at' is no instant like 2026-11-23T12:00:00Z") from wrong
    return found.replace(tzinfo=found.tzinfo or UTC) if found else None


@dataclass(frozen=True, kw_only=True)
class Shape:
    """How a telephone system proves itself, and how it writes."""

    prove: Callable[[Source, Mapping[str, str], bytes, str, datetime], None]
    read: Callable[[bytes], Iterator[CallEvent]]


SHAPES: Mapping[str, Shape] = {
    "backline": Shape(prove=_prove_backline, read=_read_backline),
    "twilio": Shape(prove=_prove_twilio, read=_read_twilio),
}
