"""One request over HTTP as bytes: to one address alone, through no proxy, with no endless answer."""

from __future__ import annotations

import ssl
import time
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime

import httpx

from backline.connectors.http.settings import Tls

MOST_PAUSE_S = 3600.0


class NotReached(Exception):
    """The request did not get there."""


class Lost(Exception):
    """The request was sent and no whole answer came back."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Raw:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    """By their names in small letters"""
    body: bytes

    @property
    def pause_s(self) -> float | None:
        """``Retry-After`` in seconds, whether it is a number or a date."""
        told = self.headers.get("retry-after", "")
        if told.isascii() and told.isdigit():
            return min(float(told), MOST_PAUSE_S)
        try:
            seconds = (parsedate_to_datetime(told) - datetime.now(UTC)).total_seconds()
        except (TypeError, ValueError):
            return None
        return min(max(seconds, 0.0), MOST_PAUSE_S)


class Wire:
    """A client of one service."""

    def __init__(self, client: httpx.Client, *, base: str, connect_s: float, most_bytes: int) -> None:
        self._client, self.base, self._connect_s, self._most_bytes = client, base, connect_s, most_bytes

    def send(
        self,
        method: str,
        path: str,
        *,
        ends: float,
        query: Mapping[str, str] | None = None,
        content: bytes | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> Raw:
        """Send and read the answer before ``ends`` (of ``time.monotonic``). Raises NotReached or Lost."""
        left = max(0.05, ends - time.monotonic())
        limits = httpx.Timeout(left, connect=min(self._connect_s, left))
        try:
            with self._client.stream(
                method, self.base + path, params=query or None, content=content, headers=headers, timeout=limits
            ) as response:
                told = {name.lower(): value for name, value in response.headers.items()}
                return Raw(status=response.status_code, headers=told, body=self._body(response, ends))
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as wrong:
            raise NotReached(f"{type(wrong).__name__}: {wrong}"[:160].rstrip(": ")) from wrong
        except RuntimeError as wrong:  # closed meanwhile, since the system's file changed
            raise NotReached(str(wrong)) from wrong
        except httpx.TransportError as wrong:
            raise Lost(type(wrong).__name__) from wrong

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def _body(self, response: httpx.Response, ends: float) -> bytes:
        """All of the body, if it is not too long and does not take too long."""
        parts, size = [], 0
        for part in response.iter_bytes():
            size += len(part)
            if size > self._most_bytes or time.monotonic() > ends:
                raise Lost("the answer is too long" if size > self._most_bytes else "ReadTimeout")
            parts.append(part)
        return b"".join(parts)


def trusted(tls: Tls) -> ssl.SSLContext:
    """With an authority of its own, a service is trusted by that one alone."""
    context = ssl.create_default_context(cafile=str(tls.authority) if tls.authority else None)
    if tls.certificate is not None:
        context.load_cert_chain(str(tls.certificate), str(tls.key))
    return context


def address_of(url: str) -> str:
    """The address without its last slash. Raises ValueError where it is none of HTTP."""
    told = httpx.URL(url)
    if told.scheme not in ("http", "https") or not told.host:
        raise ValueError("the url has to be http(s)://host/path")
    return str(told).rstrip("/")
