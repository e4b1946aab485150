"""A SOAP service as a system of record: what each fault means; a write is done only when it was read back."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import zeep
from lxml import etree
from zeep.exceptions import Error as ZeepError
from zeep.exceptions import Fault
from zeep.helpers import serialize_object
from zeep.wsse.username import UsernameToken

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
from backline.connectors.http.wire import Lost, NotReached
from backline.connectors.soap.carrying import Busy, Carrier, Odd
from backline.connectors.soap.describing import SETTINGS
from backline.connectors.soap.filling import filled
from backline.connectors.soap.guarding import Hostile
from backline.connectors.soap.reading import Call
from backline.connectors.soap.settings import SoapSettings
from backline.engine.definition import ValueType
from backline.engine.values import encode

PAUSE_S = 5.0
OURS = ("Client", "Sender", "client", "sender")
"""Codes by which a service says that the request itself is wrong"""
BROKEN = (ZeepError, Odd, Hostile, etree.LxmlError, BrokenAnswer)


class SoapConnector:
    """Declared calls to one service."""

    def __init__(self, system: System, _folder: Path) -> None:
        own: SoapSettings = system.settings.own
        if own.description is None:
            raise ValueError("there is no WSDL")
        self._binding, self._carrier = own.description.binding, Carrier(system.settings)
        self._url = system.settings.url
        secret = system.settings.secret
        self._security = (
            UsernameToken(own.user, secret, use_digest=own.digest) if own.user else None  # type: ignore[no-untyped-call]
        )
        self._client = _Calling(self._carrier, own.description.client, self._security)
        self._converter = Converter(system.records, system.settings.currency, system.settings.zone)

    def read(self, operation: Operation, arguments: Mapping[str, Any], *, deadline_s: float) -> ReadResult:
        """Make the call of a read, and its answer the declared type."""
        kind = operation.returns or ValueType(kind="text")
        try:
            value = self._converter.value(kind, self._called(operation.read, operation, arguments, deadline_s))
        except NotReached as wrong:
            return Missing(reason="down", detail=str(wrong), for_now=True)
        except Busy as wrong:
            return Missing(reason="down", detail=str(wrong), for_now=True)
        except Lost as wrong:
            return Missing(reason="late", detail=str(wrong), for_now=True)
        except Fault as fault:
            return _missing(fault, operation.read)
        except BROKEN as wrong:
            return Missing(reason="broken", detail=_brief(wrong))
        return Missing(reason="none") if value is None else Found(value=encode(value), type=kind)

    def write(self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float) -> WriteResult:
        """Make the call with its key, then read it back."""
        try:
            self._called(operation.write, operation, arguments, deadline_s, key)
        except NotReached as wrong:
            return Again(after_s=PAUSE_S, reason=str(wrong))
        except Busy as wrong:
            return Again(after_s=wrong.pause_s, reason=str(wrong))
        except Lost as wrong:
            return Unknown(reason=str(wrong))
        except Fault as fault:
            return _not_written(fault, operation)
        except zeep.exceptions.ValidationError as wrong:  # ours: nothing was sent
            return Refused(code="rejected", message=_brief(wrong))
        except BROKEN as wrong:
            return Unknown(reason=_brief(wrong))
        proof = self.verify(operation, arguments, key=key, deadline_s=deadline_s)
        return Unknown(reason="accepted, but not found when it was read back") if isinstance(proof, NotDone) else proof

    def verify(
        self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float
    ) -> VerifyResult:
        """Whether a write with this key is there."""
        try:
            raw = self._called(operation.verify, operation, arguments, deadline_s, key)
            if raw is None:
                return NotDone()
            gives = self._converter.members(
                operation.gives, raw if isinstance(raw, Mapping) else _alone(operation, raw)
            )
        except Fault as fault:
            return NotDone() if _is(fault, operation.verify.missing) else Unknown(reason=_told(fault))
        except (NotReached, Lost, Busy, *BROKEN) as wrong:
            return Unknown(reason=_brief(wrong))
        encoded = {name: encode(value) for name, value in gives.items()}
        return Done(gives=encoded, types=operation.gives, proof={"key": key, **encoded})

    def rehearse(
        self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float
    ) -> RehearseResult:
        """Ask for the proof, compose the envelope and send nothing."""
        proof = self.verify(operation, arguments, key=key, deadline_s=deadline_s)
        if not isinstance(proof, NotDone):
            return proof
        try:
            call, names = operation.write, _names(operation, arguments, key)
            told = filled(call.send, names, arguments)
            self._binding._create(call.name, (), told, client=self._client, options={"address": self._url})
        except (ZeepError, ValueError, TypeError) as wrong:
            return Refused(code="rejected", message=_brief(wrong))
        return Rehearsed(steps=(f"call {operation.write.name}",))

    def check(self, *, deadline_s: float) -> str:
        """Ask for the address itself: any answer below 500, or that GET is not for it, says that it is there."""
        try:
            status = self._carrier.reach(deadline_s=deadline_s)
        except (NotReached, Lost) as wrong:
            return f"no answer: {wrong}"
        return "" if status < 500 or status == 501 else f"status {status}"

    def close(self) -> None:
        """Close all connections."""
        self._carrier.close()

    def _called(
        self, call: Call, operation: Operation, arguments: Mapping[str, Any], deadline_s: float, key: str = ""
    ) -> Any:
        """The answer as plain values, where it lies. Raises Fault and what the carrier raises."""
        self._carrier.within(deadline_s)
        told = filled(call.send, _names(operation, arguments, key), arguments)
        answer = self._binding.send(self._client, {"address": self._url}, call.name, (), told)
        return _within(serialize_object(answer, dict), call.at)  # type: ignore[no-untyped-call]


class _Calling:
    """What zeep's binding needs of a client."""

    def __init__(self, carrier: Carrier, client: Any, security: UsernameToken | None) -> None:
        self.transport, self.wsse = carrier, security
        self.settings, self.plugins, self.wsdl = SETTINGS, list[Any](), client.wsdl
        self._default_soapheaders = None

    def get_element(self, name: str) -> Any:
        """An element of the description."""
        return self.wsdl.types.get_element(name)


