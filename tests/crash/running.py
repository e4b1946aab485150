"""One run: founded, put under load, killed again and again, waited for, counted."""

from __future__ import annotations

import contextlib
import os
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests import postgresql
from tests.crash.counting import Counted, count
from tests.crash.customers import Customers
from tests.crash.disks import Disk, small
from tests.crash.founding import found, furnish, store_of
from tests.crash.misfortunes import World, befall
from tests.crash.processes import Process, free_port, running, wait_until_ready
from tests.postgresql import Cluster

TREATED_BADLY = 0.2
"""The share of the orders with which the peer misbehaves"""
SETTLED_S = 240.0


@dataclass(frozen=True, kw_only=True)
class Plan:
    """What is asked of a run."""

    kills: int
    seed: int
    database: str


def run(plan: Plan) -> Counted:
    """Crash, and count. Whatever is started or written ends with the run."""
    with (
        tempfile.TemporaryDirectory(prefix="backline-crash-") as name,
        _database(plan.database) as cluster,
        _disk(Path(name), plan.database) as disk,
    ):
        folder = Path(name)
        furnish(folder)
        settle_environment(folder, cluster.url if cluster else "")
        peer = ["tests.crash.peer", str(store_of(folder, "stamps")), str(plan.seed), str(TREATED_BADLY)]
        with running(Process(*peer)) as said:
            (folder / "systems" / "stamps.url").write_text(said, encoding="ascii")
            accepted = _crash(plan, cluster, disk)
        return count(folder, accepted, kills=plan.kills)


def _crash(plan: Plan, cluster: Cluster | None, disk: Disk | None) -> dict[int, str]:
    founded, port = found(), free_port()
    address = f"http://127.0.0.1:{port}"
    serving = Process("tests.crash.child", "serve", "--port", str(port))
    processes = [serving, Process("tests.crash.child", "work")][: 2 if plan.database == "postgresql" else 1]
    customers = Customers(address, token=founded.token, party=founded.party, seed=plan.seed)
    with contextlib.ExitStack() as stack:
        for one in processes:
            stack.enter_context(running(one))
            wait_until_ready(address)
        with customers.ordering():
            world = World(processes=processes, address=address, cluster=cluster, disk=disk)
            befall(world, times=plan.kills, seed=plan.seed)
        wait_until_settled(customers)
    return customers.accepted


def wait_until_settled(customers: Customers) -> None:
    """What is not settled by then is counted as lost."""
    ends = time.monotonic() + SETTLED_S
    while time.monotonic() < ends and not customers.settled():
        time.sleep(0.2)


def settle_environment(folder: Path, url: str) -> None:
    """Of what the environment says of Backline, only this is left."""
    for name in [name for name in os.environ if name.startswith("BACKLINE_")]:
        del os.environ[name]
    os.environ |= {"BACKLINE_DATA": str(folder), "DJANGO_SETTINGS_MODULE": "tests.crash.settings"}
    if url:
        os.environ["BACKLINE_DATABASE_URL"] = url


@contextlib.contextmanager
def _database(kind: str) -> Iterator[Cluster | None]:
    """A PostgreSQL server of its own; nothing for SQLite, which lies in the folder."""
    if kind == "sqlite":
        yield None
        return
    with postgresql.cluster() as made:
        yield made


@contextlib.contextmanager
def _disk(folder: Path, database: str) -> Iterator[Disk | None]:
    """The folder as a small disk where SQLite lies in it."""
    if database != "sqlite":
        yield None
        return
    with small(folder) as disk:
        yield disk
