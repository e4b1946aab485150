"""What we ask of a calendar server (RFC 4791): resources with their tags, and reports over a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from urllib.parse import quote, unquote, urlsplit
from xml.etree import ElementTree
from xml.sax.saxutils import escape
from zoneinfo import ZoneInfo

from backline.connectors.calendar.events import Appointment, NotAnEvent, read
from backline.connectors.http.wire import Raw, Wire

NAMES = 'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav"'
XML = {"Content-Type": "application/xml; charset=utf-8"}
DAV, CALDAV = "{DAV:}", "{urn:ietf:params:xml:ns:caldav}"
REPORT = f"""<?xml version="1.0" encoding="utf-8"?>
<C:calendar-query {NAMES}><D:prop><D:getetag/><C:calendar-data>{{data}}</C:calendar-data></D:prop>
<C:filter><C:comp-filter name="VCALENDAR"><C:comp-filter name="VEVENT">{{filter}}</C:comp-filter></C:comp-filter>
</C:filter></C:calendar-query>"""
PROPFIND = f'<?xml version="1.0" encoding="utf-8"?><D:propfind {NAMES}><D:prop><D:resourcetype/></D:prop></D:propfind>'
GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)


class Answered(Exception):
    """The server answered with something else than what was asked for."""

    def __init__(self, raw: Raw) -> None:
        super().__init__(f"status {raw.status}")
        self.raw = raw


class Nonsense(ValueError):
    """The server answered something that can't be read."""


@dataclass(frozen=True, slots=True)
class Shelf:
    """One calendar of the server."""

    wire: Wire
    name: str
    zone: ZoneInfo

    def between(self, starts: datetime, ends: datetime, *, until: float) -> list[Appointment]:
        """All appointments that touch this time, repeating ones expanded.

        Raises Answered, Nonsense, Lost and NotReached, as all of these do.
        """
        span = f'start="{_utc(starts)}" end="{_utc(ends)}"'
        found = self._report(f"<C:expand {span}/>", f"<C:time-range {span}/>", until)
        if any(one.repeats for one in found):
            raise Nonsense("the server does not expand appointments that repeat")
        return [one for one in found if one.starts < ends and one.ends > starts]

    def with_uid(self, uid: str, *, until: float) -> Appointment | None:
        """The appointment with this number; None where there is none."""
        ours = self.resource(uid, until=until)
        if ours is not None:
            return ours
        match = f'<C:text-match collation="i;octet">{escape(uid)}</C:text-match>'
        found = self._report("", f'<C:prop-filter name="UID">{match}</C:prop-filter>', until)
        return next((one for one in found if one.uid == uid), None)

    def resource(self, uid: str, *, until: float) -> Appointment | None:
        """The appointment that lies where we would lay it; None where there is none."""
        raw = self.wire.send("GET", self._path(uid), ends=until)
        if raw.status in GONE:
            return None
        if raw.status != HTTPStatus.OK:
            raise Answered(raw)
        found = self._read(raw.body, self._path(uid), raw.headers.get("etag", ""))
        return next((one for one in found if one.uid == uid), None)

    def lay(self, uid: str, content: bytes, *, until: float) -> Raw:
        """Lay a new appointment there, if there is none."""
        return self._put(self._path(uid), content, {"If-None-Match": "*"}, until)

    def replace(self, appointment: Appointment, content: bytes, *, etag: str = "", until: float) -> Raw:
        """Replace an appointment, if it is still the one that was read (or the one of ``etag``)."""
        return self._put(appointment.href, content, {"If-Match": etag or appointment.etag}, until)

    def remove(self, appointment: Appointment, *, until: float) -> Raw:
        """Remove an appointment, if it is still the one that was read."""
        return self.wire.send("DELETE", appointment.href, headers={"If-Match": appointment.etag}, ends=until)

    def look(self, *, until: float) -> Raw:
        """Ask what this is."""
        headers = {**XML, "Depth": "0"}
        return self.wire.send("PROPFIND", f"/{self.name}", content=PROPFIND.encode(), headers=headers, ends=until)

    def _path(self, uid: str) -> str:
        return f"/{self.name}/{quote(uid, safe='')}.ics"

    def _put(self, path: str, content: bytes, condition: dict[str, str], until: float) -> Raw:
        headers = {"Content-Type": "text/calendar; charset=utf-8", **condition}
        return self.wire.send("PUT", path, content=content, headers=headers, ends=until)

    def _report(self, data: str, condition: str, until: float) -> list[Appointment]:
        content = REPORT.format(data=data, filter=condition).encode()
        raw = self.wire.send("REPORT", f"/{self.name}/", content=content, headers={**XML, "Depth": "1"}, ends=until)
        if raw.status != HTTPStatus.MULTI_STATUS:
            raise Answered(raw)
        return [one for href, etag, text in _responses(raw.body) for one in self._read(text, self._inside(href), etag)]

    def _inside(self, href: str) -> str:
        """The path under the server's address; what lies elsewhere is never touched."""
        path, root = urlsplit(href).path, urlsplit(self.wire.base).path
        if unquote(path).startswith(unquote(f"{root}/{self.name}/")) and ".." not in unquote(path).split("/"):
            return path[len(root) :] if path.startswith(root) else quote(unquote(path)[len(unquote(root)) :])
        raise Nonsense("an appointment lies outside of its calendar")

    def _read(self, text: bytes, href: str, etag: str) -> list[Appointment]:
        try:
            return read(text, href=href, etag=etag, zone=self.zone)
        except NotAnEvent as wrong:
            raise Nonsense(str(wrong)) from wrong


def _responses(body: bytes) -> Iterator[tuple[str, str, bytes]]:
    """Address, tag and content of each resource. A document type is refused: nothing in it may be expanded."""
    if b"<!DOCTYPE" in body or b"<!ENTITY" in body:
        raise Nonsense("the answer has a document type")
    try:
        root = ElementTree.fromstring(body)  # noqa: S314 - no document type gets here
    except ElementTree.ParseError as wrong:
        raise Nonsense("the answer is no XML") from wrong
    for response in root.iter(f"{DAV}response"):
        href, data = response.findtext(f"{DAV}href"), response.findtext(f".//{CALDAV}calendar-data")
        if href and data:
            yield href, response.findtext(f".//{DAV}getetag") or "", data.encode()


def _utc(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
