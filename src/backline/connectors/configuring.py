"""Reads and checks ``connectors/SYSTEM.yaml``: what is declared there is all that is ever asked of a system."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from backline.connectors.declarations import Draft, Operation, Settings, System
from backline.connectors.hooks import read_changes, read_hook
from backline.connectors.kinds import Kind, UnfitKind, kind_of, names
from backline.connectors.places import Node, NotYaml, read_nodes
from backline.connectors.reader import Reader
from backline.connectors.value_types import read_type
from backline.engine.definition import DefinitionProblems, RecordType, ValueType
from backline.engine.values import Money

TOP = ("system", "title", "kind", "settings", "records", "operations", "webhooks", "changes")
OPERATION = ("label", "with", "read", "returns", "write", "verify", "gives", "refuse", "sensitive", "within",
             "settles_within", "costs")  # fmt: skip
SETTINGS = (
    "url", "password", "token", "headers", "currency", "zone", "connect", "within", "breaker", "at_once", "rate",
    "key_header",
)  # fmt: skip
NAME = re.compile(r"[a-z][a-z0-9_]*\Z")


@dataclass(kw_only=True, slots=True)
class _Reading:
    """What the operations of one file share while they are read."""

    system: str
    kind: Kind
    settings: Settings
    records: dict[str, RecordType]
    reader: Reader


def read_system(path: Path, *, folder: Path) -> System:
    """The system that a file declares. Raises DefinitionProblems; ``folder`` is where relative paths start."""
    reader = Reader(folder=folder)
    try:
        node = read_nodes(path)
    except NotYaml as wrong:
        raise DefinitionProblems((wrong.problem,)) from wrong
    system = _system(node, path, reader)
    if reader.problems:
        raise DefinitionProblems(reader.problems)
    return system


def _system(node: Node, path: Path, reader: Reader) -> System:
    reader.only(node, TOP, "A system")
    name = _text(node, "system")
    if name != path.stem or not NAME.match(name):
        reader.wrong(node, f"'system' has to be the file's name, '{path.stem}': small letters, digits and _.")
    kind = _kind(node, reader)
    settings = _settings(node.get("settings") or Node({}, node.place), kind, reader)
    records = {f"{name}.{one}": _record(f"{name}.{one}", members, reader) for one, members in _pairs(node, "records")}
    read = _Reading(system=name, kind=kind, settings=settings, records=records, reader=reader)
    operations = {one: _operation(one, body, read) for one, body in _pairs(node, "operations")}
    return System(
        name=name, title=_text(node, "title") or name, kind=_text(node, "kind"), file=path, settings=settings,
        records=read.records, operations=operations, hook=read_hook(node.get("webhooks"), operations, reader),
        changes=read_changes(node.get("changes"), operations, reader),
    )  # fmt: skip


def _kind(node: Node, reader: Reader) -> Kind:
    """The kind that the file names; without one, nothing else in the file can be judged."""
    name, place = _text(node, "kind"), node.get("kind") or node
    try:
        kind = kind_of(name)
    except UnfitKind as wrong:
        reader.wrong(place, f"{wrong}.")
        raise DefinitionProblems(reader.problems) from wrong
    if kind is None:
        reader.wrong(place, f"There is no kind '{name}'.", f"Known are: {', '.join(names())}.")
        raise DefinitionProblems(reader.problems)
    return kind


def _record(name: str, node: Node, reader: Reader) -> RecordType:
    system = name.partition(".")[0]
    if not isinstance(node.value, dict) or not node.value:
        reader.wrong(node, f"The record '{name}' has to say its members: NAME: type. The first is its identity.")
    return RecordType(name=name, members=_types(node, system, reader))


def _operation(name: str, node: Node, read: _Reading) -> Operation:
    reader, system = read.reader, read.system
    reader.only(node, (*OPERATION, *read.kind.operation), "An operation")
    if not NAME.match(name):
        reader.wrong(node, f"'{name}' is no name of an operation: small letters, digits and _.")
    draft = _draft(name, node, read)
    parts = read.kind.read_parts(draft, reader)
    returns = draft.returns or parts.returns
    _check_shape(name, node, reader, returns=returns, kind=read.kind)
    read.records |= parts.records
    parameters = draft.parameters if parts.parameters is None else parts.parameters
    return Operation(
        name=f"{system}.{name}", place=node.place, label=_text(node, "label") or name.replace("_", " "),
        parameters=parameters, returns=returns, gives=draft.gives if parts.gives is None else parts.gives,
        read=parts.read, write=parts.write, verify=parts.verify, refusals=parts.refusals,
        sensitive=_sensitive(node.get("sensitive"), parameters, reader), costs=_costs(node.get("costs"), reader),
        within_s=reader.seconds(node.get("within"), read.settings.within_s),
        settles_s=reader.seconds(settles, 0.0) if (settles := node.get("settles_within")) else None,
    )  # fmt: skip


def _draft(name: str, node: Node, read: _Reading) -> Draft:
    returns = node.get("returns")
    return Draft(
        name=name, parameters=_types(node.get("with"), read.system, read.reader), read=node.get("read"),
        write=node.get("write"), verify=node.get("verify"), refuse=node.get("refuse"), node=node, system=read.system,
        settings=read.settings, returns=read_type(returns, read.system, read.reader) if returns else None,
        gives=_types(node.get("gives"), read.system, read.reader), records=read.records,
    )  # fmt: skip


def _costs(node: Node | None, reader: Reader) -> Money | None:
    """What one call costs: ``0.25 EUR``."""
    if node is None:
        return None
    amount, _, currency = node.text.strip().partition(" ")
    try:
        return Money(Decimal(amount), currency.strip() or "EUR")
    except (InvalidOperation, ValueError):
        reader.wrong(node, f"'{node.text}' is no amount.", "Say, for example, '0.25 EUR'.")
        return None


def _check_shape(name: str, node: Node, reader: Reader, *, returns: ValueType | None, kind: Kind) -> None:
    """Either a read that returns something, or a write that can be proved."""
    reads, writes = node.get("read"), node.get("write")
    if (reads is None) == (writes is None):
        reader.wrong(node, f"'{name}' has to say either 'read' or 'write'.")
    if reads is not None and returns is None:
        reader.wrong(node, f"'{name}' reads, but does not say what it 'returns'.", "For example: 'returns: money'.")
    unproved = writes is not None and node.get("verify") is None and not kind.proves
    if unproved and not (kind.answers_prove and node.get("settles_within")):
        reader.wrong(node, f"'{name}' writes, but nothing proves it.", "Say how to 'verify' it by its key.")
    if unproved and node.get("gives") is not None:
        reader.wrong(node, "What a write 'gives' is read back: say how to 'verify' it.", key="gives")
    for key in ("verify", "gives", "refuse", "settles_within"):
        if writes is None and node.get(key) is not None:
            reader.wrong(node, f"'{key}' belongs to a write.", key=key)


def _sensitive(node: Node | None, parameters: Mapping[str, ValueType], reader: Reader) -> frozenset[str]:
    named = [one for one in node.value if isinstance(one, Node)] if node and isinstance(node.value, list) else []
    for one in named:
        if one.text not in parameters:
            reader.wrong(one, f"There is no parameter '{one.text}'.")
    return frozenset(one.text for one in named)


def _settings(node: Node, kind: Kind, reader: Reader) -> Settings:
    reader.only(node, (*SETTINGS, *kind.settings), "'settings'")
    breaker = node.get("breaker") or Node({}, node.place)
    reader.only(breaker, ("failures", "pause", "trials"), "'breaker'")
    if not (url := reader.setting(node, "url")) and kind.needs_url:
        reader.wrong(node, "'settings' has to say the 'url' of the system.")
    return Settings(
        url=url, secret=reader.setting(node, "password") or reader.setting(node, "token"),
        headers={key: reader.told(key, value) for key, value in _pairs(node, "headers")},
        currency=_text(node, "currency") or "EUR", zone=_text(node, "zone") or "UTC",
        connect_s=reader.seconds(node.get("connect"), 2.0), within_s=reader.seconds(node.get("within"), 10.0),
        failures=reader.whole(breaker.get("failures"), 5), pause_s=reader.seconds(breaker.get("pause"), 30.0),
        trials=reader.whole(breaker.get("trials"), 1), at_once=reader.whole(node.get("at_once"), 16),
        of_all=node.get("at_once") is not None, rate=reader.rate(node.get("rate")),
        key_header=_text(node, "key_header") or "Idempotency-Key",
        own=kind.read_settings(node, reader),
    )  # fmt: skip


def _types(node: Node | None, system: str, reader: Reader) -> dict[str, ValueType]:
    if node is None:
        return {}
    if not isinstance(node.value, dict):
        reader.wrong(node, "This has to hold names with their types: NAME: type.")
    return {name: read_type(one, system, reader) for name, one in node.items()}


def _pairs(node: Node, key: str) -> list[tuple[str, Node]]:
    within = node.get(key)
    return list(within.items()) if within else []


def _text(node: Node, key: str) -> str:
    within = node.get(key)
    return within.text.strip() if within else ""
