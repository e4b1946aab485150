"""Proves to a service who we are: a fixed token or key, or a token of OAuth 2 that is had, kept and renewed."""

from __future__ import annotations

import json
import threading
import time
from base64 import b64encode
from typing import Any
from urllib.parse import quote

import httpx

from backline.connectors.http.settings import HttpSettings, OAuth

EARLY_S = 30.0
"""So long before its end a token is renewed, but never before half of its life"""
WITHOUT_END_S = 300.0
"""How long a token is used of which nobody says how long it lives"""
MOST_BYTES = 64 * 1024


class NoToken(Exception):
    """No token was had. The message never holds one, nor the secret."""


class Authority:
    """Headers and query by which one service knows us. One for all threads."""

    def __init__(self, settings: HttpSettings, *, fixed: str, client: httpx.Client) -> None:
        self._oauth, self._key, self._fixed, self._client = settings.oauth, settings.key, fixed, client
        self._token, self._renew_at = "", 0.0
        self._lock = threading.Lock()

    @property
    def renews(self) -> bool:
        """Whether a token that the service refuses can be had anew."""
        return self._oauth is not None

    def headers(self, *, deadline_s: float) -> dict[str, str]:
        """The headers of one request. Raises NoToken."""
        if self._oauth is not None:
            return {"Authorization": f"Bearer {self._current(self._oauth, deadline_s)}"}
        if self._key is not None and self._key.place == "header":
            return {self._key.name: self._key.secret}
        return {"Authorization": f"Bearer {self._fixed}"} if self._fixed else {}

    def query(self) -> dict[str, str]:
        """What goes into the query of one request."""
        return {self._key.name: self._key.secret} if self._key is not None and self._key.place == "query" else {}

    def refused(self, headers: dict[str, str]) -> None:
        """The service did not take this token; the next request has a new one."""
        with self._lock:
            if headers.get("Authorization") == f"Bearer {self._token}":
                self._token = ""

    def _current(self, oauth: OAuth, deadline_s: float) -> str:
        """Only one thread asks; the others wait for what it gets."""
        with self._lock:
            if not self._token or time.monotonic() >= self._renew_at:
                self._token, lives_s = self._asked(oauth, deadline_s)
                self._renew_at = time.monotonic() + max(lives_s - EARLY_S, lives_s / 2)
            return self._token

    def _asked(self, oauth: OAuth, deadline_s: float) -> tuple[str, float]:
        grant = "refresh_token" if oauth.refresh else "client_credentials"
        form = {"grant_type": grant, "scope": oauth.scope, "audience": oauth.audience, "refresh_token": oauth.refresh}
        headers = {"Accept": "application/json"}
        if oauth.sent == "body":
            form |= {"client_id": oauth.client, "client_secret": oauth.secret}
        else:
            proof = f"{quote(oauth.client, safe='')}:{quote(oauth.secret, safe='')}"
            headers["Authorization"] = f"Basic {b64encode(proof.encode()).decode()}"
        try:
            answer = self._client.post(
                oauth.token_url, data={name: told for name, told in form.items() if told}, headers=headers,
                timeout=deadline_s,
            )  # fmt: skip
        except (httpx.HTTPError, RuntimeError) as wrong:
            raise NoToken(f"no token: {type(wrong).__name__}: {wrong}"[:160].rstrip(": ")) from None
        return _token(answer)


def _token(answer: httpx.Response) -> tuple[str, float]:
    """The token, and how many seconds it lives."""
    told: Any = None
    if len(answer.content) <= MOST_BYTES:
        try:
            told = json.loads(answer.content)
        except (ValueError, RecursionError):
            told = None
    token = told.get("access_token") if isinstance(told, dict) else None
    if answer.status_code != httpx.codes.OK or not isinstance(token, str) or not token.isascii() or not token:
        code = told.get("error") if isinstance(told, dict) else None
        said = code[:60] if isinstance(code, str) else f"status {answer.status_code}"
        raise NoToken(f"no token: {said}")
    lives = told.get("expires_in")
    try:
        return token, min(max(float(lives), 1.0), 86400.0)
    except (TypeError, ValueError):
        return token, WITHOUT_END_S