def _names(operation: Operation, arguments: Mapping[str, Any], key: str) -> dict[str, Any]:
    return {**flat(operation.parameters, arguments, JOINT), "key": key}


def _missing(fault: Fault, call: Call) -> Missing:
    if _is(fault, call.missing):
        return Missing(reason="none")
    if _is(fault, call.again or {}):
        return Missing(reason="down", detail=_told(fault), for_now=True)
    ours = _code(fault) in OURS
    return Missing(reason="refused" if ours else "down", detail=_told(fault), for_now=not ours)


def _not_written(fault: Fault, operation: Operation) -> WriteResult:
    for refusal in operation.refusals:
        if _is(fault, (refusal.condition,)):
            return Refused(code=refusal.code, message=refusal.say)
    for name, pause_s in (operation.write.again or {}).items():
        if _is(fault, (name,)):
            return Again(after_s=pause_s, reason=_told(fault))
    if _code(fault) in OURS:
        return Refused(code="rejected", message=_told(fault))
    return Unknown(reason=_told(fault))


def _is(fault: Fault, words: Any) -> bool:
    return bool({_code(fault), *_details(fault), *map(_local, fault.subcodes or ())} & set(words))


def _code(fault: Fault) -> str:
    return _local(fault.code or "")


def _details(fault: Fault) -> list[str]:
    """The names of the elements in its detail."""
    if not isinstance(fault.detail, etree._Element):
        return []
    return [str(etree.QName(one).localname) for one in fault.detail if isinstance(one.tag, str)]


def _local(name: Any) -> str:
    return str(name).rpartition(":")[2].rpartition("}")[2]


def _told(fault: Fault) -> str:
    """The kind of fault; not its words, which may say anything about anybody."""
    return " ".join(["fault", _code(fault), *_details(fault)])[:100]


def _brief(wrong: Exception) -> str:
    return (
        f"{type(wrong).__name__}: {wrong}".splitlines()[0][:160]
        if not isinstance(wrong, ZeepError)
        else type(wrong).__name__
    )


def _alone(operation: Operation, raw: Any) -> dict[str, Any]:
    """An answer of one value fills the one thing that the write gives."""
    return {next(iter(operation.gives)): raw} if len(operation.gives) == 1 else {}


def _within(data: Any, at: tuple[str, ...]) -> Any:
    for name in at:
        if data is None:
            return None
        if not isinstance(data, Mapping) or name not in data:
            raise BrokenAnswer(f"'{'.'.join(at)}' is not there")
        data = data[name]
    return data
