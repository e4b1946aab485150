"""A small disk of a run's own, that can be filled and emptied. Needs root and Linux; elsewhere no disk is filled."""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

SIZE_MB = 192


@dataclass(frozen=True)
class Disk:
    """A folder on a file system of its own."""

    folder: Path

    def fill(self) -> None:
        """Leave no room."""
        with contextlib.suppress(OSError), (self.folder / "ballast").open("ab", buffering=0) as ballast:
            while ballast.write(b"x" * 65536) == 65536:
                pass

    def empty(self) -> None:
        """Make room again."""
        (self.folder / "ballast").unlink(missing_ok=True)


@contextlib.contextmanager
def small(folder: Path) -> Iterator[Disk | None]:
    """The folder as a disk of its own while the block lasts; None where that can't be had."""
    if not sys.platform.startswith("linux") or os.geteuid() != 0:
        yield None
        return
    told = ["mount", "-t", "tmpfs", "-o", f"size={SIZE_MB}m,mode=0700", "backline-crash", str(folder)]
    if subprocess.run(told, capture_output=True, check=False).returncode:
        yield None
        return
    try:
        yield Disk(folder)
    finally:
        subprocess.run(["umount", "-l", str(folder)], capture_output=True, check=False)
