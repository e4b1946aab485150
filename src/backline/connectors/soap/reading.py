"""Checks what an operation says against the WSDL, and prepares it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from backline.connectors.declarations import Draft, Parts, Refusal
from backline.connectors.holes import HOLE, check_holes
from backline.connectors.places import Node
from backline.connectors.reader import Reader
from backline.connectors.soap.describing import Description, Message, Part
from backline.connectors.soap.settings import SoapSettings

OPERATION = ("again", "missing")
NUMBERS = frozenset({"decimal", "integer", "int", "long", "short", "nonNegativeInteger", "positiveInteger"})
FITS: Mapping[str, frozenset[str]] = {
    **{name: frozenset({"integer", "decimal", "money", "text"}) for name in NUMBERS},
    "boolean": frozenset({"yes/no"}),
    "date": frozenset({"date"}),
    "dateTime": frozenset({"datetime"}),
}
"""Simple types of XML that are picky, and the types that go into them"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Call:
    """An operation of the WSDL, what is sent, and where in the answer the value lies."""

    name: str
    send: Any
    at: tuple[str, ...] = ()
    missing: frozenset[str] = frozenset()
    """Faults that say: there is none"""
    again: Mapping[str, float] | None = None
    """Faults that say: later; with the pause in seconds"""


def read_parts(draft: Draft, reader: Reader) -> Parts:
    """The calls of an operation."""
    own: SoapSettings = draft.settings.own
    missing = _words(draft.node.get("missing"), reader)
    again = {
        fault: reader.seconds(one, 5.0)
        for fault, one in (draft.node.get("again") or Node({}, draft.node.place)).items()
    }

    def call(node: Node | None, *, keyed: bool) -> Call | None:
        return _call(node, draft, own.description, reader, keyed, missing, again) if node else None

    return Parts(
        read=call(draft.read, keyed=False), write=call(draft.write, keyed=True), verify=call(draft.verify, keyed=True),
        refusals=_refusals(draft, reader),
    )  # fmt: skip


def _call(
    node: Node, draft: Draft, description: Description | None, reader: Reader, keyed: bool, missing: frozenset[str],
    again: Mapping[str, float],
) -> Call:  # fmt: skip
    reader.only(node, ("call", "send", "at"), "A call")
    name, send, at = reader.text(node, "call"), node.get("send"), reader.text(node, "at")
    path = tuple(at.split(".")) if at else ()
    if send is not None:
        check_holes(send, draft, reader, also="key" if keyed else "")
    if description is not None:
        message = description.operations.get(name)
        if message is None:
            known = ", ".join(sorted(description.operations))
            reader.wrong(node.get("call") or node, f"The WSDL has no operation '{name}'.", f"Known are: {known}.")
        else:
            _check_message(node, message, path, draft, reader)
    return Call(name=name, send=send.plain() if send else {}, at=path, missing=missing, again=again)


def _check_message(node: Node, message: Message, at: tuple[str, ...], draft: Draft, reader: Reader) -> None:
    _agrees(node.get("send") or Node({}, node.place, {}), message.takes, draft, reader)
    part = message.answers
    for step in at:
        if step not in part.parts:
            known = f"Known are: {', '.join(part.parts) or 'none'}."
            reader.wrong(node.get("at") or node, f"The answer has no '{step}'.", known)
            return
        part = part.parts[step]


def _agrees(node: Node, takes: Mapping[str, Part], draft: Draft, reader: Reader) -> None:
    """Every part that is sent exists and fits, and every part that is needed is sent."""
    for name, one in node.items():
        part = takes.get(name)
        if part is None:
            reader.wrong(node, f"The WSDL takes no '{name}' here.", f"Known are: {', '.join(takes)}.", key=name)
        elif isinstance(one.value, dict):
            _agrees(one, part.parts, draft, reader)
        elif alone := HOLE.fullmatch(one.text):
            kind = draft.parameters.get(alone[1])
            if kind is not None and kind.kind not in FITS.get(part.simple, {kind.kind}):
                reader.wrong(one, f"'{alone[1]}' is {kind.kind}, but '{name}' is {part.simple} in the WSDL.")
    for name, part in takes.items():
        if part.needed and not part.many and node.get(name) is None:
            reader.wrong(node, f"The WSDL needs '{name}' here.", f"Say '{name}: ...' in 'send'.")


def _words(node: Node | None, reader: Reader) -> frozenset[str]:
    if node is None:
        return frozenset()
    if not isinstance(node.value, list):
        reader.wrong(node, "'missing' has to be a list of faults: [NotFound].")
        return frozenset()
    return frozenset(one.text for one in node.value)


def _refusals(draft: Draft, reader: Reader) -> tuple[Refusal, ...]:
    refusals = []
    for code, node in draft.refuse.items() if draft.refuse else ():
        reader.only(node, ("fault", "say"), f"The refusal '{code}'")
        fault = reader.text(node, "fault")
        if not fault:
            reader.wrong(node, f"The refusal '{code}' has to say its 'fault'.")
        refusals.append(Refusal(code=code, condition=fault, say=reader.text(node, "say")))
    return tuple(refusals)
