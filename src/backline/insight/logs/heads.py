"""How a file begins."""

from __future__ import annotations

import zlib
from pathlib import Path

from backline.insight.logs.report import LogRefused
from backline.insight.logs.unpacking import is_gzip

HEAD = 64 << 10
SQLITE = b"SQLite format 3\0"


def head_of(path: Path) -> bytes:
    """The first bytes, unpacked."""
    if not path.is_file():
        raise LogRefused("there is no such file")
    with path.open("rb") as file:
        raw = file.read(HEAD)
    if not is_gzip(path):
        return raw
    try:
        return zlib.decompressobj(wbits=31).decompress(raw, HEAD)
    except zlib.error:
        raise LogRefused("this begins as gzip but can't be unpacked")
