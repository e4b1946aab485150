"""Straight-through cases a second, end to end, beside the bare commit rate of the same database in the same run.

A case is submitted, evaluated and recorded; one row is written into a system of record (a database of its own, of the
same kind), and read back from it; one message goes out (into the folder of mail); the case ends. All of it happens in
the process that submits, as when a customer waits. The bare rate is a loop that inserts one short row and commits it,
with as many processes. SQLite once as Backline keeps it (WAL, synchronous NORMAL: no commit waits for the disk) and
once in full sync (WAL, synchronous FULL: each does); PostgreSQL as it comes, with fsync.

The peer is DBOS, alone: an empty workflow of the same three steps (write, read back, send) on the same database.
"""

from __future__ import annotations

import contextlib
import importlib
import json
import os
import shutil
import sqlite3
import subprocess
import sys
import tempfile
import time
import venv
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from backline.people.actors import Actor

ROOT = Path(__file__).resolve().parent.parent
PEER_HOME = ROOT / "build" / "dbos"
PEER = "dbos[otel]==3.*"
SECONDS = 6.0
"""For so long each process goes on"""
KEY = "booking"
CASE_TYPE = """
case: booking
title: Book an amount
for: customer
owner: desk
roles:
  customer: {label: You}
facts:
  amount: {label: How much?, type: integer, ask: customer}
  allowed: {label: May it be booked?, type: yes/no, is: amount < 1000}
actions:
  book: {label: Book it, call: ledger.book, with: {amount: amount}, gives: {number: text}}
outcomes:
  refused: {label: Refused, when: not allowed}
  booked: {label: Booked, when: allowed, do: [book, message: booked]}
  otherwise: {label: Not settled}
"""
MESSAGE = "Subject: Booked\n\n{amount} is booked under {number}.\n"
LEDGER = """
system: ledger
title: Ledger
kind: sql
settings: {url: "URL", connect: 2 seconds, within: 5 seconds}
operations:
  book:
    label: Book an amount
    with: {amount: integer}
    write: insert into booking (key, amount) values (:key, :amount)
    verify: select number from booking where key = :key
    gives: {number: text}
"""
TABLE = "create table booking (number integer primary key GENERATED, key text unique, amount integer)"
FULL = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;"
MODES = {"SQLite (WAL)": "", "SQLite (WAL, full sync)": FULL}
"""How Backline's own database is kept; empty: as it comes"""


def measure() -> list[dict[str, object]]:
    """The rows of this benchmark."""
    rows: list[dict[str, object]] = []
    peer = _peer()
    for mode, kept in MODES.items():
        rows += _measured(mode, {"BENCH_PRAGMAS": kept}, workers=1, url="", peer=peer)
    with contextlib.ExitStack() as stack:
        try:
            url = stack.enter_context(importlib.import_module("tests.postgresql").server())
        except (RuntimeError, subprocess.CalledProcessError) as why:
            print(f"cases: PostgreSQL is left out: {why}", file=sys.stderr)
            return rows
        for workers in (1, 2):
            own = _database(url, f"cases{workers}")
            rows += _measured("PostgreSQL", {"BACKLINE_DATABASE_URL": own}, workers=workers, url=own, peer=peer)
    return rows


def found(folder: Path, *, url: str = "") -> None:
    """An organisation that books amounts in a ledger. ``url``: of the PostgreSQL database that keeps the ledger."""
    (folder / "types" / KEY / "messages").mkdir(parents=True)
    (folder / "types" / KEY / "type.yaml").write_text(CASE_TYPE, encoding="utf-8")
    (folder / "types" / KEY / "messages" / "booked.en.md").write_text(MESSAGE, encoding="utf-8")
    (folder / "backline.yaml").write_text("name: Bench\ntime_zone: UTC\n", encoding="utf-8")
    (folder / "connectors").mkdir()
    ledger = url.replace("postgresql://", "postgresql+psycopg://") or "sqlite:///ledger.sqlite3"
    (folder / "connectors" / "ledger.yaml").write_text(LEDGER.replace("URL", ledger), encoding="utf-8")
    _make_ledger(folder, url)
    _set_up()
    from backline.catalogue.publishing import publish
    from backline.people.actors import SYSTEM
    from backline.people.parties import create_party
    from backline.project.serving import make_ready

    make_ready(folder)
    now = datetime.now(UTC)
    publish(folder=folder / "types" / KEY, by=SYSTEM, now=now)
    create_party(name="Ann", now=now, verified={"email": "ann@example.org"})


