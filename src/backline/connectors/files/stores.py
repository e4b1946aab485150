"""Where files lie: what every store can do, whether it is a folder, an SFTP server or a bucket."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

PART = ".part"
UNFINISHED = (PART, ".tmp", ".filepart", ".crdownload", ".partial")


class Away(Exception):
    """The store does not answer. ``late``: it took too long."""

    def __init__(self, message: str, *, late: bool = False) -> None:
        super().__init__(message)
        self.late = late


@dataclass(frozen=True, slots=True)
class Entry:
    """A file in a store."""

    name: str
    size: int
    modified: float
    """Seconds since 1970, by the store's clock"""

    @property
    def stamp(self) -> str:
        """Tells it from another file of the same name."""
        return f"{self.modified:.6f}:{self.size}"

    @property
    def is_whole(self) -> bool:
        """Whether its name does not say that somebody still writes it."""
        return not self.name.startswith(".") and not self.name.lower().endswith(UNFINISHED)


class Place(Protocol):
    """An open store. Every method raises Away; names are plain, without a folder."""

    def entries(self) -> list[Entry]:
        """The files that lie there."""

    def now(self) -> float:
        """The time by which ``modified`` is told, or our own where the store does not tell."""

    def fetch(self, name: str) -> bytes:
        """The content of a file."""

    def put(self, name: str, content: bytes) -> None:
        """A file, whole or not at all under this name; what was there is replaced."""

    def rename(self, old: str, new: str) -> None:
        """Another name for a file; never over one that is there."""

    def move(self, name: str, folder: str) -> None:
        """Into a folder below; made where there is none."""


Opening = Callable[[float], AbstractContextManager[Place]]
"""Opens a store within so many seconds"""
