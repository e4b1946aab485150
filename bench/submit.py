"""From the click that submits to the shown result, 50 customers at once: in one moment, and each at their own pace.

A real ``backline serve`` process with Meridian: customers fill in the request for a loyalty card on the portal and
press the button. The page that comes back shows the card number, which the membership database (a database of its own)
issued and from which it was read back. The time is each customer's own, from the click to the page: the form goes out
as a browser sends it, the answer leads to the page of the request, and that is read to its end. What the customer's own
machine then does with the page is not counted, since fifty machines do it, and not this one.

Once all have filled in their request before, and press in the same moment, without a pause: the worst that 50 people
can do. And once as people do: each opens the page, begins, answers and sends, with about five seconds before each step
(from half of that to half as much again, drawn from a seed), and then does the same for the next card.
"""

from __future__ import annotations

import json
import os
import re
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from random import Random
from statistics import median, quantiles
from threading import Barrier
from urllib.parse import urlencode, urljoin, urlsplit

from bench.apart import measured_apart

CUSTOMERS = 50
ROUNDS = 3
PAUSE_S = 5.0
SEED = 50
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

    moment: list[float] = []
    with meridian(folder, port=0) as running:
        _in_one_moment(running.address, "warm", FILLING_IN)
        for number in range(ROUNDS):
            moment += _in_one_moment(running.address, f"round{number}", CUSTOMERS)
        own_pace = _at_their_own_pace(running.address)
    return [
        *_rows(f"{CUSTOMERS} customers click in one moment, without a pause", moment),
        *_rows(f"{CUSTOMERS} customers at once, {PAUSE_S:.0f} seconds between steps", own_pace),
    ]


def _rows(who: str, taken: list[float]) -> list[dict[str, object]]:
    figures = {"median": median(taken), "99th percentile": quantiles(taken, n=100, method="inclusive")[98]}
    bench = f"submit to shown result, {who}"
    return [
        {"bench": f"{bench}: {name}", "subject": "backline", "value": round(value), "unit": "ms", "better": "lower"}
        for name, value in figures.items()
    ]


def _in_one_moment(address: str, name: str, count: int) -> list[float]:
    """So many customers press the button at once: milliseconds until each has the result."""
    with ThreadPoolExecutor(FILLING_IN) as pool:
        clicks = list(pool.map(lambda number: _filled_in(address, f"{name}-{number}", _at_once), range(count)))
    ready = Barrier(count)

    def press(click: Click) -> float:
        ready.wait()
        return _send(click)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(press, clicks))


def _at_their_own_pace(address: str) -> list[float]:
    """All customers ask for one card after the other: milliseconds from each click to its result."""

    def go_on(number: int) -> list[float]:
        chance = Random(SEED + number)

        def think() -> None:
            time.sleep(PAUSE_S * chance.uniform(0.5, 1.5))

        time.sleep(chance.uniform(0, PAUSE_S))
        taken = []
        for turn in range(ROUNDS):
            click = _filled_in(address, f"pace{number}-{turn}", think)
            think()
            taken.append(_send(click))
        return taken

    with ThreadPoolExecutor(CUSTOMERS) as pool:
        return [one for taken in pool.map(go_on, range(CUSTOMERS)) for one in taken]


def _at_once() -> None:
    """Think of nothing."""


@dataclass(frozen=True, kw_only=True)
class Click:
    """What the button sends, over a line that is open already."""

    line: HTTPConnection
    path: str
    body: str
    headers: dict[str, str]


def _filled_in(address: str, name: str, think: Callable[[], None]) -> Click:
    """A customer who has answered everything, with a thought before each step, and stands before the button."""
    from backline.demo.person import Person

    person = Person(address)
    think()
    person.open(f"/services/{SERVICE}")
    think()
    person.send(field="service")
    think()
    page = person.answer({"name": f"Tilda {name}", "email": f"{name}@post.example", **PLACE})
    form, place = page.form(button="Send"), urlsplit(address)
    line = HTTPConnection(place.hostname or "", place.port, timeout=60)
    line.connect()
    headers = {
        "Cookie": person.browser.cookies,
        "Content-Type": "application/x-www-form-urlencoded",
        "Origin": address,
        "Referer": page.url,
        "Accept-Language": "en",
    }
    path = urlsplit(urljoin(page.url, form.action or page.url)).path
    person.leave()
    return Click(line=line, path=path, body=urlencode(form.filled({}), doseq=True), headers=headers)


def _send(click: Click) -> float:
    start = time.perf_counter()
    click.line.request("POST", click.path, click.body, click.headers)
    answer = click.line.getresponse()
    answer.read()
    click.line.request("GET", answer.headers.get("Location", click.path), headers=click.headers)
    page = click.line.getresponse().read().decode()
    taken = time.perf_counter() - start
    click.line.close()
    if not NUMBER.search(page):
        raise RuntimeError(f"no card number was shown: {answer.status} {page[:500]}")
    return taken * 1000


if __name__ == "__main__":
    print(json.dumps(here(Path(os.environ["BACKLINE_DATA"])), indent=1))
