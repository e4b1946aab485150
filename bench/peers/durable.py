"""DBOS doing an empty workflow of three steps (write, read back, send), each of which it records.

Run by a Python that has DBOS, of its own: ``python bench/peers/durable.py DATABASE_URL``. Says ``ready``, waits for a
line, goes on for the time that the other subjects have, and prints how often and for how long as JSON.
"""

from __future__ import annotations

import json
import os
import sys
import time

from dbos import DBOS

SECONDS = 6.0


@DBOS.step()
def write(number: int) -> int:
    """Would write into the system of record."""
    return number


@DBOS.step()
def read_back(number: int) -> int:
    """Would read it back."""
    return number


@DBOS.step()
def send(number: int) -> int:
    """Would send the message."""
    return number


@DBOS.workflow()
def straight_through(number: int) -> int:
    """The three steps in order."""
    return send(read_back(write(number)))


def main(url: str) -> None:
    """Run workflows, one after the other."""
    url = url.replace("postgresql://", "postgresql+psycopg://")
    DBOS(
        config={"name": "bench", "system_database_url": url, "executor_id": str(os.getpid()), "run_admin_server": False}
    )
    DBOS.launch()
    for number in range(5):
        straight_through(number)
    print("ready", flush=True)
    sys.stdin.readline()
    start, count = time.perf_counter(), 0
    while time.perf_counter() - start < SECONDS:
        count += 1
        straight_through(count)
    print(json.dumps([count, time.perf_counter() - start]), flush=True)
    os._exit(0)


if __name__ == "__main__":
    main(sys.argv[1])
