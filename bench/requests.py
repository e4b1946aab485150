"""The same small request here and in SpiffWorkflow: start, compute, choose, a person answers, compute, end.

In memory it is the engine alone. Persisted it goes through the doors that pages and API use, into a SQLite file of its
own, with timeline, chain, wants and jobs; SpiffWorkflow saves its state at the same two waits. Rounds of both alternate
in one process, and the median round counts, so that whatever else the machine does meanwhile meets both.
"""

from __future__ import annotations

import json
import os
import shutil
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.apart import measured_apart

if TYPE_CHECKING:
    from backline.engine.calendars import Calendar
    from backline.engine.generating import Program
    from backline.people.actors import Actor

ROUNDS = 7
IN_MEMORY = 400
PERSISTED = 200
PEER = "SpiffWorkflow 3.2"
KEY = "small-request"
CASE_TYPE = """
case: small-request
title: A small request
for: customer
owner: desk
roles:
  customer: {label: You}
facts:
  balance: {label: What is there, type: integer, ask: customer}
  amount: {label: How much?, type: integer, ask: customer}
  available: {label: What may be taken, type: integer, is: balance // 2}
  approved: {label: Is it all right?, type: yes/no, work: {team: desk, shows: [amount]}}
  net: {label: What is paid out, type: integer, is: amount - 10}
outcomes:
  refused: {label: Refused, when: amount > available}
  done: {label: Done, when: approved and net == 290}
  otherwise: {label: Not approved}
"""
MODES = {
    "WAL": "PRAGMA journal_mode=WAL; PRAGMA synchronous=NORMAL; PRAGMA foreign_keys=ON;",
    "defaults": "PRAGMA journal_mode=DELETE; PRAGMA synchronous=FULL; PRAGMA foreign_keys=ON;",
}
"""How SQLite keeps what was committed; both subjects in the same way"""
KEPT = ("journal_mode", "synchronous")
LEVELS = ("off", "normal", "full", "extra")
"""What SQLite's numbers of ``synchronous`` mean"""


def measure() -> list[dict[str, object]]:
    """The rows of this benchmark."""
    return measured_apart("bench.requests")


def here(folder: Path) -> list[dict[str, object]]:
    """The rows, measured in this process."""
    from bench.peers import spiff

    house = House(folder)
    spec = spiff.specification()
    rows = _rows(
        "requests in memory",
        ours=lambda number: house.in_memory(IN_MEMORY),
        theirs=lambda number: spiff.in_memory(spec, IN_MEMORY),
        count=IN_MEMORY,
        clock=time.process_time,
    )
    for mode in MODES:
        kept: dict[str, tuple[str, int]] = {}

        def ours(number: int, kept: dict[str, tuple[str, int]] = kept) -> None:
            house.persisted(PERSISTED)
            kept["backline"] = house.kept()

        def theirs(number: int, mode: str = mode, kept: dict[str, tuple[str, int]] = kept) -> None:
            path = folder / f"spiff-{mode}-{number}.sqlite3"
            kept[PEER] = spiff.persisted(spec, PERSISTED, path, wal=mode == "WAL")

        def prepare(number: int, mode: str = mode) -> None:
            house.move_to(folder / f"backline-{mode}-{number}.sqlite3", mode)

        bench = f"requests persisted ({mode})"
        found = _rows(bench, ours=ours, theirs=theirs, count=PERSISTED, clock=time.perf_counter, prepare=prepare)
        rows += [_with_how(row, *kept[str(row["subject"])]) for row in found]
    return rows