def submit(by: Actor, number: int) -> str:
    """One case, from the click to its end; its reference."""
    from backline.cases.openings.opening import open_case

    case = open_case(type_key=KEY, by=by, channel="portal", facts={"amount": number % 900}, now=datetime.now(UTC))
    if (case.state, case.outcome) != ("ended", "booked"):
        raise RuntimeError(f"the case did not end as it must: {case.state} {case.outcome} {case.snapshot['effects']}")
    return case.reference


def customer() -> Actor:
    """The one who submits."""
    from backline.people.actors import of_party
    from backline.people.models import Party

    return of_party(Party.objects.get(name="Ann"))


def go_on(do: Callable[[int], object]) -> None:
    """Do it until the time is over, after a word from whoever measures; says how often and for how long."""
    for number in range(20):
        do(number)
    print("ready", flush=True)
    sys.stdin.readline()
    start, number = time.perf_counter(), 0
    while time.perf_counter() - start < SECONDS:
        number += 1
        do(number)
    print(json.dumps([number, time.perf_counter() - start]), flush=True)


def _measured(mode: str, more: dict[str, str], *, workers: int, url: str, peer: Path | None) -> list[dict[str, object]]:
    """The bare rate, Backline and the peer, one after the other, on a fresh organisation."""
    bench = f"straight-through cases on {mode}, {workers} worker{'s' if workers > 1 else ''}"
    with tempfile.TemporaryDirectory(prefix="backline-bench-") as folder:
        env = {name: value for name, value in os.environ.items() if not name.startswith("BACKLINE_")}
        env |= {"BACKLINE_DATA": folder, "DJANGO_SETTINGS_MODULE": "backline.project.settings", **more}
        _run([sys.executable, "-m", "bench.cases", "found", url], env)
        bare = _rate([sys.executable, "-m", "bench.cases", "commit", url], env, workers)
        ours = _rate([sys.executable, "-m", "bench.cases", "work"], env, workers)
        rows = [_row(bench, "bare commits of the same database", bare), _row(bench, "backline", ours)]
        if peer:
            own = _database(url, f"dbos{workers}") if url else f"sqlite:///{folder}/dbos.sqlite3"
            script = str(ROOT / "bench" / "peers" / "durable.py")
            rows.append(_row(bench, "DBOS, empty workflow", _rate([str(peer), script, own], env, workers)))
        shutil.rmtree(Path(folder) / "mail", ignore_errors=True)
    return [*rows, _share(bench, ours, bare)]


def _rate(command: list[str], env: dict[str, str], workers: int) -> float:
    """How many a second so many processes do together."""
    processes = [
        subprocess.Popen(
            command, env=env, cwd=ROOT, text=True,
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )
        for _ in range(workers)
    ]  # fmt: skip
    told = []
    with contextlib.ExitStack() as stack:
        for process in processes:
            stack.enter_context(process)
        for process in processes:
            _until_ready(process)
        for process in processes:
            _write(process, "go\n")
        for process in processes:
            assert process.stdout is not None
            told.append(json.loads(process.stdout.readline()))
    return float(sum(count / seconds for count, seconds in told))


def _until_ready(process: subprocess.Popen[str]) -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if line.strip() == "ready":
            return
    raise RuntimeError(f"{process.args!r} ended with status {process.wait()}")


