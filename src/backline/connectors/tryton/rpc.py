"""Calls methods of a Tryton server, in a session that is begun once, kept, and begun anew when it has ended."""

from __future__ import annotations

import json
import threading
import time
from base64 import b64encode
from collections.abc import Mapping
from http import HTTPStatus
from itertools import count
from typing import Any

from backline.connectors.http.wire import Lost, NotReached, Raw, Wire
from backline.connectors.tryton.values import dumped, loaded

NO_SESSION = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)


class Answered(Exception):
    """The server answered with a status instead of a result."""

    def __init__(self, raw: Raw) -> None:
        super().__init__(f"status {raw.status}")
        self.raw = raw


class Objected(Exception):
    """The server says no, and has undone whatever the call began. ``words`` are its own."""

    def __init__(self, words: str) -> None:
        super().__init__(words)
        self.words = words


class Collided(Exception):
    """Somebody else changed the same; it may be tried again."""


class Session:
    """One user of one database; one session for all threads."""

    def __init__(self, wire: Wire, *, user: str, password: str) -> None:
        self._wire, self._user, self._password = wire, user, password
        self._header, self._context = "", dict[str, Any]()
        self._lock, self._numbers = threading.Lock(), count(1)

    def call(self, method: str, *params: Any, ends: float, context: Mapping[str, Any] | None = None) -> Any:
        """The result. Raises Answered, Objected, Collided, NotReached, Lost."""
        header = self._current(ends)
        raw = self._post(method, [*params, {**self._context, **(context or {})}], header, ends)
        if raw.status in NO_SESSION:
            self._forget(header)
            raw = self._post(method, [*params, {**self._context, **(context or {})}], self._current(ends), ends)
        return _result(raw)

    def _current(self, ends: float) -> str:
        """The session; only one thread begins it. Raises NotReached where none is had: nothing was asked yet."""
        with self._lock:
            if not self._header:
                self._header, self._context = self._begun(ends)
            return self._header

    def _begun(self, ends: float) -> tuple[str, dict[str, Any]]:
        raw = self._post("common.db.login", [self._user, {"password": self._password}, "en"], "", ends)
        if raw.status in NO_SESSION or raw.status == HTTPStatus.NOT_FOUND:
            raise NotReached(f"no session: status {raw.status}")
        told = _result(raw)
        if not isinstance(told, list) or len(told) < 2:
            raise NotReached("no session: the answer is none")
        proof = f"{self._user}:{told[0]}:{told[1]}"
        header = f"Session {b64encode(proof.encode()).decode()}"
        preferences = _result(self._post("model.res.user.get_preferences", [True, {}], header, ends))
        return header, dict(preferences) if isinstance(preferences, dict) else {}

    def _forget(self, header: str) -> None:
        with self._lock:
            if self._header == header:
                self._header = ""

    def _post(self, method: str, params: list[Any], header: str, ends: float) -> Raw:
        headers = {"Content-Type": "application/json", "Accept": "application/json"}
        if header:
            headers["Authorization"] = header
        body = dumped({"id": next(self._numbers), "method": method, "params": params})
        return self._wire.send("POST", "/rpc/", content=body, headers=headers, ends=ends)


def _result(raw: Raw) -> Any:
    if raw.status != HTTPStatus.OK:
        raise Answered(raw)
    try:
        told = loaded(raw.body)
    except (ValueError, KeyError, TypeError, json.JSONDecodeError) as wrong:
        raise Lost("the answer is no JSON") from wrong
    if isinstance(told, dict) and told.get("error"):
        raise _error(told["error"])
    if not isinstance(told, dict) or "result" not in told:
        raise Lost("the answer has no result")
    return told["result"]


def _error(told: Any) -> Exception:
    kind = told[0] if isinstance(told, list) and told and isinstance(told[0], str) else ""
    if kind == "ConcurrencyException":
        return Collided("changed at the same time")
    if kind in ("UserError", "UserWarning") and len(told) > 1 and isinstance(told[1], list):
        words = told[1] if kind == "UserError" else told[1][1:]
        return Objected(" ".join(str(one) for one in words[:2] if one)[:300])
    return Lost(f"the server broke off: {kind.splitlines()[0][:100] if kind else 'without a reason'}")


def ends_in(deadline_s: float) -> float:
    """When that is over, by the clock that never goes back."""
    return time.monotonic() + deadline_s
