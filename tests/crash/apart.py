"""``python -m tests.crash.apart``: several hosts over one PostgreSQL; one is cut off, one killed, all is counted.

Two hosts serve and one works, each with a folder of its own. One that serves is cut off in the middle of its load,
alive, and comes back later with what it had in hand; the one that works is killed meanwhile and does not come back.
"""

from __future__ import annotations

import argparse
import contextlib
import itertools
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from pathlib import Path
from urllib.parse import urlsplit

import httpx

from tests import postgresql
from tests.crash.counting import Counted, count
from tests.crash.customers import Customers
from tests.crash.founding import Founded, found, furnish, store_of
from tests.crash.hosts import Host, Network, NoHosts, network
from tests.crash.processes import Process, running, wait_until_ready
from tests.crash.running import TREATED_BADLY, settle_environment, wait_until_settled

PORT = 8000
BEFORE_S, CUT_S, AFTER_S = 4.0, 8.0, 3.0
LETS_GO = "-c tcp_keepalives_idle=1 -c tcp_keepalives_interval=1 -c tcp_keepalives_count=2 -c tcp_user_timeout=3000"
"""A system of record lets go of a host that is cut off before others take over its work, as Backline's database does"""


class Balancer(httpx.BaseTransport):
    """What stands before the hosts that serve: each request goes to the next of them."""

    def __init__(self, addresses: Sequence[str]) -> None:
        self._next = itertools.cycle(addresses)
        self._under = httpx.HTTPTransport()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """The next host; one that does not answer is the caller's to see."""
        request.url = request.url.copy_with(host=next(self._next), port=PORT)
        return self._under.handle_request(request)

    def close(self) -> None:
        """Its lines."""
        self._under.close()


class Spread(Customers):
    """Customers who meet whichever host is next, and are impatient."""

    def __init__(self, addresses: Sequence[str], *, founded: Founded, seed: int) -> None:
        super().__init__(f"http://127.0.0.1:{PORT}", token=founded.token, party=founded.party, seed=seed)
        self._addresses = addresses

    def _client(self) -> httpx.Client:
        words = {"Authorization": f"Bearer {self._token}"}
        return httpx.Client(base_url=self._address, headers=words, timeout=4, transport=Balancer(self._addresses))


def run(*, seed: int) -> Counted:
    """Cut, kill and count. Whatever is started or written ends with the run."""
    with tempfile.TemporaryDirectory(prefix="backline-apart-") as name, network(3) as net:
        folder = Path(name) / "here"
        furnish(folder)
        with postgresql.cluster(network=net.every, address=net.here, options=LETS_GO) as cluster:
            settle_environment(folder, cluster.url)
            os.environ["BACKLINE_SECRET_KEY"] = "one-for-all-hosts-" + "x" * 40
            seen = cluster.url.replace("127.0.0.1", net.here)
            _open_ledger(folder, cluster.url, seen)
            peer = ["tests.crash.peer", str(store_of(folder, "stamps")), str(seed), str(TREATED_BADLY), net.here]
            with running(Process(*peer)) as said:
                (folder / "systems" / "stamps.url").write_text(said, encoding="ascii")
                accepted = _go(folder, net, seen, seed)
            _bring_in(folder, cluster.url, net)
            return count(folder, accepted, kills=2)


def _go(folder: Path, net: Network, database: str, seed: int) -> dict[int, str]:
    founded = found()
    serve = ("serve", "--host", "0.0.0.0", "--port", str(PORT))
    east, west, works = (
        _process(host, folder, database, words)
        for host, words in zip(net.hosts, (serve, serve, ("work",)), strict=True)
    )
    with contextlib.ExitStack() as stack:
        for one in (east, west, works):
            stack.callback(one.kill)
        with ThreadPoolExecutor(3) as pool:
            list(pool.map(Process.start, (east, west, works)))
        for host in net.hosts[:2]:
            wait_until_ready(f"http://{host.address}:{PORT}")
        customers = Spread([host.address for host in net.hosts[:2]], founded=founded, seed=seed)
        with customers.ordering():
            _misfortunes(net.hosts[0], works)
        wait_until_settled(customers)
        return customers.accepted


def _misfortunes(cut_off: Host, killed: Process) -> None:
    time.sleep(BEFORE_S)
    cut_off.cut()
    time.sleep(CUT_S / 2)
    killed.kill()
    time.sleep(CUT_S / 2)
    cut_off.mend()
    time.sleep(AFTER_S)


def _process(host: Host, folder: Path, database: str, words: Sequence[str]) -> Process:
    """A process on a host, with a folder that nobody else has."""
    own = folder.parent / host.name
    shutil.copytree(folder, own)
    told = {"BACKLINE_DATA": str(own), "BACKLINE_DATABASE_URL": database}
    return Process("tests.crash.child", *words, before=host.before, told=told)


def _open_ledger(folder: Path, server: str, seen: str) -> None:
    """The ledger in a database of its own, reached by the line that can be cut."""
    import psycopg

    with psycopg.connect(server, autocommit=True) as made:
        made.execute("create database ledger")
    with psycopg.connect(_ledger(server)) as made:
        made.execute("create table entry (id serial primary key, key text not null, number integer not null)")
    declared = folder / "connectors" / "ledger.yaml"
    here = _ledger(seen).replace("postgresql:", "postgresql+psycopg:")
    declared.write_text(declared.read_text().replace("sqlite:///systems/ledger.sqlite3", here))


def _ledger(server: str) -> str:
    return urlsplit(server)._replace(path="/ledger").geturl()


def _bring_in(folder: Path, server: str, net: Network) -> None:
    """What lies in the ledger and on the hosts, to where it is counted."""
    import psycopg

    with psycopg.connect(_ledger(server)) as ledger:
        rows = ledger.execute("select id, key, number from entry").fetchall()
    with contextlib.closing(sqlite3.connect(store_of(folder, "ledger"))) as counted, counted:
        counted.executemany("insert into entry values (?, ?, ?)", rows)
    for host in net.hosts:
        sent = folder.parent / host.name / "mail" / "out"
        if sent.exists():
            shutil.copytree(sent, folder / "mail" / "out", dirs_exist_ok=True)


def main() -> int:
    """0 when nothing was lost, doubled, broken or missed; 77 where the machine can't give hosts."""
    parser = argparse.ArgumentParser(prog="python -m tests.crash.apart")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", action="store_true")
    args = parser.parse_args()
    if postgresql.programs() is None:
        print("PostgreSQL is not installed here: nothing was run.", file=sys.stderr)
        return postgresql.NOT_HERE
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    try:
        counted = run(seed=args.seed)
    except (NoHosts, subprocess.SubprocessError) as none:
        print(f"Nothing was run: {none}", file=sys.stderr)
        return postgresql.NOT_HERE
    print(json.dumps(asdict(counted)) if args.json else counted)
    return 0 if counted.sound else 1


if __name__ == "__main__":
    sys.exit(main())
