"""What the services behind ``ProcessPeer`` share: a server that can lose answers, be busy, hang and go away."""

from __future__ import annotations

import sys
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

HOW = {"mode": "well"}
RELEASED = threading.Event()


class Handler(BaseHTTPRequestHandler):
    """Answers one request a connection. A subclass says what it does."""

    def handle_one(self) -> tuple[int, str, bytes, dict[str, str]]:
        """Do what is asked, and answer status, type, content and further headers."""
        raise NotImplementedError

    def busy(self) -> tuple[int, str, bytes, dict[str, str]]:
        """Ask for a pause of seven seconds."""
        return 503, "text/plain", b"busy", {"Retry-After": "7"}

    def do_GET(self) -> None:
        mode = HOW["mode"]
        if mode == "hang":
            RELEASED.wait(30)
            self.close_connection = True
            return
        status, kind, content, headers = self.busy() if mode == "busy" else self.handle_one()
        if mode == "lose":
            self.close_connection = True
            return
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(content)))
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(content)

    do_POST = do_GET

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class Quiet(ThreadingHTTPServer):
    """A client that went away is no news."""

    daemon_threads = True

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing."""


def serve(handler: type[Handler], count: list[object]) -> None:
    """Serve, and do what standard input says, until it ends. ``count`` holds what was written."""
    server = _started(handler, 0)
    port = server.server_address[1]
    print(f"http://127.0.0.1:{port}", flush=True)
    for line in sys.stdin:
        word = line.strip()
        if word == "count":
            print(len(count), flush=True)
            continue
        was, HOW["mode"] = HOW["mode"], word
        if word == "away":
            server.shutdown()
            server.server_close()
        elif was == "away":
            server = _started(handler, port)
        (RELEASED.clear if word == "hang" else RELEASED.set)()
        print("so be it", flush=True)


def _started(handler: type[Handler], port: int) -> Quiet:
    server = Quiet(("127.0.0.1", port), handler)
    threading.Thread(target=lambda: server.serve_forever(0.05), daemon=True).start()
    return server
