"""A database as a system of record: a write is one transaction, done only when it was read back after the commit."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, TextClause
from sqlalchemy.exc import DBAPIError, IntegrityError, InterfaceError, OperationalError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout

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
from backline.connectors.counting import more_than_once
from backline.connectors.declarations import Operation, System
from backline.connectors.sql.binding import bound, chosen
from backline.connectors.sql.colliding import as_if_alone, collided
from backline.connectors.sql.engines import asking, make_engine, writing
from backline.engine.definition import ValueType
from backline.engine.values import encode

Row = dict[str, Any]
MOST_ROWS = 1000
PAUSE_S, SOON_S = 1.0, 0.05
UNREACHED = (OperationalError, InterfaceError, PoolTimeout)
TIMED_OUT = ("interrupted", "statement timeout", "canceling statement", "timed out")


class SqlConnector:
    """Named statements of one database."""

    def __init__(self, system: System, *, folder: Path) -> None:
        settings = system.settings
        self._engine, self._zone = make_engine(settings, folder=folder), settings.zone
        self._converter = Converter(system.records, settings.currency, settings.zone)

    def read(self, operation: Operation, arguments: Mapping[str, Any], *, deadline_s: float) -> ReadResult:
        """Run the statement of a read and make its answer the declared type."""
        names = bound(operation, arguments, dialect=self._engine.dialect.name, zone=self._zone)
        try:
            with asking(self._engine, deadline_s=deadline_s) as connection:
                rows = _rows(connection, operation.read, names)
            return self._found(operation.returns or ValueType(kind="text"), rows)
        except BrokenAnswer as wrong:
            return Missing(reason="broken", detail=str(wrong))
        except UNREACHED as wrong:
            return Missing(reason="late" if _is_late(wrong) else "down", detail=_brief(wrong), for_now=True)
        except SQLAlchemyError as wrong:
            return Missing(reason="broken", detail=_brief(wrong))

    def write(self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float) -> WriteResult:
        """Refusals and statements in one transaction, then the proof on another connection."""
        names = bound(operation, arguments, dialect=self._engine.dialect.name, zone=self._zone, key=key)
        try:
            refused = as_if_alone(lambda left_s: self._transact(operation, names, left_s), deadline_s=deadline_s)
        except IntegrityError as wrong:
            return self._after_conflict(operation, names, deadline_s, wrong)
        except _CommitLost as lost:
            return Unknown(reason=str(lost))
        except SQLAlchemyError as wrong:
            return _not_written(wrong)
        if refused is not None:
            return refused
        proof = self._verify(operation, names, deadline_s)
        return Unknown(reason="written, but not found when it was read back") if isinstance(proof, NotDone) else proof

    def verify(
        self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float
    ) -> VerifyResult:
        """Whether a write with this key is there."""
        names = bound(operation, arguments, dialect=self._engine.dialect.name, zone=self._zone, key=key)
        return self._verify(operation, names, deadline_s)

    def rehearse(
        self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float
    ) -> RehearseResult:
        """Ask for the proof and the refusals, in a transaction that can't write; tell the statements."""
        names = bound(operation, arguments, dialect=self._engine.dialect.name, zone=self._zone, key=key)
        proof = self._verify(operation, names, deadline_s)
        if not isinstance(proof, NotDone):
            return proof
        try:
            with asking(self._engine, deadline_s=deadline_s) as connection:
                refused = _refusal(connection, operation, names)
        except SQLAlchemyError as wrong:
            return Unknown(reason=_brief(wrong))
        return refused or Rehearsed(steps=tuple(str(statement) for statement in operation.write))

    def check(self, *, deadline_s: float) -> str:
        """Connect and ask for the number one."""
        try:
            with asking(self._engine, deadline_s=deadline_s) as connection:
                connection.exec_driver_sql("select 1")
        except SQLAlchemyError as wrong:
            return _brief(wrong)
        return ""

    def close(self) -> None:
        """Close all connections."""
        self._engine.dispose()

    def _transact(self, operation: Operation, names: Mapping[str, Any], deadline_s: float) -> Refused | None:
        with writing(self._engine, deadline_s=deadline_s) as connection:
            transaction = connection.begin()
            try:
                if _rows(connection, operation.verify, names):
                    transaction.rollback()
                    return None
                if refused := _refusal(connection, operation, names):
                    transaction.rollback()
                    return refused
                for statement in operation.write:
                    connection.execute(statement, chosen(statement, names))
            except BaseException:
                transaction.rollback()
                raise
            try:
                transaction.commit()
            except IntegrityError:
                raise
            except DBAPIError as wrong:
                if collided(wrong):
                    raise
                raise _CommitLost(_brief(wrong)) from wrong
        return None

    def _after_conflict(
        self, operation: Operation, names: Mapping[str, Any], deadline_s: float, conflict: IntegrityError
    ) -> WriteResult:
        """A row was already there: our own of an earlier attempt, or the reason of a refusal."""
        proof = self._verify(operation, names, deadline_s)
        if not isinstance(proof, NotDone):
            return proof
        try:
            with asking(self._engine, deadline_s=deadline_s) as connection:
                refused = _refusal(connection, operation, names)
        except SQLAlchemyError as wrong:
            return Again(after_s=PAUSE_S, reason=_brief(wrong))
        return refused or Refused(code="rejected", message=_brief(conflict))

    def _verify(self, operation: Operation, names: Mapping[str, Any], deadline_s: float) -> VerifyResult:
        try:
            with asking(self._engine, deadline_s=deadline_s) as connection:
                rows = _rows(connection, operation.verify, names)
            if not rows:
                return NotDone()
            if doubled := more_than_once(operation, len(rows)):
                return doubled
            gives = self._converter.members(operation.gives, rows[0])
        except BrokenAnswer as wrong:
            return Unknown(reason=f"the proof {wrong}")
        except SQLAlchemyError as wrong:
            return Unknown(reason=_brief(wrong))
        encoded = {name: encode(value) for name, value in gives.items()}
        return Done(gives=encoded, types=operation.gives, proof={"key": names["key"], **encoded})

    def _found(self, kind: ValueType, rows: list[Row]) -> ReadResult:
        if kind.kind == "list":
            of_record = kind.of in self._converter.records
            raw: Any = [row if of_record else _first(row) for row in rows]
        elif kind.kind == "yes/no":
            raw = _first(rows[0]) if rows else False
        elif not rows:
            return Missing(reason="none")
        else:
            raw = rows[0]
            if kind.kind in ("record", "person", "organisation") or (kind.kind == "address" and len(raw) > 1):
                return self._read(kind, raw)
            return self._single(kind, raw)
        return self._read(kind, raw)

    def _single(self, kind: ValueType, row: Mapping[str, Any]) -> ReadResult:
        name = next(iter(row)).removesuffix("_minor") if kind.kind == "money" else next(iter(row))
        value = self._converter.members({name: kind}, row)[name]
        return Missing(reason="none") if value is None else Found(value=encode(value), type=kind)

    def _read(self, kind: ValueType, raw: Any) -> ReadResult:
        value = self._converter.value(kind, raw)
        return Missing(reason="none") if value is None else Found(value=encode(value), type=kind)


