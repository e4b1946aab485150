"""The same work with many cases stored as with ten thousand: submit, work list, case page, own list, search, lists.

Two databases of one organisation, SQLite as Backline keeps it. Both hold the same open tasks and the same customer with
three requests; they differ in how many ended cases of others lie beside them (with party, timeline, payloads, task and
closure; copies of one real case by SQL, so their hashes are not theirs). Rounds alternate between the two, and the
median of each counts, in processor time, which other load hardly changes. It takes a tenth of a million;
``make bench ARGS="scale --size 1000000"`` takes them all, in some minutes and 6 GB.
"""

from __future__ import annotations

import json
import os
import shutil
import sqlite3
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import TYPE_CHECKING, Any

from bench.apart import measured_apart

if TYPE_CHECKING:
    from django.test import Client

    from bench.requests import House

SMALL = 10_000
LARGE = 100_000
OPEN = 100
"""Tasks that wait, in both"""
OWN = 3
"""Requests of the customer who looks at their list"""
ROUNDS = 11
EACH = 3
"""Times an act is done in a round"""
AT_ONCE = 50_000
"""Cases that are copied in one transaction"""
LONGEST_S = 3600
BACKEND = "allauth.account.auth_backends.AuthenticationBackend"
Act = Callable[[], object]


def measure() -> list[dict[str, object]]:
    """The rows of this benchmark."""
    return measured_apart("bench.scale", longest_s=LONGEST_S)


def here(folder: Path, large: int) -> list[dict[str, object]]:
    """The rows, with both databases in this folder."""
    from django.db import connections

    from bench.requests import House

    house = House(folder)
    paths = {count: folder / f"stored-{count}.sqlite3" for count in (SMALL, large)}
    for count, path in paths.items():
        house.move_to(path, "WAL")
        _begin(house)
        connections.close_all()
        fill(path, count)
    taken: dict[tuple[str, int], list[float]] = {}
    for number in range(ROUNDS + 1):
        for count, path in paths.items():
            for name, act in _acts(house, path).items():
                seconds = _timed(act)
                if number:
                    taken.setdefault((name, count), []).append(seconds)
    return _rows(taken, large)


def fill(path: Path, count: int) -> None:
    """Copy the first case until there are so many: as many parties as there are ten cases, all of the same type."""
    database = sqlite3.connect(path, isolation_level=None)
    database.executescript("pragma journal_mode=off; pragma synchronous=off; pragma cache_size=-200000;")
    first, last = (int(database.execute(f"select {what}(id) from cases_case").fetchone()[0]) for what in ("min", "max"))
    party = int(database.execute("select max(id) from people_party").fetchone()[0])
    for start in range(last + 1, last + count, AT_ONCE):
        numbers = {"first": first, "start": start, "end": min(start + AT_ONCE, last + count), "party": party}
        database.execute("begin")
        for copied in _copies(database):
            database.execute(copied, numbers)
        database.execute("commit")
    database.executescript("analyze; pragma journal_mode=wal;")
    database.close()


def _copies(database: sqlite3.Connection) -> list[str]:
    """Statements that copy the rows of the first case as those of cases ``start`` to ``end``."""
    numbers = "with recursive n(i) as (select :start union all select i + 1 from n where i + 1 < :end)"
    party = ":party + 1 + i / 10"
    copied = [f"{numbers} insert or ignore into people_party ({{}}) select {{}} from people_party, n where id = :party"]
    new: dict[str, dict[str, str | None]] = {
        "people_party": {"id": party, "name": "'Somebody ' || i"},
        "cases_case": {"id": "i", "reference": "printf('SC-%09d', i)"},
        "cases_entry": {"case_id": "i"},
        "cases_entrypayload": {"case_id": "i"},
        "cases_want": {"id": None, "case_id": "i"},
        "cases_caseparty": {"case_id": "i", "party_id": party},
        "cases_closure": {"case_id": "i"},
    }
    for table in list(new)[1:]:
        of = "id" if table == "cases_case" else "case_id"
        copied.append(f"{numbers} insert into {table} ({{}}) select {{}} from {table}, n where {of} = :first")
    return [
        statement.format(*_columns(database, table, changed))
        for statement, (table, changed) in zip(copied, new.items(), strict=True)
    ]


