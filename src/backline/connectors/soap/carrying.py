"""Carries an envelope to the service and its answer back: to one address, through no proxy, with no endless answer."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

import httpx
import zeep
from lxml import etree

from backline.connectors.declarations import Settings
from backline.connectors.http.wire import NotReached, Raw, Wire, address_of, trusted
from backline.connectors.soap.guarding import must_be_plain

BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
MOST_BYTES = 5 * 1024 * 1024
PAUSE_S = 5.0


class Busy(Exception):
    """The service asks for a pause, and did nothing."""

    def __init__(self, status: int, pause_s: float | None) -> None:
        super().__init__(f"status {status}")
        self.pause_s = PAUSE_S if pause_s is None else pause_s


class Odd(Exception):
    """An answer that is no SOAP."""


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as zeep reads it."""

    status_code: int
    headers: Mapping[str, str]
    content: bytes
    encoding: str = "utf-8"


class Carrier(zeep.Transport):
    """A transport with a time limit for each thread's call. It loads no documents."""

    def __init__(self, settings: Settings) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        base = address_of(settings.url)
        client = httpx.Client(
            headers={"User-Agent": "Backline", **settings.headers}, follow_redirects=False, trust_env=False,
            verify=trusted(settings.own.tls),
        )  # fmt: skip
        self._wire = Wire(client, base=base, connect_s=settings.connect_s, most_bytes=MOST_BYTES)
        self._limit = threading.local()

    def within(self, deadline_s: float) -> None:
        """This thread's next call ends within so many seconds."""
        self._limit.ends = time.monotonic() + deadline_s

    def post_xml(self, address: str, envelope: Any, headers: Mapping[str, str]) -> Reply:
        """Send the envelope. Raises NotReached, Lost, Busy, Odd or Hostile."""
        content = etree.tostring(envelope, xml_declaration=True, encoding="utf-8")
        raw = self._wire.send("POST", "", ends=self._limit.ends, content=content, headers=headers)
        if raw.status in BUSY:
            raise Busy(raw.status, raw.pause_s)
        if not _is_xml(raw):
            raise Odd(f"status {raw.status} and no XML")
        must_be_plain(raw.body)
        return Reply(raw.status, {"Content-Type": raw.headers.get("content-type", "text/xml")}, raw.body)

    def reach(self, *, deadline_s: float) -> int:
        """Ask for the address itself; the status of the answer. Raises NotReached or Lost."""
        return self._wire.send("GET", "", ends=time.monotonic() + deadline_s).status

    def load(self, url: str) -> bytes:
        """Nothing is loaded while calls are made."""
        raise NotReached(f"'{url}' is not loaded")

    def close(self) -> None:
        """Close all connections."""
        self._wire.close()


def _is_xml(raw: Raw) -> bool:
    kind = raw.headers.get("content-type", "").partition(";")[0].strip().lower()
    return bool(raw.body) and (kind.endswith("xml") or kind == "multipart/related")
