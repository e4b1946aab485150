"""The load: customers who order over the API, and ask again with the same key until they are answered."""

from __future__ import annotations

import contextlib
import itertools
import random
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

import httpx

AT_ONCE = 4
PATIENCE_S = 60.0


class NotTaken(Exception):
    """An order was refused, or nobody answered in time."""


class Customers:
    """Orders, numbered from one, and the case that each was answered with."""

    def __init__(self, address: str, *, token: str, party: int, seed: int) -> None:
        self.accepted: dict[int, str] = {}
        self._address, self._token, self._party, self._seed = address, token, party, seed
        self._numbers = itertools.count(1)
        self._enough = threading.Event()
        self._given_up = threading.Event()

    @contextlib.contextmanager
    def ordering(self) -> Iterator[None]:
        """They order while the block lasts; after it each waits for the answer to the last order."""
        with ThreadPoolExecutor(AT_ONCE) as pool:
            going = [pool.submit(self._order_on) for _ in range(AT_ONCE)]
            try:
                yield
            except BaseException:
                self._given_up.set()
                raise
            finally:
                self._enough.set()
            for one in going:
                one.result()

    def settled(self) -> bool:
        """Whether no case is open any more."""
        with self._client() as client:
            answers = [client.get("/api/cases", params={"state": state, "limit": 1}) for state in ("open", "stuck")]
        return all(answer.status_code == 200 and not answer.json()["items"] for answer in answers)

    def _order_on(self) -> None:
        with self._client() as client:
            while not self._enough.is_set():
                number = next(self._numbers)
                self.accepted[number] = self._order(client, number)
                self._enough.wait(random.Random(f"{self._seed}/pause/{number}").uniform(0.1, 0.5))

    def _order(self, client: httpx.Client, number: int) -> str:
        told = {"type": "order", "parties": {"customer": self._party}, "facts": {"number": number}}
        ends = time.monotonic() + PATIENCE_S
        while time.monotonic() < ends and not self._given_up.is_set():
            with contextlib.suppress(httpx.TransportError):
                answer = client.post("/api/cases", json=told, headers={"Idempotency-Key": f"{self._seed}-{number}"})
                if answer.status_code in (200, 201):
                    return str(answer.json()["case"])
                if answer.status_code < 500 and answer.status_code != 429:
                    raise NotTaken(f"order {number}: {answer.status_code} {answer.text[:500]}")
            time.sleep(0.1)
        raise NotTaken(f"order {number}: no answer within {PATIENCE_S:.0f} seconds")

    def _client(self) -> httpx.Client:
        return httpx.Client(base_url=self._address, headers={"Authorization": f"Bearer {self._token}"}, timeout=15)
