"""Event logs as a table in text: CSV with any separator, encoding and format of time."""

from __future__ import annotations

import codecs
import csv
import shutil
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb
import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from backline.insight.logs.arrays import integers, truths
from backline.insight.logs.batches import LONGEST, Batch
from backline.insight.logs.columns import Confirm, choose
from backline.insight.logs.heads import head_of
from backline.insight.logs.judging import judge
from backline.insight.logs.moments import Moments
from backline.insight.logs.report import KEPT, Report
from backline.insight.logs.sniffing import encoding_of, header_of, rows_of, sample_of, separator_of
from backline.insight.logs.store import SETTINGS
from backline.insight.logs.told import Told
from backline.insight.logs.unpacking import Progress, is_gzip, no_progress, pieces

ROWS = 100_000
MOST_BREAKS = 50
UNCLOSED = "UNQUOTED VALUE"
REJECTED = {
    "MISSING COLUMNS": "fewer columns than the header",
    "TOO MANY COLUMNS": "more columns than the header",
    UNCLOSED: "a quote that is not closed",
    "LINE SIZE OVER MAXIMUM": "a line that is too long",
    "INVALID ENCODING": "bytes that are not UTF-8",
}


@dataclass(frozen=True, kw_only=True)
class Part:
    """Lines of the file, from ``line`` on."""

    path: Path
    line: int
    header: bool = False

    def after(self, position: int, path: Path) -> Part:
        """What follows the line in which this byte stands, as a file of its own."""
        line = _lines_at(self, [position])[0]
        with self.path.open("rb") as file, path.open("wb") as rest:
            file.seek(position)
            file.readline()
            shutil.copyfileobj(file, rest, 1 << 20)
        return Part(path=path, line=line + 1)


class CsvReader:
    """Reads CSV through DuckDB, every value as text."""

    kind = "CSV"

    def __init__(
        self,
        path: Path,
        *,
        told: Told,
        moments: Moments,
        report: Report,
        confirm: Confirm | None = None,
        progress: Progress = no_progress,
    ) -> None:
        self._path, self._moments, self._report, self._progress = path, moments, report, progress
        self._record = 0
        head = head_of(path)
        self._encoding = told.encoding or encoding_of(head)
        sample = sample_of(head, self._encoding)
        self._separator = told.separator or separator_of(sample)
        rows = rows_of(sample, self._separator)
        self._header = header_of(rows)
        self._columns = choose(self._header, told, is_time=self._is_time(rows[1:]), confirm=confirm)
        if self._columns.guessed:
            report.note(f"columns were guessed: {self._columns.shown()}")

    def batches(self) -> Iterator[Batch]:
        """The events; after a quote that is never closed, reading begins again with the next line."""
        with self._plain() as plain, TemporaryDirectory(prefix="backline-log-") as folder:
            part = Part(path=plain, line=1, header=True)
            for number in range(MOST_BREAKS):
                unclosed = yield from self._part(part)
                if unclosed is None:
                    return
                part = part.after(unclosed, Path(folder) / f"{number % 2}.csv")
            self._report.refuse(part.line, "too many quotes are not closed: what follows was not read")

    def _part(self, part: Part) -> Generator[Batch, None, int | None]:
        """The events of a part; answers the byte of a quote that was not closed."""
        late: list[tuple[int, str]] = []
        first = self._record
        with duckdb.connect(config=dict(SETTINGS)) as reading:
            try:
                for rows in self._rows(reading, part):
                    batch, wrong = self._batch(rows)
                    late += [(record - first, reason) for record, reason in wrong]
                    self._record += len(rows)
                    yield batch
            except duckdb.Error as broken:
                self._report.refuse(0, f"the rest can't be read: {str(broken).partition(chr(10))[0][:200]}")
            rejected = _rejected(reading)
        self._refuse(part, late, rejected)
        return next((at for at, kind in rejected if kind == UNCLOSED), None)

    def _rows(self, reading: duckdb.DuckDBPyConnection, part: Part) -> Iterator[pa.Table]:
        names = ", ".join(f"'c{number}': 'VARCHAR'" for number in range(len(self._header)))
        relation = reading.sql(
            f"SELECT * FROM read_csv(?, columns={{{names}}}, skip={int(part.header)}, delim=?, header=false, "  # noqa: S608
            "quote='\"', escape='\"', "
            "auto_detect=false, store_rejects=true, rejects_limit=0, strict_mode=true, null_padding=false)",
            params=[str(part.path), self._separator],
        )
        read = 0
        for batch in relation.to_arrow_reader(ROWS):
            read += batch.nbytes
            if part.path == self._path:
                self._progress(read)
            yield pa.Table.from_batches([batch], schema=batch.schema)

    def _batch(self, rows: pa.Table) -> tuple[Batch, list[tuple[int, str]]]:
        """The events of these rows, and which record was refused for what."""
        texts = {name: rows.column(number).combine_chunks() for number, name in enumerate(self._header)}
        nothing = pa.nulls(len(rows), pa.string())
        moment = texts[self._columns.time]
        record = self._record
        events = {
            "case_name": texts[self._columns.case],
            "activity": texts[self._columns.activity],
            "resource": texts.get(self._columns.resource, nothing),
            "moment": self._moments.read(moment),
            "lifecycle": texts.get("lifecycle:transition", nothing),
            "place": integers(np.arange(record, record + len(rows))),
        }
        refused, reasons = judge(events, moment, expanded=False)
        late = [(record + event, reason) for event, reason in reasons(KEPT)]
        self._report.refused += int(refused.sum()) - len(late)
        kept = pa.table(events).filter(truths(~refused))
        own = {self._columns.case, self._columns.activity, self._columns.time, self._columns.resource}
        other = {name: column for name, column in texts.items() if name not in own and name != "lifecycle:transition"}
        return Batch(events=kept, event_facts=_facts(other, events["place"])), late

    def _refuse(self, part: Part, late: list[tuple[int, str]], rejected: list[tuple[int, str]]) -> None:
        """Tell refused records by their line; finding the lines means reading the part once more, as far as needed."""
        lines_rejected = _lines_at(part, [at for at, _kind in rejected])
        records = {record for record, _reason in late}
        lines = _lines(part, self._separator, records, set(lines_rejected))
        told = [(lines.get(record, 0), reason) for record, reason in late]
        told += [
            (line, REJECTED.get(kind, kind.lower())) for line, (_at, kind) in zip(lines_rejected, rejected, strict=True)
        ]
        for line, reason in sorted(told):
            self._report.refuse(line, reason)

    def _is_time(self, rows: list[list[str]]) -> Callable[[str], bool]:
        def told(name: str) -> bool:
            at = self._header.index(name)
            values = [row[at] for row in rows if len(row) > at and row[at]]
            quiet = Moments(zone="UTC", report=Report())
            return bool(values) and quiet.read(pa.array(values)).null_count == 0

        return told

    @contextmanager
    def _plain(self) -> Iterator[Path]:
        """The file as plain UTF-8: itself, or a copy."""
        if not is_gzip(self._path) and self._encoding in ("utf-8", "utf-8-sig", "ascii"):
            yield self._path
            return
        with TemporaryDirectory(prefix="backline-log-") as folder:
            copy = Path(folder) / "plain.csv"
            decoder = codecs.getincrementaldecoder(self._encoding)("replace")
            with copy.open("w", encoding="utf-8", newline="") as file:
                for piece in pieces(self._path, size=1 << 20, report=self._report, progress=self._progress):
                    file.write(decoder.decode(piece))
            yield copy


