"""A Tryton server as a system of record: a record carries the key of the write that made it, and is found by it."""

from __future__ import annotations

import random
from base64 import b32encode
from collections.abc import Mapping
from hashlib import sha256
from http import HTTPStatus
from typing import Any

import httpx

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
from backline.connectors.holes import JOINT
from backline.connectors.http.wire import Lost, NotReached, Raw, Wire, address_of, trusted
from backline.connectors.tryton.filling import Filling, Models, NotFound, at
from backline.connectors.tryton.reading import Search, Write
from backline.connectors.tryton.rpc import Answered, Collided, Objected, Session, ends_in
from backline.connectors.tryton.settings import TrytonSettings
from backline.engine.definition import ValueType
from backline.engine.values import encode

BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
PAUSE_S, COLLIDED_S = 5.0, 0.3
MOST_BYTES = 20 * 1024 * 1024


class TrytonConnector:
    """One database of one server."""

    def __init__(self, system: System) -> None:
        settings = system.settings
        own = settings.own or TrytonSettings()
        client = httpx.Client(
            headers={"User-Agent": "Backline", **settings.headers}, follow_redirects=False, trust_env=False,
            verify=trusted(own.tls),
        )  # fmt: skip
        self._wire = Wire(
            client, base=address_of(settings.url), connect_s=settings.connect_s, most_bytes=MOST_BYTES
        )  # fmt: skip
        self._session = Session(self._wire, user=own.user, password=settings.secret)
        self._models = Models(self._session)
        self._converter = Converter(system.records, settings.currency, settings.zone)

    def read(self, operation: Operation, arguments: Mapping[str, Any], *, deadline_s: float) -> ReadResult:
        """Search records and make them the declared type."""
        search: Search = operation.read
        kind = operation.returns or ValueType(kind="text")
        try:
            filling = self._filling(operation, arguments, ends_in(deadline_s))
            several = kind.kind == "list"
            found = filling.found(search, list(search.fields.values()), **({} if several else {"limit": 2}))
            rows = [{name: at(one, path) for name, path in search.fields.items()} for one in found]
            if not rows and not several:
                return Missing(reason="none")
            if len(rows) > 1 and not several:
                return Missing(reason="broken", detail="there are several such records")
            return self._found(kind, rows)
        except NotFound as wrong:
            return Missing(reason="none", detail=str(wrong))
        except NotReached as wrong:
            return Missing(reason="down", detail=str(wrong), for_now=True)
        except (Lost, Collided) as wrong:
            return Missing(reason="late", detail=str(wrong), for_now=True)
        except Objected as wrong:
            return Missing(reason="refused", detail=wrong.words)
        except Answered as answered:
            return _missing(answered.raw)
        except BrokenAnswer as wrong:
            return Missing(reason="broken", detail=str(wrong))

    def write(self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float) -> WriteResult:
        """Make the record, or change the one found, unless the key is there; press the buttons; read it back."""
        ends = ends_in(deadline_s)
        try:
            filling = self._filling(operation, arguments, ends)
            if refused := self._refusal(operation, filling):
                return refused
            outcome = self._written(operation, filling, key, ends)
        except (NotFound, Objected, Collided, NotReached, Answered, Lost) as wrong:
            return _not_written(operation, wrong)
        if outcome is not None:
            return outcome
        proof = self._verify(operation, arguments, key, ends)
        return Unknown(reason="accepted, but not found when it was read back") if isinstance(proof, NotDone) else proof

    def verify(
        self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float
    ) -> VerifyResult:
        """Whether a record carries the key, in a state that proves it."""
        return self._verify(operation, arguments, key, ends_in(deadline_s))

    def rehearse(
        self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float
    ) -> RehearseResult:
        """Look for the key, the refusals, and all that has to be found; tell the calls."""
        ends = ends_in(deadline_s)
        proof, write = self._verify(operation, arguments, key, ends), operation.write
        if not isinstance(proof, NotDone):
            return proof
        try:
            filling = self._filling(operation, arguments, ends)
            if refused := self._refusal(operation, filling):
                return refused
            filling.values(write.model, write.values)
        except NotFound as wrong:
            return _not_found(operation, wrong)
        except (Objected, Collided, NotReached, Answered, Lost) as wrong:
            return Unknown(reason=str(wrong))
        first = f"create {write.model}" if write.found is None else f"change {write.model}"
        return Rehearsed(steps=(first, *(f"{button} {write.model}" for button in write.then)))

    def check(self, *, deadline_s: float) -> str:
        """Begin a session, and ask for one's own preferences."""
        try:
            self._session.call("model.res.user.get_preferences", True, ends=ends_in(deadline_s))
        except (NotReached, Lost, Answered, Objected, Collided) as wrong:
            return f"no answer: {wrong}"
        return ""

    def close(self) -> None:
        """Close all connections."""
        self._wire.close()

    def _filling(self, operation: Operation, arguments: Mapping[str, Any], ends: float) -> Filling:
        return Filling(self._session, self._models, flat(operation.parameters, arguments, JOINT), ends=ends)

    def _found(self, kind: ValueType, rows: list[dict[str, Any]]) -> ReadResult:
        if kind.kind == "list" and kind.of in self._converter.records:
            value = self._converter.value(kind, rows)
        elif kind.kind == "list":
            value = self._converter.value(kind, [next(iter(row.values())) for row in rows])
        elif kind.kind in ("record", "person", "organisation", "address"):
            value = self._converter.value(kind, rows[0])
        else:
            value = self._converter.value(kind, next(iter(rows[0].values())))
        return Missing(reason="none") if value is None else Found(value=encode(value), type=kind)

    def _refusal(self, operation: Operation, filling: Filling) -> Refused | None:
        """The first declared refusal that holds."""
        for refusal in operation.refusals:
            search = refusal.condition.search
            if search is not None and bool(filling.found(search, ["id"], limit=1)) == refusal.condition.if_there:
                return Refused(code=refusal.code, message=refusal.say)
        return None

    def _written(self, operation: Operation, filling: Filling, key: str, ends: float) -> WriteResult | None:
        """None: to be read back."""
        write: Write = operation.write
        lie, made = self._of_key(write, filling, key), False
        if not lie:
            if write.found is not None:
                number = self._marked(write, filling, key, ends)
            else:
                number, made = self._made(write, filling, key, ends), True
                if len(lie := self._of_key(write, filling, key)) > 1:
                    self._call(write, "delete", number, ends)
                    return Again(after_s=COLLIDED_S * (1 + random.random()), reason="made twice at once")  # noqa: S311
        else:
            number = int(lie[0]["id"])
        try:
            self._press(write, number, ends)
        except Objected:
            if made:
                self._unmade(write, number, ends)
            raise
        return None

    def _made(self, write: Write, filling: Filling, key: str, ends: float) -> int:
        values = {**filling.values(write.model, write.values), write.reference: _reference(write, key)}
        context = filling.plain(write.context)
        told = self._session.call(f"model.{write.model}.create", [values], ends=ends, context=context)
        return int(told[0])

    def _marked(self, write: Write, filling: Filling, key: str, ends: float) -> int:
        """The record that is found, with the key added to its reference."""
        assert write.found is not None
        found = filling.found(write.found, [write.reference], limit=2)
        if len(found) != 1:
            words = f"{write.model} has {'several such records' if found else 'no such record'}"
            raise NotFound("ambiguous" if found else "not_found", words)
        before = str(found[0].get(write.reference) or "")
        values = {**filling.values(write.model, write.values), write.reference: f"{before} [{key}]".strip()}
        self._session.call(f"model.{write.model}.write", [found[0]["id"]], values, ends=ends)
        return int(found[0]["id"])

    def _press(self, write: Write, number: int, ends: float) -> None:
        """Press the buttons that are left; those of states which it has behind it do nothing there."""
        for button in write.then:
            if write.states and self._state(write, number, ends) in write.states:
                return
            self._call(write, button, number, ends)
        if write.states and (state := self._state(write, number, ends)) not in write.states:
            raise Objected(f"it is {state}")

    def _state(self, write: Write, number: int, ends: float) -> str:
        told = self._session.call(f"model.{write.model}.read", [number], ["state"], ends=ends)
        return str(told[0].get("state", ""))

    def _unmade(self, write: Write, number: int, ends: float) -> None:
        """Take away what was just made and is refused now; where the server keeps it, it stays a draft."""
        try:
            self._call(write, "delete", number, ends)
        except (Objected, Collided, Answered, NotReached, Lost):
            return

    def _call(self, write: Write, method: str, number: int, ends: float) -> None:
        self._session.call(f"model.{write.model}.{method}", [number], ends=ends)

    def _of_key(self, write: Write, filling: Filling, key: str, fields: tuple[str, ...] = ()) -> list[dict[str, Any]]:
        """The records that carry the key, the first first."""
        wanted = ["id", write.reference, *fields, *(["state"] if write.states else [])]
        if write.found is not None:
            found = filling.found(write.found, wanted, limit=2)
            return [one for one in found if f"[{key}]" in str(one.get(write.reference) or "")]
        where = ((write.reference, "=", _reference(write, key)),)
        found = filling.found(Search(model=write.model, where=where, order=(("id", "ASC"),)), wanted, limit=5)
        return [one for one in found if one.get(write.reference) == _reference(write, key)]

    def _verify(self, operation: Operation, arguments: Mapping[str, Any], key: str, ends: float) -> VerifyResult:
        write: Write = operation.write
        wanted = {name: write.fields[name] for name in operation.gives}
        try:
            found = self._of_key(write, self._filling(operation, arguments, ends), key, tuple(wanted.values()))
            if not found or (write.states and found[0]["state"] not in write.states):
                return NotDone()
            told = {name: at(found[0], path) for name, path in wanted.items()}
            gives = self._converter.members(operation.gives, told)
        except NotFound:
            return NotDone()
        except (NotReached, Lost, Answered, Objected, Collided) as wrong:
            return Unknown(reason=str(wrong))
        except BrokenAnswer as wrong:
            return Unknown(reason=f"the proof {wrong}")
        encoded = {name: encode(value) for name, value in gives.items()}
        return Done(gives=encoded, types=operation.gives, proof={"key": key, **encoded})


