"""A peer for the http connector, run as a process of its own: each path misbehaves in its own way.

``python connectors_peer.py`` prints its address and serves until its standard input ends.
"""

from __future__ import annotations

import json
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote, urlsplit

DONE: dict[str, int] = {}
"""Key of a write -> how often it was made"""
HANGS_S = 5.0


class Peer(BaseHTTPRequestHandler):
    """The misbehaving service."""

    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        path = unquote(urlsplit(self.path).path)
        if path.startswith("/proof/"):
            times = DONE.get(path.removeprefix("/proof/"))
            self._say(200, {"number": f"N-{times}", "times": times}) if times else self._say(404, {})
        elif path == "/hang":
            time.sleep(HANGS_S)
        elif path == "/endless":
            self._endless()
        elif path == "/elsewhere":
            self._say(302, {}, Location="http://127.0.0.1:1/stolen")
        elif path == "/broken":
            self._say(200, {"price": "many"})
        elif path == "/huge":
            self._raw(b'"' + b"x" * 6_000_000 + b'"')
        elif path == "/seen":
            self._say(200, {"seen": f"{self.path} {self.headers.get('Authorization', '')}"})
        elif path.startswith("/echo/"):
            self._say(200, {"seen": self.path})
        else:
            self._say(200, {"data": {"price": {"amount": "12.50", "currency": "EUR"}}})

    def do_POST(self) -> None:
        key = self.headers.get("Idempotency-Key", "")
        body = json.loads(self.rfile.read(int(self.headers.get("Content-Length") or 0)) or b"{}")
        path = urlsplit(self.path).path
        if path in ("/write", "/fails-after", "/hangs-after", "/answers-twice"):
            DONE[key] = DONE.get(key, 0) + 1
        if path == "/fails-after":
            self._say(500, {"error": "after"})
        elif path == "/hangs-after":
            time.sleep(HANGS_S)
        elif path == "/answers-twice":
            self._say(200, {})
            self._say(500, {"error": "second"})
        elif path == "/busy":
            self._say(429, {}, **{"Retry-After": "7"})
        elif path == "/refuses":
            self._say(409, {"error": body.get("why", "")})
        else:
            self._say(200, {})

    def _say(self, status: int, data: object, **headers: str) -> None:
        content = json.dumps(data).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    def _raw(self, content: bytes) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def _endless(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", "1000000")
        self.end_headers()
        for _ in range(50):
            self.wfile.write(b"x")
            self.wfile.flush()
            time.sleep(0.1)

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Quiet(ThreadingHTTPServer):
    """A client that went away is no news."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


if __name__ == "__main__":
    server = Quiet(("127.0.0.1", 0), Peer)
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    sys.stdin.read()
