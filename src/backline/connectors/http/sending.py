"""Sends one request to the one address that the settings name, and knows what to do with tokens and redirects."""

from __future__ import annotations

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from http import HTTPStatus
from typing import Any

import httpx

from backline.connectors.declarations import Settings
from backline.connectors.http.authorising import Authority, NoToken
from backline.connectors.http.paging import WrongPage, links_of, under
from backline.connectors.http.requests import Filled
from backline.connectors.http.settings import HttpSettings
from backline.connectors.http.wire import Lost, NotReached, Wire, address_of, trusted

__all__ = ["Answer", "Astray", "Lost", "NotReached", "Sender"]
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


class Astray(Exception):
    """The service wants to send us somewhere where we don't go."""


class Sender:
    """A client of one service."""

    def __init__(self, settings: Settings) -> None:
        own = settings.own or HttpSettings()
        headers = {"Accept": "application/json", "User-Agent": "Backline", **settings.headers}
        base = address_of(settings.url)
        client = httpx.Client(headers=headers, follow_redirects=False, trust_env=False, verify=trusted(own.tls))
        self._wire = Wire(client, base=base, connect_s=settings.connect_s, most_bytes=own.most_bytes)
        self._key_header = settings.key_header
        self._authority = Authority(own, fixed=settings.secret, client=client)

    @property
    def base(self) -> str:
        """The address under which everything lies."""
        return self._wire.base

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
        self._wire.close()

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
            path, query = under(self._wire.base, answer.location, filled.path)
        except WrongPage as wrong:
            raise Astray(f"status {answer.status}: {wrong}") from wrong
        return replace(filled, path=path, query=query)

    def _sent(self, filled: Filled, proof: dict[str, str], ends: float, key: str) -> Answer:
        headers = {**proof, **({self._key_header: key} if key else {})}
        if filled.content is not None:
            headers["Content-Type"] = "application/json"
        raw = self._wire.send(
            filled.method, filled.path, query={**filled.query, **self._authority.query()}, content=filled.content,
            headers=headers, ends=ends,
        )  # fmt: skip
        links, location = links_of(raw.headers.get("link", "")), raw.headers.get("location", "")
        return Answer(raw.status, _data(raw.body), raw.pause_s, links, location)


def _data(body: bytes) -> Any:
    try:
        return json.loads(body, parse_float=Decimal)
    except (ValueError, RecursionError):
        return None