class House:
    """An organisation with one case type, one customer, one colleague."""

    def __init__(self, folder: Path) -> None:
        import django
        from django.db import connections

        (folder / "types" / KEY).mkdir(parents=True)
        (folder / "types" / KEY / "type.yaml").write_text(CASE_TYPE, encoding="utf-8")
        (folder / "backline.yaml").write_text("name: Bench\ntime_zone: UTC\n", encoding="utf-8")
        django.setup()
        self._first = folder / "db.sqlite3"
        self.customer = self._founded(folder)
        self.worker = self._worker()
        connections.close_all()

    def move_to(self, path: Path, mode: str) -> None:
        """From now on write to a fresh copy of the organisation's database, kept in this mode."""
        from django.db import connection

        connection.close()
        shutil.copyfile(self._first, path)
        connection.settings_dict["NAME"] = str(path)
        connection.settings_dict["OPTIONS"]["init_command"] = MODES[mode]
        connection.ensure_connection()

    def in_memory(self, times: int) -> None:
        """Evaluate at the opening and after the answer, and keep nothing."""
        from backline.cases.fittings import fittings
        from backline.catalogue import versions

        program, calendar = versions.load(KEY, 1).program, fittings().calendar
        for _ in range(times):
            _evaluated(program, calendar)

    def persisted(self, times: int) -> None:
        """Open a case, read the task, answer it."""
        from backline.cases.answering import answer_want
        from backline.cases.models import Want
        from backline.cases.openings.opening import open_case
        from backline.cases.storage.selecting import the

        for _ in range(times):
            now = datetime.now(UTC)
            facts = {"balance": 1000, "amount": 300}
            opened = open_case(type_key=KEY, by=self.customer, channel="portal", facts=facts, now=now)
            want = the(Want, case=opened.pk, fact="approved")
            answer = answer_want(want=want, by=self.worker, channel="workbench", value="yes", now=datetime.now(UTC))
            if (answer.case.state, answer.case.outcome) != ("ended", "done"):
                raise RuntimeError("the request did not end as it must")

    def kept(self) -> tuple[str, int]:
        """Journal mode and synchronous level, as the connection that writes tells them."""
        from django.db import connection

        with connection.cursor() as cursor:
            (journal,), (synchronous,) = (cursor.execute(f"pragma {name}").fetchone() for name in KEPT)
        return str(journal), int(synchronous)

    def _founded(self, folder: Path) -> Actor:
        from backline.catalogue.publishing import publish
        from backline.people.actors import SYSTEM, of_party
        from backline.people.parties import create_party
        from backline.project.serving import make_ready

        make_ready(folder)
        now = datetime.now(UTC)
        publish(folder=folder / "types" / KEY, by=SYSTEM, now=now)
        return of_party(create_party(name="Ann", now=now, verified={"email": "ann@example.org"}))

    def _worker(self) -> Actor:
        from backline.people.actors import Actor

        teams, duties = frozenset({"desk"}), frozenset({"worker"})
        return Actor(id="staff:1", kind="staff", name="Will", staff_id=1, teams=teams, duties=duties)


def _evaluated(program: Program, calendar: Calendar) -> None:
    """One request in the engine: a task is wanted, then the outcome is there."""
    from backline.engine.evaluating import evaluate
    from backline.engine.record import Assertion, CaseRecord

    now = datetime.now(UTC)
    said: tuple[Assertion, ...] = tuple(
        Assertion(id=name, fact=name, value=value, source="ask", who="party:1", holds_from=now, said_at=now)
        for name, value in (("balance", 1000), ("amount", 300))
    )
    opened = evaluate(program, CaseRecord(opened_at=now, case="B-1", assertions=said), now=now, calendar=calendar)
    (wanted,) = opened.wanted
    answer = Assertion(
        id="approved",
        fact=wanted.fact,
        value=True,
        source=wanted.source,
        who="staff:1",
        holds_from=now,
        said_at=now,
        basis=wanted.basis,
    )
    record = CaseRecord(opened_at=now, case="B-1", assertions=(*said, answer))
    ended = evaluate(program, record, now=now, calendar=calendar)
    if (opened.state, ended.state, ended.outcome) != ("open", "ended", "done"):
        raise RuntimeError("the request did not end as it must")


def _rows(
    bench: str,
    *,
    ours: Callable[[int], None],
    theirs: Callable[[int], None],
    count: int,
    clock: Callable[[], float],
    prepare: Callable[[int], None] | None = None,
) -> list[dict[str, object]]:
    """Requests a second of both, the median of rounds that alternate; a first round only warms up."""
    rates: dict[str, list[float]] = {"backline": [], PEER: []}
    for number in range(ROUNDS + 1):
        if prepare:
            prepare(number)
        for subject, run in (("backline", ours), (PEER, theirs)):
            start = clock()
            run(number)
            rates[subject].append(count / (clock() - start))
    return [_row(bench, subject, median(found[1:])) for subject, found in rates.items()]


def _row(bench: str, subject: str, value: float) -> dict[str, Any]:
    return {"bench": bench, "subject": subject, "value": round(value), "unit": "requests/s", "better": "higher"}


def _with_how(row: dict[str, object], journal: str, synchronous: int) -> dict[str, object]:
    """The row, which says how the rounds that it counts were kept."""
    return {**row, "kept": f"journal_mode={journal}, synchronous={LEVELS[synchronous]}"}


if __name__ == "__main__":
    print(json.dumps(here(Path(os.environ["BACKLINE_DATA"])), indent=1))
