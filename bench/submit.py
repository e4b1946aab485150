"""From the click that submits to the shown result, 50 customers at once.

A real ``backline serve`` process with Meridian: customers fill in the request for a loyalty card on the portal; then
all press the button at the same moment. The page that comes back shows the card number, which the membership database
(a database of its own) issued and from which it was read back. The time is each customer's own, from the click to the
page.
"""

from __future__ import annotations

import json
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from statistics import median, quantiles
from threading import Barrier
from typing import TYPE_CHECKING

from bench.apart import measured_apart

if TYPE_CHECKING:
    from backline.demo.person import Person

CUSTOMERS = 50
ROUNDS = 3
FILLING_IN = 4
SERVICE = "loyalty-card"
NUMBER = re.compile(r"MRD \d{4} \d{4} \d")
PLACE = {
    "programme": "traveller",
    "plastic": "no",
    "address.street": "Lindenweg 4",
    "address.postcode": "10115",
    "address.city": "Berlin",
    "address.country": "DE",
}


def measure() -> list[dict[str, object]]:
    """The rows of this benchmark."""
    return measured_apart("bench.submit")


def here(folder: Path) -> list[dict[str, object]]:
    """The rows, with Meridian in this folder."""
    from backline.demo.presenting import meridian

    taken: list[float] = []
    with meridian(folder, port=0) as running:
        _submitted(running.address, "warm", FILLING_IN)
        for number in range(ROUNDS):
            taken += _submitted(running.address, f"round{number}", CUSTOMERS)
    bench = f"submit to shown result, {CUSTOMERS} customers at once"
    figures = {"median": median(taken), "99th percentile": quantiles(taken, n=100, method="inclusive")[98]}
    return [
        {"bench": f"{bench}: {name}", "subject": "backline", "value": round(value), "unit": "ms", "better": "lower"}
        for name, value in figures.items()
    ]


def _submitted(address: str, name: str, count: int) -> list[float]:
    """So many customers press the button at once: milliseconds until each has the result."""
    with ThreadPoolExecutor(FILLING_IN) as pool:
        people = list(pool.map(lambda number: _filled_in(address, f"{name}-{number}"), range(count)))
    ready = Barrier(count)
    with ThreadPoolExecutor(count) as pool:
        taken = list(pool.map(lambda person: _send(person, ready), people))
    for person in people:
        person.leave()
    return taken


def _filled_in(address: str, name: str) -> Person:
    """A customer who has answered everything and stands before the button."""
    from backline.demo.person import Person

    person = Person(address)
    person.begin(SERVICE)
    person.answer({"name": f"Tilda {name}", "email": f"{name}@post.example", **PLACE})
    person.page.form(button="Send")
    return person


def _send(person: Person, ready: Barrier) -> float:
    ready.wait()
    start = time.perf_counter()
    page = person.send(button="Send")
    taken = time.perf_counter() - start
    if not NUMBER.search(page.text):
        raise RuntimeError(f"no card number was shown: {page.status} {page.text[:500]}")
    return taken * 1000


if __name__ == "__main__":
    print(json.dumps(here(Path(os.environ["BACKLINE_DATA"])), indent=1))
