"""Sends one request to the one address that the settings name: no redirect, no proxy, no endless answer."""

from __future__ import annotations

import json
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from typing import Any

import httpx

from backline.connectors.declarations import Settings
from backline.connectors.http.requests import Filled

MOST_BYTES = 5 * 1024 * 1024
MOST_PAUSE_S = 3600.0


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``data`` is None where the body is no JSON."""

    status: int
    data: Any
    pause_s: float | None

    @property
    def is_good(self) -> bool:
        """Whether it did what was asked."""
        return 200 <= self.status < 300


class NotReached(Exception):
    """The request did not get there."""


class Lost(Exception):
    """The request was sent and no whole answer came back."""


class Sender:
    """A client of one service."""

    def __init__(self, settings: Settings) -> None:
        url = httpx.URL(settings.url)
        if url.scheme not in ("http", "https") or not url.host:
            raise ValueError("the url has to be http(s)://host/path")
        headers = {"Accept": "application/json", "User-Agent": "Backline", **settings.headers}
        if settings.secret:
            headers["Authorization"] = f"Bearer {settings.secret}"
        self._base = str(url).rstrip("/")
        self._key_header = settings.key_header
        self._connect_s = settings.connect_s
        self._client = httpx.Client(headers=headers, follow_redirects=False, trust_env=False)

    def send(self, filled: Filled, *, deadline_s: float, key: str = "") -> Answer:
        """Send and read the answer within the deadline. Raises NotReached or Lost."""
        headers = {self._key_header: key} if key else {}
        if filled.content is not None:
            headers["Content-Type"] = "application/json"
        ends = time.monotonic() + deadline_s
        try:
            with self._client.stream(
                filled.method, self._base + filled.path, params=filled.query or None, content=filled.content,
                headers=headers, timeout=httpx.Timeout(deadline_s, connect=min(self._connect_s, deadline_s)),
            ) as response:  # fmt: skip
                return Answer(response.status_code, _data(_body(response, ends)), _pause(response))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as wrong:
            raise NotReached(type(wrong).__name__) from wrong
        except RuntimeError as wrong:  # closed meanwhile, since the system's file changed
            raise NotReached(str(wrong)) from wrong
        except httpx.TransportError as wrong:
            raise Lost(type(wrong).__name__) from wrong

    def close(self) -> None:
        """Close all connections."""
        self._client.close()


def _body(response: httpx.Response, ends: float) -> bytes:
    """All of the body, if it is not too long and does not take too long."""
    parts, size = [], 0
    for part in response.iter_bytes():
        size += len(part)
        if size > MOST_BYTES or time.monotonic() > ends:
            raise Lost("the answer is too long" if size > MOST_BYTES else "ReadTimeout")
        parts.append(part)
    return b"".join(parts)


def _data(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None


def _pause(response: httpx.Response) -> float | None:
    """``Retry-After`` in seconds, whether it is a number or a date."""
    told = response.headers.get("Retry-After", "")
    if told.isdigit():
        return min(float(told), MOST_PAUSE_S)
    try:
        seconds = (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds()
    except (TypeError, ValueError):
        return None
    return min(max(seconds, 0.0), MOST_PAUSE_S)
