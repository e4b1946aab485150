"""A system over HTTP that does not know keys it has seen: asked twice it stamps twice. And it behaves badly.

``python -m tests.crash.peer STORE SEED SHARE [HOST]``. How it misbehaves hangs on the seed and the order's number
alone, and only the first time that it is asked for that order.
"""

from __future__ import annotations

import contextlib
import json
import random
import sqlite3
import sys
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Literal
from urllib.parse import unquote

SOON_S = 0.1
"""At most so long between the work and its answer: there a kill hurts most"""
LATE_S = (2.2, 3.5)
"""Work that is done after the caller has given up waiting (2 seconds), and before it asks what became of it (5)"""
HANGS_S = 8.0
Manner = Literal["well", "loses the answer", "late", "hangs", "lies", "answers twice", "refuses the line"]
MANNERS: tuple[Manner, ...] = ("loses the answer", "late", "hangs", "lies", "answers twice", "refuses the line")
SCHEMA = "create table if not exists entry (id integer primary key, key text not null, number integer not null)"


def manner(*, seed: int, number: int, share: float) -> Manner:
    """How it behaves when it is first asked for this order; ``share`` of the orders are treated badly."""
    chance = random.Random(f"{seed}/{number}")
    return chance.choice(MANNERS) if chance.random() < share else "well"


class Peer(ThreadingHTTPServer):
    """The system: where it keeps its stamps, and whom it has met."""

    daemon_threads = True

    def __init__(self, store: Path, *, seed: int, share: float, host: str = "127.0.0.1") -> None:
        super().__init__((host, 0), Handler)
        self.store, self.seed, self.share = store, seed, share
        self.met: set[int] = set()

    def manner(self, number: int) -> Manner:
        """How it treats this order now."""
        if number in self.met:
            return "well"
        self.met.add(number)
        return manner(seed=self.seed, number=number, share=self.share)

    def open(self) -> contextlib.closing[sqlite3.Connection]:
        """Its stamps."""
        return contextlib.closing(sqlite3.connect(self.store, timeout=10))

    def handle_error(self, request: object, client_address: object) -> None:
        """Whoever asked went away, or the disk is full: the caller sees a line that breaks."""


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: Peer

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
        number, key = int(body["number"]), self.headers["Idempotency-Key"]
        how, chance = self.server.manner(number), random.Random(f"{self.server.seed}/{number}/late")
        if how == "refuses the line":
            self.close_connection = True
        elif how == "hangs":
            time.sleep(HANGS_S)
        elif how == "lies":
            self._say(200, {})
        else:
            time.sleep(chance.uniform(*LATE_S) if how == "late" else 0)
            self._stamp(number, key)
            time.sleep(chance.uniform(0, SOON_S))
            self._answer(how)

    def do_GET(self) -> None:
        key = unquote(self.path.removeprefix("/stamps/"))
        with self.server.open() as database:
            found = database.execute("select min(id) from entry where key = ?", (key,)).fetchone()[0]
        self._say(200 if found else 404, {"stamp_no": f"S-{found}"} if found else {"error": "not_found"})

    def _stamp(self, number: int, key: str) -> None:
        with self.server.open() as database, database:
            database.execute("insert into entry (key, number) values (?, ?)", (key, number))

    def _answer(self, how: Manner) -> None:
        if how == "loses the answer":
            self.close_connection = True
            return
        self._say(200, {})
        if how == "answers twice":
            self._say(500, {"error": "again"})

    def _say(self, status: int, told: dict[str, str]) -> None:
        content = json.dumps(told).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(content)))
        with contextlib.suppress(ConnectionError):  # whoever asked was killed meanwhile
            self.end_headers()
            self.wfile.write(content)

    def log_message(self, format: str, *words: object) -> None:
        """Nothing is logged."""


def serve(store: Path, *, seed: int, share: float, host: str = "127.0.0.1") -> None:
    """Serve until whoever started it lets go of its standard input; the address is its first line."""
    server = Peer(store, seed=seed, share=share, host=host)
    print(f"http://{host}:{server.server_address[1]}", flush=True)
    threading.Thread(target=_stop_with_parent, args=(server,), daemon=True).start()
    server.serve_forever()


def _stop_with_parent(server: Peer) -> None:
    sys.stdin.read()
    server.shutdown()


if __name__ == "__main__":
    with contextlib.suppress(KeyboardInterrupt):
        serve(
            Path(sys.argv[1]), seed=int(sys.argv[2]), share=float(sys.argv[3]), host=(sys.argv[4:] or ["127.0.0.1"])[0]
        )