def _reference(write: Write, key: str) -> str:
    """The key itself, or where a field takes only short codes a number made of it."""
    return f"BL{b32encode(sha256(key.encode()).digest())[:14].decode()}" if write.short else key


def _missing(raw: Raw) -> Missing:
    if raw.status in BUSY or raw.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        return Missing(reason="down", detail=f"status {raw.status}", for_now=True)
    return Missing(reason="refused", detail=f"status {raw.status}")


def _not_found(operation: Operation, wrong: NotFound) -> Refused:
    words = next((one.say for one in operation.refusals if one.code == wrong.code), "")
    return Refused(code=wrong.code, message=words or str(wrong))


def _not_written(operation: Operation, wrong: Exception) -> WriteResult:
    match wrong:
        case NotFound():
            return _not_found(operation, wrong)
        case Objected():
            for refusal in operation.refusals:
                if refusal.condition.message and refusal.condition.message in wrong.words:
                    return Refused(code=refusal.code, message=refusal.say)
            return Refused(code="rejected", message=wrong.words)
        case Collided():
            return Again(after_s=COLLIDED_S, reason=str(wrong))
        case NotReached():
            return Again(after_s=PAUSE_S, reason=str(wrong))
        case Answered(raw=raw) if raw.status in BUSY:
            return Again(after_s=PAUSE_S if raw.pause_s is None else raw.pause_s, reason=str(wrong))
        case Answered(raw=raw) if HTTPStatus.BAD_REQUEST <= raw.status < HTTPStatus.INTERNAL_SERVER_ERROR:
            return Refused(code="rejected", message=str(wrong))
    return Unknown(reason=str(wrong))
