"""Which reader a file needs, told by its content."""

from __future__ import annotations

import zlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from backline.insight.logs.batches import Reader
from backline.insight.logs.moments import Moments
from backline.insight.logs.report import LogRefused, Report
from backline.insight.logs.unpacking import Progress, is_gzip, no_progress

HEAD = 64 << 10
if TYPE_CHECKING:
    from backline.insight.logs.columns import Confirm

SQLITE = b"SQLite format 3\0"


@dataclass(frozen=True, kw_only=True)
class Told:
    """What somebody said of a file; empty is guessed."""

    case: str = ""
    """The column, the object type of OCEL, the attribute of a case in XES"""
    activity: str = ""
    time: str = ""
    resource: str = ""
    separator: str = ""
    encoding: str = ""
    time_formats: tuple[str, ...] = ()
    zone: str = "UTC"


def open_log(
    path: Path, *, told: Told, report: Report, confirm: Confirm | None = None, progress: Progress = no_progress
) -> Reader:
    """The reader of this file; ``confirm`` is asked about what was guessed."""
    head = head_of(path)
    moments = Moments(zone=told.zone, report=report, formats=told.time_formats)
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")
    if not start:
        raise LogRefused("the file is empty")
    if start.startswith(b"<") or head.startswith((b"\xff\xfe<", b"\xfe\xff\0<")):
        from backline.insight.logs.xes import XesReader

        return XesReader(path, told=told, moments=moments, report=report, progress=progress)
    if head.startswith(SQLITE) or start.startswith(b"{"):
        from backline.insight.logs.ocel import OcelReader

        return OcelReader(path, told=told, moments=moments, report=report, confirm=confirm, progress=progress)
    from backline.insight.logs.csv_files import CsvReader

    return CsvReader(path, told=told, moments=moments, report=report, confirm=confirm, progress=progress)


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