def _write(process: subprocess.Popen[str], text: str) -> None:
    assert process.stdin is not None
    process.stdin.write(text)
    process.stdin.flush()


def _run(command: list[str], env: dict[str, str]) -> None:
    told = subprocess.run(command, env=env, cwd=ROOT, capture_output=True, text=True, check=False)
    if told.returncode:
        raise RuntimeError(f"{command} did not finish:\n{told.stderr}")


def _set_up() -> None:
    """Django, on a database that is kept as this run says."""
    import django
    from django.db import connection

    django.setup()
    if pragmas := os.environ.get("BENCH_PRAGMAS", ""):
        connection.settings_dict["OPTIONS"]["init_command"] = pragmas


def _be_patient() -> None:
    """Make every effect at once, also where the machine halts for a moment: no loop runs here that would take over."""
    from backline.cases.fittings import fit, fittings

    fit(replace(fittings(), attempt_budget=timedelta(minutes=1), claim=timedelta(minutes=5)))


def _make_ledger(folder: Path, url: str) -> None:
    if url:
        import psycopg

        with psycopg.connect(url) as connection:
            connection.execute(TABLE.replace("GENERATED", "generated always as identity"))
            connection.execute("create table bare (id bigint generated always as identity, said text)")
        return
    database = sqlite3.connect(folder / "ledger.sqlite3")
    database.execute("pragma journal_mode=wal")
    database.execute(TABLE.replace("GENERATED", ""))
    database.close()


def _database(url: str, name: str) -> str:
    """A fresh database on this server."""
    import psycopg

    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(f"create database {name}")
    return f"{url.rpartition('/')[0]}/{name}"


@contextlib.contextmanager
def _committing(url: str) -> Iterator[Callable[[int], object]]:
    """Inserts one short row and commits it, in a database kept as that of Backline."""
    if url:
        import psycopg

        with psycopg.connect(url) as server:

            def insert(number: int) -> None:
                server.execute("insert into bare (said) values (%s)", (f"number {number}",))
                server.commit()

            yield insert
        return
    local = sqlite3.connect(Path(os.environ["BACKLINE_DATA"]) / "bare.sqlite3")
    local.executescript(os.environ.get("BENCH_PRAGMAS") or "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL;")
    local.execute("create table if not exists bare (id integer primary key, said text)")

    def write(number: int) -> None:
        with local:
            local.execute("insert into bare (said) values (?)", (f"number {number}",))

    yield write
    local.close()


def _peer() -> Path | None:
    """The Python that has DBOS; None, with a word, where it can't be had."""
    python = PEER_HOME / "bin" / "python"
    if not python.exists():
        venv.create(PEER_HOME, with_pip=True)
    if subprocess.run([python, "-c", "import dbos"], capture_output=True, check=False).returncode == 0:
        return python
    told = subprocess.run([python, "-m", "pip", "install", "-q", PEER], capture_output=True, text=True, check=False)
    if told.returncode:
        print(f"cases: DBOS can't be installed, so it is left out: {told.stderr.strip()[-200:]}", file=sys.stderr)
        return None
    return python


def _row(bench: str, subject: str, value: float) -> dict[str, Any]:
    return {"bench": bench, "subject": subject, "value": round(value, 1), "unit": "cases/s", "better": "higher"}


def _share(bench: str, ours: float, bare: float) -> dict[str, Any]:
    share = {"subject": "backline", "value": round(ours / bare, 4), "unit": "of the bare rate", "better": "higher"}
    return {"bench": f"{bench}: share of bare commits", **share}


def main(task: str, url: str = "") -> None:
    """One process of the benchmark: ``found``, ``commit`` or ``work``."""
    if task == "found":
        found(Path(os.environ["BACKLINE_DATA"]), url=url)
    elif task == "commit":
        with _committing(url) as insert:
            go_on(insert)
    else:
        _set_up()
        _be_patient()
        by = customer()
        go_on(lambda number: submit(by, number))


if __name__ == "__main__":
    main(*sys.argv[1:])
