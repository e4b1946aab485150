"""What case types may call in the systems of record: names and types from connectors/*.yaml."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from backline.catalogue.reading.fields import Complaints
from backline.catalogue.reading.nodes import Entry, Keys, Node, Scalar, read_yaml
from backline.catalogue.reading.types import TEXT, type_of_text
from backline.engine.definition import DefinitionProblems, Operation, RecordType, ValueType


@dataclass(slots=True)
class Systems:
    """Operations and records by ``system.name``."""

    operations: dict[str, Operation] = field(default_factory=dict)
    records: dict[str, RecordType] = field(default_factory=dict)


def read_systems(files: Mapping[str, str], complaints: Complaints) -> Systems:
    """The operations and records of the connectors in ``files`` (path -> content)."""
    systems = Systems()
    for path, text in sorted(files.items()):
        try:
            root = read_yaml(text, path)
        except DefinitionProblems as wrong:
            complaints.problems.extend(wrong.problems)
            continue
        _read_system(root, systems, complaints)
    return systems


def _read_system(root: Node, systems: Systems, complaints: Complaints) -> None:
    name = _text(root, "system")
    if not name:
        complaints.say(root.place, "This connector does not say its system.", "Begin with 'system: NAME'.")
        return
    for record, entry in _entries(root, "records"):
        members = {member: _type(inner.value, name, complaints) for member, inner in _entries(entry.value)}
        systems.records[f"{name}.{record}"] = RecordType(name=f"{name}.{record}", members=members)
    for operation, entry in _entries(root, "operations"):
        full = f"{name}.{operation}"
        returns = _child(entry.value, "returns")
        systems.operations[full] = Operation(
            name=full,
            parameters={word: _type(one.value, name, complaints) for word, one in _entries(entry.value, "with")},
            returns=_type(returns, name, complaints) if returns else None,
            gives={word: _type(one.value, name, complaints) for word, one in _entries(entry.value, "gives")},
            writes=_child(entry.value, "write") is not None,
        )


def _type(node: Node, system: str, complaints: Complaints) -> ValueType:
    """A type as connectors write it: a word, or one of {choices}, {record}, {list}."""
    found: ValueType | None = None
    if isinstance(node, Scalar):
        found = type_of_text(node.text)
    elif isinstance(node, Keys):
        found = _type_of_keys(node, system)
    if found is None:
        complaints.say(node.place, "This is not a type.", "Write text, money, {record: NAME}, {list: NAME}, ...")
    return found or TEXT


def _type_of_keys(node: Keys, system: str) -> ValueType | None:
    if record := _text(node, "record"):
        return ValueType(kind="record", of=_full(record, system))
    if of := _text(node, "list"):
        plain = type_of_text(of)
        return ValueType(kind="list", of=of if plain else _full(of, system))
    if "choices" in node.entries:
        choices = {word: one.value.text for word, one in _entries(node, "choices") if isinstance(one.value, Scalar)}
        return ValueType(kind="choice", choices=choices)
    return None


def _full(name: str, system: str) -> str:
    return name if "." in name else f"{system}.{name}"


def _child(node: Node, key: str) -> Node | None:
    entry = node.entries.get(key) if isinstance(node, Keys) else None
    return entry.value if entry else None


def _text(node: Node, key: str) -> str:
    child = _child(node, key)
    return child.text if isinstance(child, Scalar) else ""


def _entries(node: Node, key: str = "") -> Iterator[tuple[str, Entry]]:
    inner = _child(node, key) if key else node
    if isinstance(inner, Keys):
        yield from inner.entries.items()
