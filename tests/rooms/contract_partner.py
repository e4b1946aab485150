"""The other side of an exchange of files: takes batches of orders, keeps a ledger, and answers each line in a file."""

from __future__ import annotations

import csv
import io
from typing import Protocol

PRICES = "what,price\r\ntea,12.50\r\nT,1,12.50\r\n"


class Shelf(Protocol):
    """Where the files lie."""

    def names(self) -> list[str]: ...
    def get(self, name: str) -> bytes: ...
    def put(self, name: str, content: bytes) -> None: ...
    def drop(self, name: str) -> None: ...


class Partner:
    """Takes what has its own name, and leaves what is still being written."""

    def __init__(self, shelf: Shelf) -> None:
        self.shelf = shelf
        self.ledger: list[tuple[str, str]] = []
        """Key and thing of every accepted line, as often as it was accepted"""
        self.batches: list[str] = []

    def work(self) -> None:
        """Take every batch, answer it, and let go of it."""
        for name in sorted(self.shelf.names()):
            if name.startswith("orders-") and name.endswith(".csv"):
                self._answer(name, self.shelf.get(name).decode())
                self.shelf.drop(name)

    def _answer(self, name: str, content: str) -> None:
        header, *lines, trailer = list(csv.reader(io.StringIO(content)))
        assert header == ["key", "what", "amount"]
        assert trailer == ["T", str(len(lines)), f"{sum(float(amount) for _, _, amount in lines):.2f}"]
        self.batches.append(name)
        answers = io.StringIO(newline="")
        writer = csv.writer(answers)
        writer.writerow(["key", "status", "number"])
        for key, what, _ in lines:
            if what == "gold":
                writer.writerow([key, "E12", ""])
            else:
                self.ledger.append((key, what))
                writer.writerow([key, "ok", f"N-{len(self.ledger)}"])
        writer.writerow(["T", len(lines)])
        self.shelf.put(name.replace("orders", "answers"), answers.getvalue().encode())