def _facts(columns: dict[str, pa.Array], place: pa.Array) -> pa.Table | None:
    """What else each row tells."""
    parts = []
    for name, values in columns.items():
        known = pc.is_valid(values)
        told = pc.utf8_slice_codeunits(values.filter(known), 0, LONGEST)
        key = pa.repeat(pa.scalar(name), len(told))
        parts.append(pa.table({"place": place.filter(known), "key": key, "value": told}))
    return pa.concat_tables(parts) if parts else None


def _rejected(reading: duckdb.DuckDBPyConnection) -> list[tuple[int, str]]:
    """What DuckDB could not take as a row: the byte and the kind."""
    found = reading.execute(
        "SELECT line_byte_position, min(error_type::VARCHAR) FROM reject_errors GROUP BY ALL ORDER BY ALL"
    ).fetchall()
    return [(int(at or 0), str(kind)) for at, kind in found]


def _lines(part: Part, separator: str, wanted: set[int], rejected: set[int]) -> dict[int, int]:
    """The line on which each of these records begins."""
    found: dict[int, int] = {}
    csv.field_size_limit(1 << 30)
    with part.path.open(encoding="utf-8-sig", errors="replace", newline="") as file:
        reader = csv.reader(file, delimiter=separator)
        if part.header:
            next(reader, None)
        record, begins = 0, part.line + reader.line_num
        while len(found) < len(wanted) and (row := next(reader, None)) is not None:
            if row and begins not in rejected:
                if record in wanted:
                    found[record] = begins
                record += 1
            begins = part.line + reader.line_num
    return found


def _lines_at(part: Part, positions: list[int]) -> list[int]:
    """The lines of these bytes, which rise."""
    lines, line, at = [], part.line, 0
    with part.path.open("rb") as file:
        for position in positions:
            while at < position and (piece := file.read(min(1 << 20, position - at))):
                line += piece.count(b"\n")
                at += len(piece)
            lines.append(line)
    return lines
