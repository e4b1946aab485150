"""Reads and checks ``connectors/SYSTEM.yaml``: what is declared there is all that is ever asked of a system."""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import cast

from backline.connectors.declarations import (
    Draft,
    Operation,
    Parts,
    Settings,
    System,
    SystemKind,
)
from backline.connectors.http import reading as http_reading
from backline.connectors.places import Node, NotYaml, read_nodes
from backline.connectors.reader import Reader
from backline.connectors.sql import reading as sql_reading
from backline.connectors.value_types import read_type
from backline.engine.definition import DefinitionProblems, RecordType, ValueType

TOP = ("system", "title", "kind", "settings", "records", "operations")
OPERATION = ("label", "with", "read", "returns", "write", "verify", "gives", "refuse", "sensitive", "within")
SETTINGS = (
    "url", "password", "token", "headers", "currency", "zone", "connect", "within", "breaker", "key_header",
)  # fmt: skip
SECRETS = ("password", "token")
NAME = re.compile(r"[a-z][a-z0-9_]*\Z")
KINDS: Mapping[str, Callable[[Draft, Reader], Parts]] = {"sql": sql_reading.read_parts, "http": http_reading.read_parts}


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
    kind = _text(node, "kind")
    if kind not in KINDS:
        reader.wrong(node.get("kind") or node, f"There is no kind '{kind}'.", f"Known are: {', '.join(KINDS)}.")
        kind = "sql"
    settings = _settings(node.get("settings") or Node({}, node.place), reader)
    records = {f"{name}.{one}": _record(f"{name}.{one}", members, reader) for one, members in _pairs(node, "records")}
    return System(
        name=name, title=_text(node, "title") or name, kind=cast(SystemKind, kind), file=path,
        settings=settings, records=records,
        operations={
            one: _operation(one, body, name, kind, settings, reader) for one, body in _pairs(node, "operations")
        },
    )  # fmt: skip


def _record(name: str, node: Node, reader: Reader) -> RecordType:
    system = name.partition(".")[0]
    if not isinstance(node.value, dict) or not node.value:
        reader.wrong(node, f"The record '{name}' has to say its members: NAME: type. The first is its identity.")
    return RecordType(name=name, members=_types(node, system, reader))


def _operation(name: str, node: Node, system: str, kind: str, settings: Settings, reader: Reader) -> Operation:
    reader.only(node, OPERATION, "An operation")
    if not NAME.match(name):
        reader.wrong(node, f"'{name}' is no name of an operation: small letters, digits and _.")
    parameters = _types(node.get("with"), system, reader)
    _check_shape(name, node, reader)
    draft = Draft(
        name=name, parameters=parameters, read=node.get("read"), write=node.get("write"), verify=node.get("verify"),
        refuse=node.get("refuse"),
    )  # fmt: skip
    parts = KINDS[kind](draft, reader)
    returns = node.get("returns")
    return Operation(
        name=f"{system}.{name}", place=node.place, label=_text(node, "label") or name.replace("_", " "),
        parameters=parameters, returns=read_type(returns, system, reader) if returns else None,
        gives=_types(node.get("gives"), system, reader), read=parts.read, write=parts.write,
        verify=parts.verify, refusals=parts.refusals,
        sensitive=_sensitive(node.get("sensitive"), parameters, reader),
        within_s=reader.seconds(node.get("within"), settings.within_s),
    )  # fmt: skip


def _check_shape(name: str, node: Node, reader: Reader) -> None:
    """Either a read that returns something, or a write that can be proved."""
    reads, writes = node.get("read"), node.get("write")
    if (reads is None) == (writes is None):
        reader.wrong(node, f"'{name}' has to say either 'read' or 'write'.")
    if reads is not None and node.get("returns") is None:
        reader.wrong(node, f"'{name}' reads, but does not say what it 'returns'.", "For example: 'returns: money'.")
    if writes is not None and node.get("verify") is None:
        reader.wrong(node, f"'{name}' writes, but nothing proves it.", "Say how to 'verify' it by its key.")
    for key in ("verify", "gives", "refuse"):
        if writes is None and node.get(key) is not None:
            reader.wrong(node, f"'{key}' belongs to a write.", key=key)


def _sensitive(node: Node | None, parameters: Mapping[str, ValueType], reader: Reader) -> frozenset[str]:
    named = [one for one in node.value if isinstance(one, Node)] if node and isinstance(node.value, list) else []
    for one in named:
        if one.text not in parameters:
            reader.wrong(one, f"There is no parameter '{one.text}'.")
    return frozenset(one.text for one in named)


def _settings(node: Node, reader: Reader) -> Settings:
    reader.only(node, SETTINGS, "'settings'")
    breaker = node.get("breaker") or Node({}, node.place)
    reader.only(breaker, ("failures", "pause"), "'breaker'")
    failures = breaker.get("failures")
    if not (url := _setting(node, "url", reader)):
        reader.wrong(node, "'settings' has to say the 'url' of the system.")
    return Settings(
        url=url, secret=_setting(node, "password", reader) or _setting(node, "token", reader),
        headers={key: _told(key, value, reader) for key, value in _pairs(node, "headers")},
        currency=_text(node, "currency") or "EUR", zone=_text(node, "zone") or "UTC",
        connect_s=reader.seconds(node.get("connect"), 2.0), within_s=reader.seconds(node.get("within"), 10.0),
        failures=int(failures.text) if failures and failures.text.isdigit() else 5,
        pause_s=reader.seconds(breaker.get("pause"), 30.0),
        key_header=_text(node, "key_header") or "Idempotency-Key",
    )  # fmt: skip


def _setting(node: Node, key: str, reader: Reader) -> str:
    value = node.get(key)
    return "" if value is None else _told(key, value, reader)


def _told(key: str, node: Node, reader: Reader) -> str:
    """A setting written out, or kept in the environment or a file."""
    if isinstance(node.value, str):
        if key in SECRETS or key.lower() == "authorization":
            reader.wrong(
                node, f"'{key}' is a secret and must not stand here.", f"Say '{key}: {{environment: NAME}}' instead."
            )
        return node.value
    reader.only(node, ("environment", "file"), f"'{key}'")
    if name := _text(node, "environment"):
        if name not in os.environ:
            reader.wrong(node, f"The environment has no '{name}', from which '{key}' is taken.")
        return os.environ.get(name, "")
    path = reader.folder / _text(node, "file")
    if not path.is_file():
        reader.wrong(node, f"There is no file '{_text(node, 'file')}', from which '{key}' is taken.")
        return ""
    return path.read_text(encoding="utf-8").strip()


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
