"""A log that comes in by a page: kept, looked at, read in a thread of its own while somebody watches, then removed.

What happens is written beside the file, so that whichever process is asked next can tell it.
"""

from __future__ import annotations

import json
import logging
import re
import threading
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from backline.insight.logs.columns import NAMES, choose
from backline.insight.logs.importing import import_log
from backline.insight.logs.moments import Moments
from backline.insight.logs.opening import open_log
from backline.insight.logs.report import LogRefused, Report
from backline.insight.logs.sniffing import Peek, peek
from backline.insight.logs.told import Told

FOLDER = "logs-in"
LARGEST = 4 << 30
"""Bytes of a file"""
SHOWN = 200
"""Refused lines that are told with an import; the store keeps a thousand"""
KEY = re.compile(r"[0-9a-f]{32}")
log = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Incoming:
    """A log on its way in. ``state``: kept, reading, done, refused."""

    key: str
    file: str
    size: int
    by: str
    state: str = "kept"
    read: int = 0
    name: str = ""
    reason: str = ""
    figures: dict[str, Any] = field(default_factory=dict)
    refused: int = 0
    refusals: list[tuple[int, str]] = field(default_factory=list)
    reasons: dict[str, int] = field(default_factory=dict)
    notes: list[str] = field(default_factory=list)

    @property
    def part(self) -> int:
        """How much was read, in per cent."""
        return min(100, round(100 * self.read / self.size)) if self.size else 0


class NotThere(Exception):
    """There is no such log on its way in."""


def keep(*, folder: Path, key: str, file: str, chunks: Iterable[bytes], by: str) -> Incoming:
    """Keep an uploaded file until it is read; refuse one that is too long or empty."""
    place = folder / FOLDER
    place.mkdir(mode=0o700, parents=True, exist_ok=True)
    size = 0
    with (place / key).open("wb") as kept:
        for chunk in chunks:
            size += len(chunk)
            if size > LARGEST:
                break
            kept.write(chunk)
    if not 0 < size <= LARGEST:
        (place / key).unlink()
        raise LogRefused(f"{file} is too long: at most {LARGEST >> 30} GB" if size else f"{file} is empty")
    return _note(folder, Incoming(key=key, file=file, size=size, by=by))


def find(folder: Path, key: str) -> Incoming:
    """What is known of a log on its way in. Raises NotThere."""
    if not KEY.fullmatch(key):
        raise NotThere(key)
    try:
        told = json.loads(_notes(folder, key).read_text(encoding="utf-8"))
    except FileNotFoundError:
        raise NotThere(key)
    return Incoming(**{**told, "refusals": [tuple(one) for one in told["refusals"]]})


def look(folder: Path, incoming: Incoming) -> tuple[Peek | None, dict[str, str]]:
    """The first lines and which column is what, as guessed; nothing of that for XES and OCEL."""
    seen = peek(folder / FOLDER / incoming.key)
    if seen is None:
        return None, {}
    guessed = {part: "" for part in NAMES}

    def is_time(name: str) -> bool:
        at = seen.header.index(name)
        values = [row[at] for row in seen.rows if len(row) > at and row[at]]
        import pyarrow as pa

        return bool(values) and Moments(zone="UTC", report=Report()).read(pa.array(values)).null_count == 0

    try:
        columns = choose(seen.header, Told(), is_time=is_time, confirm=None)
        guessed = {part: getattr(columns, part) for part in NAMES}
    except LogRefused:
        pass  # somebody will say it
    return seen, guessed


def begin(
    *, folder: Path, incoming: Incoming, name: str, told: Told, now: datetime, after: Callable[[], None] = lambda: None
) -> None:
    """Read it in a thread of its own; ``after`` is called there when all is done."""
    begun = _note(folder, replace(incoming, state="reading", name=name))

    def run() -> None:
        try:
            _read(folder, begun, told, now)
        finally:
            (folder / FOLDER / incoming.key).unlink(missing_ok=True)
            after()

    threading.Thread(target=run, name=f"log-{incoming.key[:6]}", daemon=True).start()


def _read(folder: Path, incoming: Incoming, told: Told, now: datetime) -> None:
    report, last = Report(), [0]

    def progress(read: int) -> None:
        if read - last[0] > incoming.size / 50:
            last[0] = read
            _note(folder, replace(incoming, read=read))

    try:
        reader = open_log(folder / FOLDER / incoming.key, told=told, report=report, progress=progress)
        imported = import_log(folder=folder, name=incoming.name, reader=reader, report=report, now=now)
    except LogRefused as refused:
        _note(
            folder, _with(incoming, report, state="refused", reason=str(refused).replace(incoming.key, incoming.file))
        )
    except Exception:
        log.exception("a log could not be read")
        _note(
            folder,
            _with(incoming, report, state="refused", reason="something went wrong; the log of the server says what"),
        )
    else:
        _note(folder, _with(incoming, report, state="done", figures=asdict(imported.figures), read=incoming.size))


def _with(incoming: Incoming, report: Report, **changed: Any) -> Incoming:
    return replace(
        incoming,
        refused=report.refused,
        refusals=[(one.line, one.reason) for one in report.refusals[:SHOWN]],
        reasons=dict(report.reasons.most_common()),
        notes=list(report.notes),
        **changed,
    )


def _note(folder: Path, incoming: Incoming) -> Incoming:
    """Write down what is known, all at once."""
    path = _notes(folder, incoming.key)
    fresh = path.with_suffix(".new")
    fresh.write_text(json.dumps(asdict(incoming), ensure_ascii=False), encoding="utf-8")
    fresh.replace(path)
    return incoming


def _notes(folder: Path, key: str) -> Path:
    return folder / FOLDER / f"{key}.json"
