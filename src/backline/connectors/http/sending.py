"""Sends one request to the one address that the settings name: no other host, no proxy, no endless answer."""

from __future__ import annotations

import json
import ssl
import time
from collections.abc import Mapping
from contextlib import AbstractContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from decimal import Decimal
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import Any

import httpx

from backline.connectors.declarations import Settings
from backline.connectors.http.authorising import Authority, NoToken
from backline.connectors.http.paging import WrongPage, links_of, under
from backline.connectors.http.requests import Filled
from backline.connectors.http.settings import HttpSettings, Tls

MOST_PAUSE_S = 3600.0
MOST_REDIRECTS = 3
REDIRECTS = (301, 302, 303, 307, 308)


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. ``data`` is None where the body is no JSON."""

    status: int
    data: Any
    pause_s: float | None
    links: Mapping[str, str] = field(default_factory=dict)
    """Addresses of a Link header by relation"""
    location: str = ""

    @property
    def is_good(self) -> bool:
        """Whether it did what was asked."""
        return 200 <= self.status < 300


class NotReached(Exception):
    """The request did not get there."""


class Astray(Exception):
    """The service wants to send us somewhere where we don't go."""


class Lost(Exception):
    """The request was sent and no whole answer came back."""


class Sender:
    """A client of one service."""

    def __init__(self, settings: Settings) -> None:
        url = httpx.URL(settings.url)
        if url.scheme not in ("http", "https") or not url.host:
            raise ValueError("the url has to be http(s)://host/path")
        own = settings.own or HttpSettings()
        headers = {"Accept": "application/json", "User-Agent": "Backline", **settings.headers}
        self._base = str(url).rstrip("/")
        self._key_header, self._connect_s, self._most_bytes = settings.key_header, settings.connect_s, own.most_bytes
        self._client = httpx.Client(headers=headers, follow_redirects=False, trust_env=False, verify=_trusted(own.tls))
        self._authority = Authority(own, fixed=settings.secret, client=self._client)

    @property
    def base(self) -> str:
        """The address under which everything lies."""
        return self._base

    def send(self, filled: Filled, *, deadline_s: float, key: str = "") -> Answer:
        """Send and read the answer within the deadline. Raises NotReached or Lost.

        A read follows redirects within the service. A token that is refused is had anew, once: what was answered with
        401 was not done.
        """
        ends = time.monotonic() + deadline_s
        answer = self._authorised(filled, ends, key)
        for _ in range(MOST_REDIRECTS):
            if filled.method != "GET" or answer.status not in REDIRECTS or not answer.location:
                break
            filled = self._redirected(filled, answer)
            answer = self._authorised(filled, ends, key)
        return answer

    def close(self) -> None:
        """Close all connections."""
        self._client.close()

    def _authorised(self, filled: Filled, ends: float, key: str) -> Answer:
        headers = self._proof(ends)
        answer = self._sent(filled, headers, ends, key)
        if answer.status == HTTPStatus.UNAUTHORIZED and self._authority.renews:
            self._authority.refused(headers)
            answer = self._sent(filled, self._proof(ends), ends, key)
        return answer

    def _proof(self, ends: float) -> dict[str, str]:
        try:
            return self._authority.headers(deadline_s=max(0.1, ends - time.monotonic()))
        except NoToken as wrong:
            raise NotReached(str(wrong)) from wrong

    def _redirected(self, filled: Filled, answer: Answer) -> Filled:
        try:
            path, query = under(self._base, answer.location, filled.path)
        except WrongPage as wrong:
            raise Astray(f"status {answer.status}: {wrong}") from wrong
        return replace(filled, path=path, query=query)

    def _sent(self, filled: Filled, proof: dict[str, str], ends: float, key: str) -> Answer:
        try:
            with self._opened(filled, proof, ends, key) as response:
                data, headers = _data(_body(response, ends, self._most_bytes)), response.headers
                links, location = links_of(headers.get("Link", "")), headers.get("Location", "")
                return Answer(response.status_code, data, _pause(response), links, location)
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as wrong:
            raise NotReached(f"{type(wrong).__name__}: {wrong}"[:160].rstrip(": ")) from wrong
        except RuntimeError as wrong:  # closed meanwhile, since the system's file changed
            raise NotReached(str(wrong)) from wrong
        except httpx.TransportError as wrong:
            raise Lost(type(wrong).__name__) from wrong

    def _opened(
        self, filled: Filled, proof: dict[str, str], ends: float, key: str
    ) -> AbstractContextManager[httpx.Response]:
        headers = {**proof, **({self._key_header: key} if key else {})}
        if filled.content is not None:
            headers["Content-Type"] = "application/json"
        left = max(0.05, ends - time.monotonic())
        return self._client.stream(
            filled.method, self._base + filled.path, params={**filled.query, **self._authority.query()} or None,
            content=filled.content, headers=headers, timeout=httpx.Timeout(left, connect=min(self._connect_s, left)),
        )  # fmt: skip


def _trusted(tls: Tls) -> ssl.SSLContext:
    """With an authority of its own, a service is trusted by that one alone."""
    context = ssl.create_default_context(cafile=str(tls.authority) if tls.authority else None)
    if tls.certificate is not None:
        context.load_cert_chain(str(tls.certificate), str(tls.key))
    return context


def _body(response: httpx.Response, ends: float, most_bytes: int) -> bytes:
    """All of the body, if it is not too long and does not take too long."""
    parts, size = [], 0
    for part in response.iter_bytes():
        size += len(part)
        if size > most_bytes or time.monotonic() > ends:
            raise Lost("the answer is too long" if size > most_bytes else "ReadTimeout")
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
