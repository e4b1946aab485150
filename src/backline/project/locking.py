"""One process performs what is due in a folder; whoever else wants to has to wait until it stopped."""

from __future__ import annotations

import fcntl
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

NAME = "serving.lock"


class FolderBusy(Exception):
    """Another process has the folder in hand."""


@contextmanager
def hold(folder: Path) -> Iterator[None]:
    """Have the folder in hand; the system lets go of it when this process ends, however it ends."""
    with (folder / NAME).open("a") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            raise FolderBusy(f"{folder}: another 'backline serve' is running here; stop it first.")
        yield
