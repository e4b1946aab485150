"""Which reader a file needs, told by its content."""

from __future__ import annotations

from pathlib import Path

from backline.insight.logs.batches import Reader
from backline.insight.logs.columns import Confirm
from backline.insight.logs.heads import SQLITE, head_of
from backline.insight.logs.moments import Moments
from backline.insight.logs.report import LogRefused, Report
from backline.insight.logs.told import Told
from backline.insight.logs.unpacking import Progress, no_progress


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
