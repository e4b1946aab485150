"""Appointments as iCalendar has them: made, read, moved and cancelled, with the keys of what was done to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from uuid import UUID, uuid5
from zoneinfo import ZoneInfo

from icalendar import Calendar, Event, vCalAddress, vText

NAMES = UUID("5a1c1f0e-6b34-4a56-9a0d-0f6d3f1b7c11")
DONE = "X-BACKLINE-DONE"
"""A property of an appointment for each thing that was done to it: the key under which"""
MOST_DONE = 50


class NotAnEvent(ValueError):
    """What the server has there is no appointment that we understand."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Booking:
    """What an appointment says. Both times know their zone."""

    starts: datetime
    ends: datetime
    summary: str
    place: str = ""
    note: str = ""
    attendee: str = ""


@dataclass(frozen=True, kw_only=True, slots=True)
class Appointment:
    """An appointment of a calendar, where it lies, and in which state."""

    href: str
    etag: str
    uid: str
    starts: datetime
    ends: datetime
    summary: str
    place: str
    attendees: tuple[str, ...]
    status: str
    """tentative, confirmed, cancelled"""
    is_busy: bool
    repeats: bool
    done: tuple[str, ...]
    calendar: Calendar

    def told(self) -> Mapping[str, Any]:
        """All members that a record may have of it."""
        return {
            "uid": self.uid, "id": self.uid, "etag": self.etag, "starts": self.starts, "ends": self.ends,
            "summary": self.summary, "place": self.place, "status": self.status,
            "attendee": self.attendees[0] if self.attendees else "",
        }  # fmt: skip


def uid_of(system: str, key: str) -> str:
    """The same key gives the same appointment, whoever asks and however often."""
    return str(uuid5(NAMES, f"{system} {key}"))


def made(uid: str, booking: Booking, *, key: str, tentative: bool, zone: ZoneInfo, now: datetime) -> bytes:
    """A new appointment. A tentative one is a hold: it is not done yet, so it does not carry the key."""
    event = Event()
    event.add("uid", uid)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("created", now.astimezone(UTC))
    event.add("summary", booking.summary)
    event.add("sequence", 0)
    for name, told in (("location", booking.place), ("description", booking.note)):
        if told:
            event.add(name, told)
    if booking.attendee:
        attendee = vCalAddress(f"mailto:{booking.attendee}")
        attendee.params["cn"] = vText(booking.attendee)
        event.add("attendee", attendee)
    _time(event, booking.starts, booking.ends, zone)
    event.add("status", "TENTATIVE" if tentative else "CONFIRMED")
    if not tentative:
        event.add(DONE, key)
    return _whole(event)


def changed(
    appointment: Appointment,
    *,
    key: str,
    now: datetime,
    zone: ZoneInfo,
    moved: tuple[datetime, datetime] | None = None,
    status: str = "CONFIRMED",
) -> bytes:
    """The same appointment, at another time or in another state, with the key of this change added to it."""
    calendar = Calendar.from_ical(appointment.calendar.to_ical())
    event = _event(calendar)
    sequence = int(event.get("SEQUENCE", 0)) + 1
    for name in ("SEQUENCE", "DTSTAMP", "STATUS", "LAST-MODIFIED", "TRANSP", DONE):
        event.pop(name, None)
    event.add("sequence", sequence)
    event.add("dtstamp", now.astimezone(UTC))
    event.add("last-modified", now.astimezone(UTC))
    event.add("status", status)
    if status == "CANCELLED":
        event.add("transp", "TRANSPARENT")
    for one in [*appointment.done, key][-MOST_DONE:]:
        event.add(DONE, one)
    if moved:
        for name in ("DTSTART", "DTEND", "DURATION"):
            event.pop(name, None)
        _time(event, *moved, zone)
        _explain_zone(calendar, event)
    return bytes(calendar.to_ical())


def read(text: bytes, *, href: str, etag: str, zone: ZoneInfo) -> list[Appointment]:
    """The appointments of one resource; several where a repeating one was expanded. Raises NotAnEvent."""
    try:
        calendar = Calendar.from_ical(text)
        return [_read(one, calendar, href, etag, zone) for one in calendar.walk("VEVENT")]
    except (ValueError, KeyError, TypeError, AttributeError, IndexError) as wrong:
        raise NotAnEvent(f"an appointment can't be read: {type(wrong).__name__}") from wrong


def _read(event: Any, calendar: Calendar, href: str, etag: str, zone: ZoneInfo) -> Appointment:
    starts = event.decoded("dtstart")
    status = str(event.get("STATUS", "CONFIRMED")).lower()
    attendees = event.get("ATTENDEE", [])
    told = attendees if isinstance(attendees, list) else [attendees]
    return Appointment(
        href=href, etag=etag, uid=str(event["UID"]), starts=_moment(starts, zone), ends=_end(event, starts, zone),
        summary=str(event.get("SUMMARY", "")), place=str(event.get("LOCATION", "")), status=status,
        attendees=tuple(str(one).removeprefix("mailto:").removeprefix("MAILTO:").lower() for one in told),
        is_busy=status != "cancelled" and str(event.get("TRANSP", "OPAQUE")).upper() != "TRANSPARENT",
        repeats="RRULE" in event or "RDATE" in event, done=_done(event), calendar=calendar,
    )  # fmt: skip


def _done(event: Any) -> tuple[str, ...]:
    told = event.get(DONE, [])
    return tuple(str(one) for one in (told if isinstance(told, list) else [told]))


def _end(event: Any, starts: datetime | date, zone: ZoneInfo) -> datetime:
    """An appointment may say its end, or how long it is; a whole day without both is that day."""
    if "DTEND" in event:
        return _moment(event.decoded("dtend"), zone)
    if "DURATION" in event:
        length: timedelta = event.decoded("duration")
        return _moment(starts, zone) + length
    return _moment(starts + timedelta(days=1), zone) if not isinstance(starts, datetime) else starts.astimezone(UTC)


def _moment(told: datetime | date, zone: ZoneInfo) -> datetime:
    """A whole day, and a time without a zone, are those of the calendar's zone."""
    if not isinstance(told, datetime):
        told = datetime.combine(told, time(0))
    return (told if told.tzinfo else told.replace(tzinfo=zone)).astimezone(UTC)


def _time(event: Any, starts: datetime, ends: datetime, zone: ZoneInfo) -> None:
    """In the calendar's own zone, so that who opens it reads the hour that was meant."""
    event.add("dtstart", starts.astimezone(zone))
    event.add("dtend", ends.astimezone(zone))


def _whole(event: Event) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Backline//EN")
    calendar.add("version", "2.0")
    calendar.add_component(event)
    _explain_zone(calendar, event)
    return bytes(calendar.to_ical())


def _explain_zone(calendar: Calendar, event: Any) -> None:
    """Tell the zone's changes of that year alone: servers there are which keep but the first of a list of them."""
    calendar.subcomponents = [one for one in calendar.subcomponents if one.name != "VTIMEZONE"]
    year = event.decoded("dtstart").year
    calendar.add_missing_timezones(first_date=date(year, 1, 1), last_date=date(year + 1, 1, 1))


def _event(calendar: Calendar) -> Any:
    return calendar.walk("VEVENT")[0]
