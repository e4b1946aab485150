"""What Meridian's two HTTP services share: JSON in and out, a token, routes by pattern, a database of their own."""

from __future__ import annotations

import argparse
import hmac
import json
import re
import sqlite3
import sys
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from email.message import Message
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

MOST_BYTES = 100_000
Answer = dict[str, Any]


@dataclass(frozen=True, kw_only=True)
class Asked:
    """One request: the parts of its path, its query, its body, and the idempotency key."""

    parts: tuple[str, ...]
    query: Mapping[str, str] = field(default_factory=dict)
    body: Mapping[str, Any] = field(default_factory=dict)
    key: str = ""


class Refusal(Exception):
    """The service refuses: a status and a word for the reason."""

    def __init__(self, status: int, error: str) -> None:
        super().__init__(error)
        self.status, self.error = status, error


@dataclass(frozen=True)
class Route:
    """What answers a method and a pattern of path, inside one transaction; ``late_s``: its pause before the answer."""

    method: str
    pattern: str
    answer: Callable[[sqlite3.Connection, Asked], Answer]
    late_s: float = 0.0


class Service:
    """A service over its own database."""

    def __init__(self, *, name: str, database: sqlite3.Connection, routes: Sequence[Route], token: str) -> None:
        self._name, self._database, self._routes, self._token = name, database, routes, token
        self._lock = threading.Lock()

    def answer(self, *, method: str, path: str, headers: Message, body: bytes) -> tuple[int, Answer]:
        """The status and the answer to one request."""
        try:
            return 200, self._answer(method, urlsplit(path), headers, _json(body))
        except Refusal as refusal:
            return refusal.status, {"error": refusal.error}

    def _answer(self, method: str, url: Any, headers: Message, body: Mapping[str, Any]) -> Answer:
        if url.path == "/":
            return {"service": self._name}
        if not hmac.compare_digest(headers.get("Authorization", ""), f"Bearer {self._token}"):
            raise Refusal(401, "token")
        for route in self._routes:
            matched = re.fullmatch(route.pattern, url.path)
            if matched and route.method == method:
                parts = tuple(unquote(part) for part in matched.groups())
                key = headers.get("Idempotency-Key", "")
                told = self._transact(route, Asked(parts=parts, query=dict(parse_qsl(url.query)), body=body, key=key))
                time.sleep(route.late_s)
                return told
        raise Refusal(404, "unknown")

    def _transact(self, route: Route, asked: Asked) -> Answer:
        with self._lock:
            self._database.execute("begin immediate")
            try:
                told = route.answer(self._database, asked)
            except BaseException:
                self._database.execute("rollback")
                raise
            self._database.execute("commit")
            return told


def serve(
    name: str, create: Callable[[sqlite3.Connection], None], routes: Sequence[Route], arguments: list[str]
) -> None:
    """Serve until whoever started it lets go. The address is written to ``STORE.url`` and said on standard output."""
    parser = argparse.ArgumentParser(prog=name)
    parser.add_argument("store", type=Path, help="the database file; its token lies beside it")
    parser.add_argument("--port", type=int, default=0)
    args = parser.parse_args(arguments)
    database = sqlite3.connect(args.store, check_same_thread=False, isolation_level=None)
    database.row_factory = sqlite3.Row
    create(database)
    token = args.store.with_suffix(".token").read_text(encoding="ascii").strip()
    service = Service(name=name, database=database, routes=routes, token=token)
    server = ThreadingHTTPServer(("127.0.0.1", args.port), _handler(service))
    server.daemon_threads = True
    url = f"http://127.0.0.1:{server.server_address[1]}"
    args.store.with_suffix(".url").write_text(url, encoding="ascii")
    print(url, flush=True)
    threading.Thread(target=_stop_with_parent, args=(server,), daemon=True).start()
    server.serve_forever()


def _stop_with_parent(server: ThreadingHTTPServer) -> None:
    """Whoever started this holds its standard input open: when that ends, so does the service."""
    sys.stdin.read()
    server.shutdown()


def _handler(service: Service) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True
        wbufsize = -1

        def _serve(self) -> None:
            body = self.rfile.read(min(int(self.headers.get("Content-Length") or 0), MOST_BYTES))
            status, answer = service.answer(method=self.command, path=self.path, headers=self.headers, body=body)
            content = json.dumps(answer).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)
            self.wfile.flush()

        do_GET = do_POST = do_PUT = _serve

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

    return Handler


def _json(body: bytes) -> Mapping[str, Any]:
    try:
        told = json.loads(body or b"{}")
    except ValueError:
        raise Refusal(400, "no json") from None
    return told if isinstance(told, dict) else {}