class _CommitLost(Exception):
    """The database went away while it committed: nobody knows."""


def _rows(connection: Connection, statement: TextClause, names: Mapping[str, Any]) -> list[Row]:
    result = connection.execute(statement, chosen(statement, names))
    return [dict(row) for row in result.mappings().fetchmany(MOST_ROWS)]


def _refusal(connection: Connection, operation: Operation, names: Mapping[str, Any]) -> Refused | None:
    """The first declared refusal that holds."""
    for refusal in operation.refusals:
        rows = _rows(connection, refusal.condition, names)
        if rows and _first(rows[0]):
            return Refused(code=refusal.code, message=refusal.say)
    return None


def _first(row: Row) -> Any:
    return next(iter(row.values()))


def _not_written(wrong: SQLAlchemyError) -> Again | Refused:
    """The transaction was given up: for now where others stood in its way or the database is away, else for good."""
    if collided(wrong):
        return Again(after_s=SOON_S, reason="collision")
    if isinstance(wrong, UNREACHED):
        return Again(after_s=PAUSE_S, reason=_brief(wrong))
    return Refused(code="broken", message=_brief(wrong))


def _is_late(wrong: Exception) -> bool:
    return any(sign in str(wrong).lower() for sign in TIMED_OUT)


def _brief(wrong: Exception) -> str:
    """What the database said, in one line and without the values."""
    told = str(getattr(wrong, "orig", None) or wrong)
    return f"{type(wrong).__name__}: {told.splitlines()[0][:200] if told else ''}"
