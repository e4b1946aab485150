"""An HTTP service as a system of record: what each status means; a write is done only when it was read back."""

from __future__ import annotations

import time
from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

from backline.connectors.arguments import flat
from backline.connectors.contract import (
    Again,
    Done,
    ForAPerson,
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
from backline.connectors.holes import JOINT
from backline.connectors.http.paging import WrongPage, first_page, next_page
from backline.connectors.http.requests import CannotAsk, Filled, Request, fill
from backline.connectors.http.sending import Answer, Astray, Lost, NotReached, Sender
from backline.engine.definition import ValueType
from backline.engine.values import encode

GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
BUSY = (HTTPStatus.TOO_MANY_REQUESTS, HTTPStatus.SERVICE_UNAVAILABLE)
PAUSE_S = 5.0
UNREADABLE = "no answer came, and nothing can be read back that tells whether it was done"


class HttpConnector:
    """Declared requests to one service."""

    def __init__(self, system: System) -> None:
        self._sender = Sender(system.settings)
        self._converter = Converter(system.records, system.settings.currency, system.settings.zone)

    def read(self, operation: Operation, arguments: Mapping[str, Any], *, deadline_s: float) -> ReadResult:
        """Send the request of a read and make its answer the declared type."""
        try:
            answer = self._asked(operation, _filled(operation.read, operation, arguments), deadline_s)
        except (WrongPage, Astray, BrokenAnswer) as wrong:
            return Missing(reason="broken", detail=str(wrong))
        except CannotAsk as wrong:
            return Missing(reason="none", detail=str(wrong))
        except NotReached as wrong:
            return Missing(reason="down", detail=str(wrong), for_now=True)
        except Lost as wrong:
            return Missing(reason="late", detail=str(wrong), for_now=True)
        if not answer.is_good:
            return _missing(answer)
        return self._found(operation, answer)

    def write(self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float) -> WriteResult:
        """Send the request with its key, then read it back."""
        try:
            filled = _filled(operation.write, operation, arguments, key)
            answer = self._sender.send(filled, deadline_s=deadline_s, key=key)
        except CannotAsk as wrong:
            return Refused(code="rejected", message=str(wrong))
        except NotReached as wrong:
            return Again(after_s=PAUSE_S, reason=str(wrong))
        except Lost as wrong:
            return Unknown(reason=str(wrong))
        if not answer.is_good:
            return _not_written(operation, answer)
        if operation.verify is None:
            return Done(proof={"key": key, "status": int(answer.status)})
        proof = self.verify(operation, arguments, key=key, deadline_s=deadline_s)
        return Unknown(reason="accepted, but not found when it was read back") if isinstance(proof, NotDone) else proof

    def verify(
        self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float
    ) -> VerifyResult:
        """Whether a write with this key is there; of several, where the answer is a list, how many."""
        if operation.verify is None:
            return ForAPerson(reason=UNREADABLE)
        try:
            answer = self._sender.send(_filled(operation.verify, operation, arguments, key), deadline_s=deadline_s)
            if answer.status in GONE:
                return NotDone()
            if not answer.is_good:
                return Unknown(reason=f"status {answer.status}")
            raw = _within(answer.data, operation.verify.at)
            if isinstance(raw, list):
                if doubled := more_than_once(operation, len(raw)):
                    return doubled
                if not raw:
                    return NotDone()
                raw = raw[0]
            gives = self._converter.members(operation.gives, raw if isinstance(raw, dict) else {})
        except (CannotAsk, NotReached, Lost, Astray) as wrong:
            return Unknown(reason=str(wrong))
        except BrokenAnswer as wrong:
            return Unknown(reason=f"the proof {wrong}")
        encoded = {name: encode(value) for name, value in gives.items()}
        return Done(gives=encoded, types=operation.gives, proof={"key": key, **encoded})

    def rehearse(
        self, operation: Operation, arguments: Mapping[str, Any], *, key: str, deadline_s: float
    ) -> RehearseResult:
        """Ask for the proof, compose the request and send nothing; tell its method and path."""
        readable = operation.verify is not None
        proof = self.verify(operation, arguments, key=key, deadline_s=deadline_s) if readable else NotDone()
        if not isinstance(proof, NotDone):
            return proof
        try:
            _filled(operation.write, operation, arguments, key)
        except CannotAsk as wrong:
            return Refused(code="rejected", message=str(wrong))
        return Rehearsed(steps=(f"{operation.write.method} {operation.write.path}",))

    def check(self, *, deadline_s: float) -> str:
        """Ask for the address itself: any answer below 500 says that the service is there."""
        try:
            answer = self._sender.send(Filled(method="GET", path="/", query={}, content=None), deadline_s=deadline_s)
        except Astray:
            return ""
        except (NotReached, Lost) as wrong:
            return f"no answer: {wrong}"
        return "" if answer.status < HTTPStatus.INTERNAL_SERVER_ERROR else f"status {answer.status}"

    def close(self) -> None:
        """Close all connections."""
        self._sender.close()

    def _asked(self, operation: Operation, filled: Filled, deadline_s: float) -> Answer:
        """The answer; where it comes in pages, with the items of all of them. Raises WrongPage."""
        request, ends = operation.read, time.monotonic() + deadline_s
        if request.pages is None:
            return self._sender.send(filled, deadline_s=deadline_s)
        sent: Filled | None = first_page(request.pages, filled)
        items: list[Any] = []
        for _ in range(request.pages.most):
            if sent is None:
                return Answer(HTTPStatus.OK, items, None)
            answer = self._sender.send(sent, deadline_s=max(0.05, ends - time.monotonic()))
            if not answer.is_good:
                return answer
            page = _within(answer.data, request.at)
            if not isinstance(page, list):
                raise BrokenAnswer("is not list")
            items += page
            sent = next_page(request.pages, sent, answer, base=self._sender.base, data=answer.data, items=len(page))
        if sent is None:
            return Answer(HTTPStatus.OK, items, None)
        raise WrongPage(f"there are more than {request.pages.most} pages")

    def _found(self, operation: Operation, answer: Answer) -> ReadResult:
        kind = operation.returns or ValueType(kind="text")
        try:
            at = operation.read.at if operation.read.pages is None else ()
            value = self._converter.value(kind, _within(answer.data, at))
        except BrokenAnswer as wrong:
            return Missing(reason="broken", detail=str(wrong))
        return Missing(reason="none") if value is None else Found(value=encode(value), type=kind)


def _filled(request: Request, operation: Operation, arguments: Mapping[str, Any], key: str = "") -> Filled:
    names = {**flat(operation.parameters, arguments, JOINT), "key": key}
    return fill(request, names, arguments)


def _missing(answer: Answer) -> Missing:
    if answer.status in GONE:
        return Missing(reason="none")
    if answer.status in BUSY or answer.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        asked = f", asks for {answer.pause_s:g} s" if answer.pause_s else ""
        return Missing(reason="down", detail=f"status {answer.status}{asked}", for_now=True)
    if answer.status < HTTPStatus.BAD_REQUEST:
        return Missing(reason="broken", detail=f"status {answer.status}", for_now=True)
    return Missing(reason="refused", detail=_error(answer) or f"status {answer.status}")


def _not_written(operation: Operation, answer: Answer) -> WriteResult:
    for refusal in operation.refusals:
        status, error = refusal.condition
        if answer.status == status and error in ("", _error(answer)):
            return Refused(code=refusal.code, message=refusal.say)
    if answer.status in BUSY:
        return Again(after_s=PAUSE_S if answer.pause_s is None else answer.pause_s, reason=f"status {answer.status}")
    if answer.status in GONE:
        return Refused(code="not_found", message=f"status {answer.status}")
    if HTTPStatus.BAD_REQUEST <= answer.status < HTTPStatus.INTERNAL_SERVER_ERROR:
        return Refused(code="rejected", message=f"status {answer.status} {_error(answer)}".strip())
    return Unknown(reason=f"status {answer.status}")


def _error(answer: Answer) -> str:
    told = answer.data.get("error") if isinstance(answer.data, dict) else None
    return told[:100] if isinstance(told, str) else ""


def _within(data: Any, at: tuple[str, ...]) -> Any:
    for name in at:
        if not isinstance(data, dict) or name not in data:
            raise BrokenAnswer(f"'{'.'.join(at)}' is not there")
        data = data[name]
    return data
