"""Opening a container that stands where files should: in a process of its own, as every file is opened."""

from __future__ import annotations

import tempfile
from dataclasses import dataclass
from pathlib import Path

from backline.documents import confined

SECONDS = 3.0
"""Of the processor; an honest one takes a fraction of a second"""


@dataclass(frozen=True, kw_only=True)
class Unpacked:
    """What was in it."""

    files: tuple[tuple[str, bytes], ...] = ()
    """Names and contents, in their order"""
    text: str = ""
    html: str = ""


def unpack_winmail(content: bytes, *, most_bytes: int) -> Unpacked | None:
    """What is in a ``winmail.dat``, as far as ``most_bytes`` together; None where it can't be opened."""
    with tempfile.TemporaryDirectory(prefix="backline-winmail-") as folder:
        path = Path(folder) / "winmail.dat"
        path.write_bytes(content)
        told = confined.ask_parser("unpack", path, folder, seconds=SECONDS)
        if told.ending != "done" or not told.lines:
            return None
        *files, last = told.lines
        found, room = [], most_bytes
        for one in files:
            file = Path(str(one["file"]))
            if (size := file.stat().st_size) <= room:
                found.append((str(one["name"]), file.read_bytes()))
                room -= size
        return Unpacked(files=tuple(found), text=str(last.get("text", "")), html=str(last.get("html", "")))
