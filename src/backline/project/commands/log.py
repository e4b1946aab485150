"""Event logs: import one of another system, or make those of our own cases again; and measure."""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from backline.project.command import DONE, Refused
from backline.project.printing import print_columns, print_json

if TYPE_CHECKING:
    from backline.insight.logs.columns import Columns
    from backline.insight.logs.importing import Imported
    from backline.insight.logs.report import Report

BAR = 30
SHOWN = 100
"""Refused lines that are printed; the store keeps a thousand"""


def add(parser: argparse.ArgumentParser) -> None:
    """``import FILE``, and what its columns are where that can't be guessed; ``rebuild``."""
    within = parser.add_subparsers(dest="what", required=True, metavar="import|rebuild")
    again = within.add_parser("rebuild", help="make the logs of Backline's own cases again from their timelines")
    again.add_argument("--json", action="store_true", help="print JSON: for each case type its figures")
    one = within.add_parser("import", help="read XES, CSV or OCEL 2.0 into the store that all measures read")
    one.add_argument("file", type=Path, metavar="FILE")
    one.add_argument("--name", default="", help="what the log is called; a log of that name is replaced")
    one.add_argument("--case", default="", metavar="COLUMN", help="the case; for OCEL the object type that is the case")
    one.add_argument("--activity", default="", metavar="COLUMN")
    one.add_argument("--time", default="", metavar="COLUMN")
    one.add_argument("--resource", default="", metavar="COLUMN", help="who did it; 'none' for nobody")
    one.add_argument("--separator", default="", metavar="CHARACTER", help="of CSV; 'tab' for a tabulator")
    one.add_argument("--encoding", default="", help="of CSV, such as cp1252")
    one.add_argument(
        "--time-format", action="append", default=[], metavar="FORMAT", help="such as '%%d.%%m.%%Y %%H:%%M'"
    )
    one.add_argument("--zone", default="", help="of times without one; the organisation's without this")
    one.add_argument("--yes", action="store_true", help="ask nothing on a terminal")
    one.add_argument("--json", action="store_true", help="print JSON and nothing else")


def run(args: argparse.Namespace) -> int:
    """Import, or make our own logs again; refused when nothing could be read."""
    return _rebuild(args) if args.what == "rebuild" else _import(args)


def _import(args: argparse.Namespace) -> int:
    from backline.insight.logs.report import LogRefused, Report

    started, report = time.perf_counter(), Report()
    try:
        imported = _read(args, report)
    except LogRefused as refused:
        _tell(report, args.file)
        raise Refused(f"{args.file}: {refused}")
    _tell(report, args.file)
    told = {**asdict(imported.figures), "refused": report.refused, "seconds": round(time.perf_counter() - started, 3)}
    if args.json:
        print_json(told)
    else:
        print("\n".join(f"{name.replace('_', ' '):<20} {_shown(value):>14}" for name, value in told.items()))
    return DONE


def _rebuild(args: argparse.Namespace) -> int:
    from backline.project.starting import start

    folder = start()
    from backline.insight.acts.feeding import rebuild
    from backline.insight.logs.report import LogRefused

    try:
        logs = rebuild(folder=folder, now=datetime.now(UTC))
    except LogRefused as refused:
        raise Refused(str(refused))
    if args.json:
        print_json([{"type": one.name, **asdict(one.figures)} for one in logs])
    else:
        rows = [(one.name, one.figures.cases, one.figures.events, _shown(one.figures.median_days)) for one in logs]
        print_columns(["case type", "cases", "steps", "median days"], rows)
    return DONE


def _read(args: argparse.Namespace, report: Report) -> Imported:
    from backline.insight.logs.arrays import start_light
    from backline.insight.logs.importing import import_log
    from backline.insight.logs.opening import open_log
    from backline.insight.logs.told import Told

    start_light()

    folder, zone = _organisation()
    told = Told(
        case=args.case,
        activity=args.activity,
        time=args.time,
        resource=args.resource,
        separator="\t" if args.separator == "tab" else args.separator,
        encoding=args.encoding,
        time_formats=tuple(args.time_format),
        zone=args.zone or zone,
    )
    bar = _Bar(args.file)
    asked = None if args.yes or not (sys.stdin.isatty() and sys.stderr.isatty()) else _confirm
    reader = open_log(args.file, told=told, report=report, confirm=asked, progress=bar)
    name = args.name or args.file.name.partition(".")[0]
    try:
        return import_log(folder=folder, name=name, reader=reader, report=report, now=datetime.now(UTC))
    finally:
        bar.end()


def _confirm(columns: Columns, names: Sequence[str]) -> Columns:
    """Ask the person at the terminal; they may say ``case=COLUMN`` and the like until it is right."""
    from backline.insight.logs.columns import Columns

    while True:
        print(f"{columns.shown()}\nof: {', '.join(names)}", file=sys.stderr)
        print("Right? [Enter, or PART=COLUMN such as case=Ticket] ", end="", file=sys.stderr, flush=True)
        answer = sys.stdin.readline()
        if not answer:
            raise Refused("nobody answered; give --case, --activity, --time and --resource, or --yes")
        part, said, name = answer.strip().partition("=")
        if not part or part.lower() in ("y", "yes"):
            return columns
        if said and part.strip() in ("case", "activity", "time", "resource") and name.strip() in ("", *names):
            given = {**asdict(columns), part.strip(): name.strip()}
            columns = Columns(**given)
        else:
            print("That is none of them.", file=sys.stderr)


def _organisation() -> tuple[Path, str]:
    """The folder and its time zone, without the database: the store of logs stands beside it."""
    from backline.project.organisation import SettingsRefused, read_organisation

    folder = Path(os.environ.get("BACKLINE_DATA", "var/organisation")).resolve()
    try:
        return folder, read_organisation(folder).time_zone
    except SettingsRefused as wrong:
        raise Refused(str(wrong))


def _tell(report: Report, path: Path) -> None:
    """Refused lines and notes, for the person, on standard error."""
    for refusal in report.refusals[:SHOWN]:
        where = f"{path}:{refusal.line}" if refusal.line else str(path)
        print(f"{where}: refused: {refusal.reason}", file=sys.stderr)
    if report.refused > SHOWN:
        print(f"{path}: {report.refused:,} refused in all:", file=sys.stderr)
        for reason, times in report.reasons.most_common():
            print(f"{times:>12,}  {reason}", file=sys.stderr)
    for note in report.notes:
        print(f"{path}: {note}", file=sys.stderr)


def _shown(value: object) -> str:
    if value is None:
        return "-"
    return f"{value:,.3f}" if isinstance(value, float) else f"{value:,}"


class _Bar:
    """How much of a file has been read, drawn on a terminal and nowhere else."""

    def __init__(self, path: Path) -> None:
        self._size = max(1, path.stat().st_size) if path.is_file() else 1
        self._drawn = -1
        self._watched = sys.stderr.isatty()

    def __call__(self, read: int) -> None:
        done = min(BAR, BAR * read // self._size)
        if self._watched and done != self._drawn:
            self._drawn = done
            shown = "█" * done + "·" * (BAR - done)
            print(f"\r{shown} {min(100, 100 * read // self._size):>3} %", end="", file=sys.stderr, flush=True)

    def end(self) -> None:
        """Leave a clean line."""
        if self._drawn >= 0:
            print("\r" + " " * (BAR + 7) + "\r", end="", file=sys.stderr, flush=True)
