"""Files as a system of record: a read looks into the newest file, a write waits in a batch for the answer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from django.db import DatabaseError

from backline.connectors.arguments import flat
from backline.connectors.contract import (
    Again,
    Done,
    Found,
    Missing,
    NotDone,
    ReadResult,
    Refused,
    Rehearsed,
    RehearseResult,
    Unknown,
    VerifyResult,
    WriteResult,
)
from backline.connectors.converting import BrokenAnswer, Converter
from backline.connectors.declarations import Operation, System
from backline.connectors.files.addresses import opening
from backline.connectors.files.answering import tell
from backline.connectors.files.batching import Outgoing, append, line_of, seal_due, send_sealed
from backline.connectors.files.composing import Unfit, must_fit
from backline.connectors.files.filling import filled
from backline.connectors.files.layouts import FilesSettings
from backline.connectors.files.parsing import LayoutProblem, NotWhole, Record, parse
from backline.connectors.files.reading import KEY, Proof
from backline.connectors.files.stores import Away, Entry, Place
from backline.connectors.files.taking import Incoming, take_new, whole
from backline.connectors.holes import JOINT
from backline.connectors.models import BatchLine, TakenFile, TakenLine
from backline.engine.definition import ValueType
from backline.engine.values import encode

PAUSE_S = 5.0
SOONEST_S, LATEST_S = 15.0, 6 * 3600.0
"""Between one look for an answer and the next"""


class FilesConnector:
    """The files of one store."""

    def __init__(self, system: System, folder: Path) -> None:
        self._system = system
        self._own: FilesSettings = system.settings.own
        self._open = opening(system.settings, folder=folder)
        self._converter = Converter(system.records, system.settings.currency, system.settings.zone)
        self._read: dict[str, tuple[Entry, list[Record]]] = {}

    def read(self, operation: Operation, arguments: Mapping[str, Any], *, deadline_s: float) -> ReadResult:
        """Look a record up in the newest whole file."""
        names = flat(operation.parameters, arguments, JOINT)
        wanted = {column: filled("{" + name + "}", names) for column, name in operation.read.match.items()}
        try:
            with self._open(deadline_s) as place:
                records = self._newest(operation.read.file, place)
        except Away as wrong:
            return Missing(reason="late" if wrong.late else "down", detail=str(wrong), for_now=True)
        except LayoutProblem as wrong:
            return Missing(reason="broken", detail=str(wrong))
        if records is None:
            return Missing(reason="down", detail="there is no such file yet", for_now=True)
        found = [one for one in records if all(one[column] == cell for column, cell in wanted.items())]
        return self._found(operation, found)

    def write(self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float) -> WriteResult:
        """Into the open batch, once for this key; what the other side says of it, tells ``verify``."""
        out = self._outgoing(operation)
        try:
            record = self._record(operation, arguments, key)
            line = line_of(out, key) or append(out, key=key, record=record, now=datetime.now(UTC))
        except Unfit as wrong:
            return Refused(code="rejected", message=str(wrong))
        except (Away, DatabaseError) as wrong:
            return Again(after_s=PAUSE_S, reason=f"the line was not kept: {wrong}"[:200])
        if known := self._known(operation, line, key):
            return known
        seal_due(out, now=datetime.now(UTC))
        line.batch.refresh_from_db()
        if line.batch.state == "open":
            return _open(line)
        return self._proved(operation, line, key, deadline_s)

    def verify(
        self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float
    ) -> VerifyResult:
        """What became of the line with this key; what is due is sent, and what came is taken."""
        line = line_of(self._outgoing(operation), key)
        return NotDone() if line is None else self._proved(operation, line, key, deadline_s)

    def rehearse(
        self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float
    ) -> RehearseResult:
        """Whether the line would fit into its file; nothing is kept."""
        out = self._outgoing(operation)
        if line := line_of(out, key):
            where = f"in batch {line.batch.number}, {line.batch.state}"
            return self._known(operation, line, key) or Unknown(reason=where, answered=True)
        try:
            self._record(operation, arguments, key)
        except Unfit as wrong:
            return Refused(code="rejected", message=str(wrong))
        return Rehearsed(steps=(f"a line in the next '{out.layout.name}'",))

    def check(self, *, deadline_s: float) -> str:
        """Look at the list of files, and tell the last one that could not be taken."""
        try:
            with self._open(deadline_s) as place:
                place.entries()
        except Away as wrong:
            return str(wrong)
        last = TakenFile.objects.filter(system=self._system.name).order_by("-pk").first()
        return last.problem if last else ""

    def close(self) -> None:
        """Nothing is kept open."""
        self._read.clear()

    @property
    def expects_answers(self) -> bool:
        """Whether the other side answers what is sent."""
        return any(one.writes and one.verify.key for one in self._system.operations.values())

    def tend(self, *, now: datetime, deadline_s: float) -> None:
        """Send what is due and take what came, for every file. Raises Away."""
        outgoing = [self._out(file) for file, layout in self._own.layouts.items() if layout.goes_out]
        proofs = {one.verify.file: one.verify for one in self._system.operations.values() if one.writes}
        for out in outgoing:
            seal_due(out, now=now)
        with self._open(deadline_s) as place:
            for out in outgoing:
                send_sealed(out, place, now=now)
            for proof in proofs.values():
                if proof.key:
                    tell(take_new(self._incoming(proof), place, now=now), now=now)

    def _newest(self, file: str, place: Place) -> list[Record] | None:
        """The records of the newest whole file; a file that was read and did not change is not read again."""
        layout = self._own.layouts[file]
        for entry in reversed(whole(place, layout)):
            kept = self._read.get(file)
            if kept and kept[0] == entry:
                return kept[1]
            try:
                records = parse(entry.name, place.fetch(entry.name), layout, self._converter)
            except NotWhole:
                continue
            self._read[file] = (entry, records)
            return records
        return None

    def _found(self, operation: Operation, found: list[Record]) -> ReadResult:
        kind, at = operation.returns or ValueType(kind="text"), operation.read.at
        if kind.kind == "list":
            raw: Any = [one[at] if at else one for one in found]
        elif kind.kind == "yes/no" and not at:
            raw = bool(found)
        elif not found:
            return Missing(reason="none")
        else:
            raw = found[0][at] if at else found[0]
        try:
            value = self._converter.value(kind, raw)
        except BrokenAnswer as wrong:
            return Missing(reason="broken", detail=str(wrong))
        return Missing(reason="none") if value is None else Found(value=encode(value), type=kind)

    def _record(self, operation: Operation, arguments: Mapping[str, Any], key: str) -> Record:
        """The cells of a line. Raises Unfit."""
        layout, names = self._outgoing(operation).layout, flat(operation.parameters, arguments, JOINT) | {KEY: key}
        told = {KEY: "{key}", **operation.write.columns}
        record = {column: filled(told.get(column, ""), names) for column in layout.columns}
        must_fit(record, layout)
        return record

    def _proved(self, operation: Operation, line: BatchLine, key: str, deadline_s: float) -> Done | Refused | Unknown:
        """Known already, or after a look at what came; else where the line is."""
        if known := self._known(operation, line, key):
            return known
        wrong, is_away = "", False
        try:
            self.tend(now=datetime.now(UTC), deadline_s=deadline_s)
        except (Away, DatabaseError) as away:
            wrong, is_away = str(away), isinstance(away, Away)
        line.batch.refresh_from_db()
        if known := self._known(operation, line, key):
            return known
        if line.batch.state == "open" and not wrong:
            return _open(line)
        where = f"in batch {line.batch.number}, {line.batch.state}"
        reason = f"{where}: {wrong}"[:200] if wrong else f"{where}, no answer yet"
        return Unknown(reason=reason, answered=not is_away, after_s=0.0 if wrong else _patience_s(line))

    def _known(self, operation: Operation, line: BatchLine, key: str) -> Done | Refused | Unknown | None:
        proof: Proof = operation.verify
        if not proof.key:
            if line.batch.state != "sent":
                return None
            return Done(types={}, gives={}, proof={"key": key, "file": line.batch.name, "sha256": line.batch.sha256})
        answers = TakenLine.objects.filter(system=self._system.name, file=proof.file, key=key).order_by("pk")
        told = [one.cells for one in answers]
        good = [one for one in told if _says(one, proof.good)]
        return self._done(operation, good[0], key) if good else _refused(operation, told[-1]) if told else None

    def _done(self, operation: Operation, cells: Record, key: str) -> Done | Unknown:
        try:
            gives = self._converter.members(operation.gives, cells)
        except BrokenAnswer as wrong:
            return Unknown(reason=f"the proof {wrong}", answered=True)
        encoded = {name: encode(value) for name, value in gives.items()}
        return Done(gives=encoded, types=operation.gives, proof={"key": key, **encoded})

    def _outgoing(self, operation: Operation) -> Outgoing:
        return self._out(operation.write.file)

    def _out(self, file: str) -> Outgoing:
        return Outgoing(self._system.name, file, self._own.layouts[file])

    def _incoming(self, proof: Proof) -> Incoming:
        return Incoming(self._system.name, proof.file, self._own.layouts[proof.file], proof.key, self._converter)


def _open(line: BatchLine) -> Unknown:
    """It waits until its batch is closed."""
    left_s = (line.batch.due_at - datetime.now(UTC)).total_seconds()
    return Unknown(
        reason=f"in batch {line.batch.number}, which is open", answered=True, after_s=max(SOONEST_S, left_s)
    )  # fmt: skip


def _patience_s(line: BatchLine) -> float:
    """As long again as it has waited: whoever takes the answer wakes it, so this is for what nobody saw."""
    if line.batch.sent_at is None:
        return SOONEST_S
    waited_s = (datetime.now(UTC) - line.batch.sent_at).total_seconds()
    return min(max(SOONEST_S, waited_s), LATEST_S)


def _says(cells: Record, told: Mapping[str, str]) -> bool:
    return all(cells.get(column) == cell for column, cell in told.items())


def _refused(operation: Operation, cells: Record) -> Refused:
    for refusal in operation.refusals:
        if _says(cells, refusal.condition):
            return Refused(code=refusal.code, message=refusal.say)
    return Refused(code="rejected", message="the answer does not say yes")