def _columns(database: sqlite3.Connection, table: str, changed: dict[str, str | None]) -> tuple[str, str]:
    """The columns to fill, and what they are filled with: those that are given, the others as they are."""
    names = [str(row[1]) for row in database.execute(f"pragma table_info({table})")]
    filled = {name: changed.get(name, f'"{name}"') for name in names}
    kept = {name: value for name, value in filled.items() if value is not None}
    return ", ".join(f'"{name}"' for name in kept), ", ".join(kept.values())


def _begin(house: House) -> None:
    """One case that has ended, the tasks that wait, and the people who sign in."""
    from backline.cases.openings.opening import open_case
    from backline.people.actors import SYSTEM, of_party
    from backline.people.models import Account
    from backline.people.parties import create_party
    from backline.people.staffing import add_staff

    now = datetime.now(UTC)
    house.persisted(1)
    customer = create_party(name="Cleo", now=now, verified={"email": "cleo@example.org"})
    Account.objects.create(email="cleo@example.org", party=customer, created_at=now)
    add_staff(by=SYSTEM, name="Will", email="will@example.org", now=now, teams=["desk"], duties=["worker"])
    others = [of_party(create_party(name=f"Opener {number}", now=now)) for number in range(OPEN - OWN)]
    for by in (*[of_party(customer)] * OWN, *others):
        open_case(type_key="small-request", by=by, channel="portal", facts={"balance": 1000, "amount": 300}, now=now)
    create_party(name="Somebody", now=now)


def _acts(house: House, path: Path) -> dict[str, Act]:
    """What is measured, on the database at this path."""
    from django.db import connection

    from backline.cases.models import Case
    from bench.requests import KEY

    connection.close()
    connection.settings_dict["NAME"] = str(path)
    worker, customer = _signed_in("will@example.org"), _signed_in("cleo@example.org")
    waiting = Case.objects.filter(state="open").order_by("pk")[:1].get()

    def submit() -> None:
        from backline.cases.openings.opening import open_case

        facts = {"balance": 100, "amount": 300}  # refused at once, so that no more tasks wait afterwards
        open_case(type_key=KEY, by=house.customer, channel="portal", facts=facts, now=datetime.now(UTC))

    return {
        "submit": submit,
        "work list": lambda: _read(worker, "/work/"),
        "case page": lambda: _read(worker, f"/work/cases/{waiting.reference}"),
        "own requests": lambda: _read(customer, "/requests"),
        "search for a name": lambda: _read(worker, "/work/search?q=Somebody+12"),
        "exceptions": lambda: _read(worker, "/work/exceptions"),
        "how it ended": lambda: _read(worker, "/work/ended"),
        "cases by the API": lambda: _read(worker, "/api/cases"),
    }


def _signed_in(email: str) -> Client:
    from django.test import Client

    from backline.people.models import Account

    client = Client(SERVER_NAME="localhost")
    client.force_login(Account.objects.get(email=email), backend=BACKEND)
    return client


def _read(client: Client, address: str) -> None:
    answer = client.get(address, follow=True)
    if answer.status_code != 200:
        raise RuntimeError(f"{address}: {answer.status_code} {answer.content[:500]!r}")


def _timed(act: Act) -> float:
    act()  # what was last looked at may have been in the other database
    start = time.process_time()
    for _ in range(EACH):
        act()
    return (time.process_time() - start) / EACH


def _rows(taken: dict[tuple[str, int], list[float]], large: int) -> list[dict[str, object]]:
    rows: list[dict[str, object]] = []
    for name in dict.fromkeys(name for name, _ in taken):
        for count in (SMALL, large):
            bench = f"{name} with {count:,} cases stored"
            rows.append(_row(bench, median(taken[name, count]) * 1000, "ms of processor time"))
        paired = zip(taken[name, large], taken[name, SMALL], strict=True)
        rows.append(_row(f"{name}: {large:,} to {SMALL:,} cases", median(a / b for a, b in paired), "times"))
    return rows


def _row(bench: str, value: float, unit: str) -> dict[str, Any]:
    return {"bench": bench, "subject": "backline", "value": round(value, 3), "unit": unit, "better": "lower"}


if __name__ == "__main__":
    size = int(os.environ.get("BENCH_SIZE") or LARGE)
    print(json.dumps(here(Path(os.environ["BACKLINE_DATA"]), size), indent=1))
    for left in Path(os.environ["BACKLINE_DATA"]).glob("stored-*"):
        shutil.rmtree(left, ignore_errors=True) if left.is_dir() else left.unlink(missing_ok=True)
