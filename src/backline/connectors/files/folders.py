"""A folder as a store: of this machine, or one that is mounted."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Self

from backline.connectors.files.parsing import MOST_BYTES
from backline.connectors.files.stores import Away, Entry


class Folder:
    """Its own files alone: no folder below, and no link is followed."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __enter__(self) -> Self:
        if not self._folder.is_dir():
            raise Away("there is no such folder")
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        """Nothing is kept open."""

    def entries(self) -> list[Entry]:
        """The files that lie there."""
        with _away(), os.scandir(self._folder) as there:
            files = [(one.name, one.stat(follow_symlinks=False)) for one in there if one.is_file(follow_symlinks=False)]
        return [Entry(name, told.st_size, told.st_mtime) for name, told in files]

    def now(self) -> float:
        """This machine's time."""
        return time.time()

    def fetch(self, name: str) -> bytes:
        """The content of a file."""
        with _away(), (self._folder / name).open("rb") as file:
            return file.read(MOST_BYTES + 1)

    def put(self, name: str, content: bytes) -> None:
        """Written aside and on the disk before it has its name."""
        aside = self._folder / f".{name}.{os.getpid()}.tmp"
        with _away():
            with aside.open("wb") as file:
                file.write(content)
                file.flush()
                os.fsync(file.fileno())
            aside.replace(self._folder / name)

    def rename(self, old: str, new: str) -> None:
        """A link fails where its name is taken; a rename would not. Our own, made before we died, is no other file."""
        with _away():
            try:
                os.link(self._folder / old, self._folder / new, follow_symlinks=False)
            except FileExistsError:
                if not (self._folder / old).samefile(self._folder / new):
                    raise
            (self._folder / old).unlink()

    def move(self, name: str, folder: str) -> None:
        """Into a folder below."""
        with _away():
            (self._folder / folder).mkdir(exist_ok=True)
            (self._folder / name).replace(self._folder / folder / name)


@contextmanager
def _away() -> Iterator[None]:
    try:
        yield
    except OSError as wrong:
        raise Away(wrong.strerror or type(wrong).__name__) from wrong
