"""Where contents lie, by their hash: one contract, and a module for each kind of place."""

from __future__ import annotations

from pathlib import Path
from typing import Protocol


class ContentMissing(Exception):
    """The row is there and the content can't be had: the store was tampered with, or restored in part."""


class StoreAway(ContentMissing):
    """The store does not answer, or turns us away; later it may be otherwise."""


class Store(Protocol):
    """Contents by their hash: each is there whole or not at all, and never altered."""

    def put(self, sha256: str, content: bytes) -> None:
        """Keep a content under its hash for good before this returns; one that is there stays as it is."""

    def get(self, sha256: str) -> bytes:
        """The content under this hash, as it lies there. Raises ``ContentMissing``."""

    def path(self, sha256: str) -> Path:
        """A file of this machine with the content, for readers that need one."""

    def remove(self, sha256: str) -> None:
        """Take a content away for good; one that is not there is no error."""

    def check(self) -> str:
        """Where it is, in words, once something was written, read and taken away. Raises ``StoreAway``."""


def below(sha256: str) -> str:
    """Where a content lies below the store's beginning: the same in every store, so that one is copied to another."""
    return f"{sha256[:2]}/{sha256[2:4]}/{sha256}"
