"""The limits of a system hold for all processes of one database together; one of them tries when a pause is over."""

from __future__ import annotations

import json
import os
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest
from django.db import connection

from backline.connectors.models import Rest

pytestmark = pytest.mark.django_db(transaction=True)
FILE = """
system: shop
kind: http
settings:
  url: http://127.0.0.1:{port}
  within: 20 seconds
  {limits}
operations:
  price: {{read: {{get: /price, at: price}}, returns: text}}
"""
LINGERS_S = 0.03
"""A call takes so long at the peer, so that calls meet there"""


@dataclass
class Peer:
    """Counts who is with it at once, and notes when each came."""

    port: int = 0
    came: list[float] = field(default_factory=list)
    inside: int = 0
    most: int = 0
    well: bool = True
    lingers_s: float = LINGERS_S
    lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self) -> tuple[int, bytes]:
        with self.lock:
            self.came.append(time.monotonic())
            self.inside += 1
            self.most = max(self.most, self.inside)
        time.sleep(self.lingers_s)
        with self.lock:
            self.inside -= 1
        return (200, json.dumps({"price": "9"}).encode()) if self.well else (503, b"")


@dataclass
class Processes:
    """Two processes on this database."""

    folder: Path
    running: list[subprocess.Popen[str]] = field(default_factory=list)

    def limit(self, limits: str, peer: Peer) -> None:
        """From now on, at this peer."""
        (self.folder / "connectors" / "shop.yaml").write_text(FILE.format(port=peer.port, limits=limits))

    def start(self) -> None:
        (self.folder / "connectors").mkdir()
        command = [sys.executable, str(Path(__file__).with_name("limited_process.py"))]
        for _ in range(2):
            self.running.append(subprocess.Popen(
                command, env=self._surroundings(), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
            ))  # fmt: skip
        for one in self.running:
            assert one.stdout is not None
            assert one.stdout.readline() == "ready\n"

    def ask(self, *, times: int, at_once: int) -> list[list[str]]:
        """Both at the same time; what became of the calls of each."""
        for one in self.running:
            assert one.stdin is not None
            one.stdin.write(f"{times} {at_once}\n")
        return [one.stdout.readline().split() for one in self.running if one.stdout is not None]

    def _surroundings(self) -> dict[str, str]:
        told = {**os.environ, "BACKLINE_DATA": str(self.folder), "DJANGO_SETTINGS_MODULE": "backline.project.settings"}
        if connection.vendor == "postgresql":
            server, _slash, _name = os.environ["BACKLINE_DATABASE_URL"].rpartition("/")
            return {**told, "BACKLINE_DATABASE_URL": f"{server}/{connection.settings_dict['NAME']}"}
        return told


@pytest.fixture
def peer() -> Iterator[Peer]:
    known = Peer()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            status, body = known.answer()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Silent."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    known.port = server.server_port
    yield known
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def processes(
    tmp_path_factory: pytest.TempPathFactory, django_db_setup: None, django_db_blocker: Any
) -> Iterator[Processes]:
    made = Processes(tmp_path_factory.mktemp("limits"))
    if connection.vendor == "sqlite":  # the tables of this run, where other processes find them
        with django_db_blocker.unblock(), sqlite3.connect(made.folder / "db.sqlite3") as copy:
            connection.ensure_connection()
            connection.connection.backup(copy)
        copy.close()
    made.start()
    yield made
    for one in made.running:
        one.kill()
        one.communicate()


def test_so_many_at_once_and_so_many_a_second_of_all_processes_together(processes: Processes, peer: Peer) -> None:
    processes.limit("at_once: 2\n  rate: 20 per second", peer)
    assert processes.ask(times=6, at_once=3) == [["found"] * 6] * 2
    assert peer.most <= 2
    came = sorted(peer.came)
    assert came[-1] - came[0] >= 0.8 * 11 / 20


def test_what_is_not_said_to_be_limited_is_not(processes: Processes, peer: Peer) -> None:
    peer.lingers_s = 0.2
    processes.limit("", peer)
    assert processes.ask(times=3, at_once=3) == [["found"] * 3] * 2
    assert peer.most > 2


def test_the_failures_of_all_open_the_breaker_for_all_and_one_process_tries(processes: Processes, peer: Peer) -> None:
    peer.well = False
    processes.limit("breaker: {failures: 3, pause: 60 seconds}", peer)
    told = processes.ask(times=5, at_once=1)
    assert len(peer.came) <= 4, "the third failure of all, and one that was under way"
    assert [one[-1] for one in told] == ["paused", "paused"]
    peer.well, peer.lingers_s = True, 0.5
    peer.came.clear()
    _end_the_pause(processes.folder)
    time.sleep(1.05)  # what a process knows of others is a second old at most
    told = processes.ask(times=1, at_once=1)
    assert sorted(word for one in told for word in one) == ["found", "paused"]
    assert len(peer.came) == 1
    assert processes.ask(times=1, at_once=1)[0] == ["found"]


def _end_the_pause(folder: Path) -> None:
    if connection.vendor == "postgresql":
        assert Rest.objects.filter(until__gt=0).update(until=1.0) == 1
        return
    with sqlite3.connect(folder / "db.sqlite3") as rows:
        rows.execute("update connectors_rest set until = 1")
    rows.close()
