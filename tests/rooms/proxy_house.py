"""Stands between a connector and a real server, and spoils what goes through: lost answers, pauses, silence."""

from __future__ import annotations

import http.client
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

HANGS_S = 6.0
CHANGES = frozenset({"PUT", "POST", "DELETE"})
DROPPED = {"connection", "transfer-encoding", "content-length", "keep-alive", "host"}


class Proxy:
    """Passes requests on to ``127.0.0.1:port`` as long as nothing else is said."""

    def __init__(self, port: int) -> None:
        self.upstream, self.mode, self.pause_s = port, "", 7.0
        self.loses: Callable[[str, bytes], bool] = lambda method, body: method in CHANGES
        self._over = threading.Event()
        self._server, self._thread = self._serve(0)
        self.port = self._server.server_port

    @property
    def url(self) -> str:
        """Where the proxy listens."""
        return f"http://127.0.0.1:{self.port}"

    @contextmanager
    def losing_answers(self) -> Iterator[None]:
        """What changes something is passed on, and its answer is not passed back."""
        with self._in("lose"):
            yield

    @contextmanager
    def busy(self) -> Iterator[float]:
        """Everything is answered by a wish for a pause."""
        with self._in("busy"):
            yield self.pause_s

    @contextmanager
    def hanging(self) -> Iterator[None]:
        """Everything is taken, and nothing passed on or said."""
        with self._in("hang"):
            yield

    @contextmanager
    def away(self) -> Iterator[None]:
        """Nobody listens."""
        self.close()
        try:
            yield
        finally:
            self._server, self._thread = self._serve(self.port)

    def close(self) -> None:
        """Stop listening."""
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    @contextmanager
    def _in(self, mode: str) -> Iterator[None]:
        self.mode = mode
        self._over.clear()
        try:
            yield
        finally:
            self.mode = ""
            self._over.set()

    def wait_over(self) -> None:
        """Until the misbehaviour is over."""
        self._over.wait(HANGS_S)

    def _serve(self, port: int) -> tuple[ThreadingHTTPServer, threading.Thread]:
        server = _Server(("127.0.0.1", port), type("Bound", (_Handler,), {"proxy": self}))
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        return server, thread


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    allow_reuse_address = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that gave up is no news."""


class _Handler(BaseHTTPRequestHandler):
    proxy: Proxy

    def handle_one_request(self) -> None:
        self.raw_requestline = self.rfile.readline(65537)
        if self.raw_requestline and self.parse_request():
            self._pass_on()
        self.close_connection = True

    def log_message(self, format: str, *args: Any) -> None:
        """Quiet."""

    def _pass_on(self) -> None:
        proxy, body = self.proxy, self.rfile.read(int(self.headers.get("Content-Length") or 0))
        if proxy.mode == "hang":
            proxy.wait_over()
            return
        if proxy.mode == "busy":
            self._say(503, [("Retry-After", f"{proxy.pause_s:g}")], b"")
            return
        status, headers, answer = self._upstream(body)
        if proxy.mode == "lose" and proxy.loses(self.command, body):
            return
        self._say(status, headers, answer)

    def _upstream(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        upstream = http.client.HTTPConnection("127.0.0.1", self.proxy.upstream, timeout=20)
        try:
            headers = {name: told for name, told in self.headers.items() if name.lower() not in DROPPED}
            headers["Host"] = f"127.0.0.1:{self.proxy.port}"
            upstream.request(self.command, self.path, body=body, headers=headers)
            answer = upstream.getresponse()
            return answer.status, answer.getheaders(), answer.read()
        finally:
            upstream.close()

    def _say(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(status)
        for name, told in headers:
            if name.lower() not in DROPPED | {"server", "date"}:
                self.send_header(name, told)
        self.send_header("Content-Length", str(len(body)))
        self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)
