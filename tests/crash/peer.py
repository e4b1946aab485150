"""A system over HTTP that does not know keys it has seen: asked twice it stamps twice, and it loses answers.

``python -m tests.crash.peer STORE SEED SHARE``. Which answers are lost hangs on the seed and the order's number alone.
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
from urllib.parse import unquote

LATE_S = 0.1
"""At most so long between the work and its answer: there a kill hurts most"""
SCHEMA = "create table if not exists entry (id integer primary key, key text not null, number integer not null)"


def serve(store: Path, *, seed: int, share: float) -> None:
    """Serve until whoever started it lets go of its standard input; the address is its first line."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(store, seed, share))
    server.daemon_threads = True
    print(f"http://127.0.0.1:{server.server_address[1]}", flush=True)
    threading.Thread(target=_stop_with_parent, args=(server,), daemon=True).start()
    server.serve_forever()


def loses(*, seed: int, number: int, share: float) -> bool:
    """Whether the answer to this order gets lost."""
    return random.Random(f"{seed}/{number}").random() < share


def _stop_with_parent(server: ThreadingHTTPServer) -> None:
    sys.stdin.read()
    server.shutdown()


def _handler(store: Path, seed: int, share: float) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            number, key = int(body["number"]), self.headers["Idempotency-Key"]
            with contextlib.closing(sqlite3.connect(store, timeout=10)) as database, database:
                database.execute("insert into entry (key, number) values (?, ?)", (key, number))
            time.sleep(random.Random(f"{seed}/{number}/late").uniform(0, LATE_S))
            if loses(seed=seed, number=number, share=share):
                self.close_connection = True
            else:
                self._say(200, {})

        def do_GET(self) -> None:
            key = unquote(self.path.removeprefix("/stamps/"))
            with contextlib.closing(sqlite3.connect(store, timeout=10)) as database:
                found = database.execute("select min(id) from entry where key = ?", (key,)).fetchone()[0]
            self._say(200 if found else 404, {"stamp_no": f"S-{found}"} if found else {"error": "not_found"})

        def _say(self, status: int, told: dict[str, str]) -> None:
            content = json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(content)))
            with contextlib.suppress(ConnectionError):  # whoever asked was killed meanwhile
                self.end_headers()
                self.wfile.write(content)

        def log_message(self, *words: object) -> None:
            """Nothing is logged."""

    return Handler


if __name__ == "__main__":
    serve(Path(sys.argv[1]), seed=int(sys.argv[2]), share=float(sys.argv[3]))
