"""Contents as files of a folder: written whole or not at all, and read-only afterwards."""

from __future__ import annotations

import os
import secrets
from pathlib import Path

from backline.documents.stores import ContentMissing, StoreAway, below


class Folder:
    """A folder of this machine."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def put(self, sha256: str, content: bytes) -> None:
        """Nothing is written where the file is there."""
        path = self.path(sha256)
        if not path.exists():
            write_whole(path, content)
            path.chmod(0o440)

    def get(self, sha256: str) -> bytes:
        """The file's bytes."""
        try:
            return self.path(sha256).read_bytes()
        except FileNotFoundError:
            raise ContentMissing(f"The file {sha256} is missing.") from None

    def path(self, sha256: str) -> Path:
        """Where the file lies, or would lie."""
        return self._folder / below(sha256)

    def remove(self, sha256: str) -> None:
        """The file; the folders above it stay."""
        self.path(sha256).unlink(missing_ok=True)

    def check(self) -> str:
        """Write a file and take it away."""
        trial = self._folder / f".trial-{secrets.token_hex(6)}"
        try:
            write_whole(trial, b"trial")
            trial.unlink()
        except OSError as wrong:
            raise StoreAway(f"{self._folder} can't be written to: {wrong.strerror}") from wrong
        return f"in the folder {self._folder}"


def write_whole(path: Path, content: bytes) -> None:
    """Write beside, bring to the disk, then rename: a reader sees all of it or nothing, also after a crash."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(6)}")
    try:
        with beside.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
    _sync_folder(path.parent)


def _sync_folder(parent: Path) -> None:
    handle = os.open(parent, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
