"""Reads and checks ``views/NAME.yaml`` against the systems that the organisation declares."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from backline.connectors.configuring import read_system
from backline.connectors.declarations import Operation, System
from backline.connectors.places import Node, NotYaml, read_nodes
from backline.connectors.reader import Reader
from backline.connectors.views.declarations import EVERYBODY, Key, Part, Shown, View
from backline.connectors.views.lengths import seconds
from backline.engine.definition import DefinitionProblems, RecordType, ValueType

TOP = ("view", "title", "for", "parts")
PART = ("title", "sign", "read", "with", "within", "fresh", "keep", "show", "for")
SHOWN = ("label", "for", "keep")
Systems = Mapping[str, System]


def read_view(path: Path, *, folder: Path) -> View:
    """The view that a file declares. Raises DefinitionProblems; ``folder`` is the organisation's."""
    reader = Reader(folder=folder)
    node = _nodes(path)
    view = _view(node, path, _systems(folder), reader)
    if reader.problems:
        raise DefinitionProblems(reader.problems)
    return view


def _nodes(path: Path) -> Node:
    try:
        return read_nodes(path)
    except NotYaml as wrong:
        raise DefinitionProblems((wrong.problem,)) from wrong


def _systems(folder: Path) -> dict[str, System]:
    return {path.stem: read_system(path, folder=folder) for path in sorted((folder / "connectors").glob("*.yaml"))}


def _view(node: Node, path: Path, systems: Systems, reader: Reader) -> View:
    reader.only(node, TOP, "A view")
    name = _text(node, "view")
    if name != path.stem or not name.isidentifier():
        reader.wrong(node, f"'view' has to be the file's name, '{path.stem}': small letters, digits and _.")
    parts: dict[str, Part] = {}
    for one, body in _pairs(node, "parts"):
        if (part := _part(one, body, systems, reader)) is not None:
            parts[one] = part
    if not parts:
        reader.wrong(node, "A view has at least one part.", "For example: 'parts: {card: {read: membership.card}}'.")
    _check_keys(parts, systems, reader)
    return View(
        name=name, title=_text(node, "title") or name, parts=parts, seen_by=_seen_by(node.get("for"), reader),
        texts=_texts(path), systems={part.system: systems[part.system].title for part in parts.values()},
    )  # fmt: skip


def _part(name: str, node: Node, systems: Systems, reader: Reader) -> Part | None:
    reader.only(node, PART, "A part of a view")
    if not name.isidentifier() or name == "party":
        reader.wrong(node, f"'{name}' is no name of a part: small letters, digits and _, and not 'party'.")
    operation = _operation(node, systems, reader)
    if operation is None or operation.returns is None:
        return None
    seen_by = _seen_by(node.get("for"), reader)
    fresh_s, keep_s = seconds(node.get("fresh"), 0.0, reader), seconds(node.get("keep"), 0.0, reader)
    if fresh_s > keep_s:
        reader.wrong(
            node, "What is not kept so long can't be fresh so long.", "Say 'keep: 1 hour', or more.", key="fresh"
        )
    return Part(
        name=name, title=_text(node, "title") or operation.label, operation=operation.name, returns=operation.returns,
        keys=_keys(node, operation, reader), sign=_text(node, "sign"), seen_by=seen_by, place=node.place,
        shown=_shown(node, operation.returns, systems, reader),
        within_s=seconds(node.get("within"), 3.0, reader), fresh_s=fresh_s, keep_s=keep_s,
    )  # fmt: skip


def _operation(node: Node, systems: Systems, reader: Reader) -> Operation | None:
    read = node.get("read")
    system, _, short = (read.text if read else "").partition(".")
    found = systems[system].operations.get(short) if system in systems else None
    if found is None:
        told = f"There is no operation '{read.text}'." if read else "A part says what it reads."
        reader.wrong(read or node, told, "Name one of connectors/: 'read: SYSTEM.OPERATION'.")
    elif found.writes:
        reader.wrong(read or node, f"'{found.name}' changes something. A view only reads.")
        return None
    return found


def _keys(node: Node, operation: Operation, reader: Reader) -> dict[str, Key]:
    told = dict(_pairs(node, "with"))
    for name in told.keys() - operation.parameters.keys():
        reader.wrong(told[name], f"'{operation.name}' has no parameter '{name}'.")
    for name in operation.parameters.keys() - told.keys():
        reader.wrong(
            node, f"'with' has to say where '{name}' of '{operation.name}' comes from.", "Such as party.email."
        )
    keys = {}
    for name, one in told.items():
        source, _, member = one.text.partition(".")
        whole = name in operation.parameters and operation.parameters[name].kind in ("person", "organisation")
        if source == "party" and not member and not whole:
            reader.wrong(one, f"'{name}' is no person: say by what it is matched.", "Such as party.email.")
        keys[name] = Key(source=source, member=member)
    return keys


def _check_keys(parts: Mapping[str, Part], systems: Systems, reader: Reader) -> None:
    """A key may be taken from another part that shows or knows it; nothing waits for itself."""
    for part in parts.values():
        for name, key in part.keys.items():
            if key.source == "party":
                continue
            other = parts.get(key.source)
            if other is None or (key.member and key.member not in _members(other.returns, systems)):
                said = f"{key.source}.{key.member}".rstrip(".")
                reader.wrong(Node("", part.place), f"'{name}: {said}' of '{part.name}' names no value of another part.")
        if _waits_for_itself(part, parts):
            reader.wrong(Node("", part.place), f"'{part.name}' waits for itself.")


def _waits_for_itself(part: Part, parts: Mapping[str, Part]) -> bool:
    reached, left = set[str](), set(part.needs)
    while left:
        one = left.pop()
        if one == part.name:
            return True
        if one in parts and one not in reached:
            reached.add(one)
            left |= parts[one].needs
    return False


def _shown(node: Node, returns: ValueType, systems: Systems, reader: Reader) -> tuple[Shown, ...]:
    members, told = _members(returns, systems), _pairs(node, "show")
    if not members:
        if told:
            reader.wrong(node, "What is read is one value, of which no members can be shown.", key="show")
        return (Shown(name="", label="", type=returns),)
    if not told:
        reader.wrong(node, "'show' has to say which members are shown.", f"There are: {', '.join(members)}.")
    return tuple(_one(name, body, members, reader) for name, body in told)


def _one(name: str, node: Node, members: Mapping[str, ValueType], reader: Reader) -> Shown:
    if name not in members:
        reader.wrong(node, f"There is no member '{name}'.", f"There are: {', '.join(members)}.")
    kind = members.get(name, ValueType(kind="text"))
    if isinstance(node.value, str):
        return Shown(name=name, label=node.text, type=kind)
    reader.only(node, SHOWN, f"'{name}'")
    kept = _text(node, "keep") != "no"
    seen_by = _seen_by(node.get("for"), reader)
    return Shown(name=name, label=_text(node, "label") or name, type=kind, seen_by=seen_by, kept=kept)


def _members(returns: ValueType, systems: Systems) -> Mapping[str, ValueType]:
    if returns.kind not in ("record", "list") or "." not in returns.of:
        return {}
    system = systems.get(returns.of.partition(".")[0])
    record: RecordType | None = system.records.get(returns.of) if system else None
    return record.members if record else {}


def _seen_by(node: Node | None, reader: Reader) -> frozenset[str]:
    if node is None:
        return EVERYBODY
    named = node.value if isinstance(node.value, list) else [node]
    told = frozenset(one.text for one in named if isinstance(one, Node) and one.text)
    if not told:
        reader.wrong(node, "'for' names who may see it.", "Say customer, staff, or the keys of teams.")
    return told


def _texts(path: Path) -> dict[str, dict[str, str]]:
    """What ``NAME.LANGUAGE.yaml`` beside the view says in another language."""
    found = {}
    for beside in sorted(path.parent.glob(f"{path.stem}.*.yaml")):
        found[beside.suffixes[0].lstrip(".")] = dict(_translated(_nodes(beside)))
    return found


def _translated(node: Node) -> Iterator[tuple[str, str]]:
    yield "", _text(node, "title")
    for name, part in _pairs(node, "parts"):
        yield name, _text(part, "title")
        for member, label in _pairs(part, "show"):
            yield f"{name}.{member}", label.text


def _pairs(node: Node, key: str) -> list[tuple[str, Node]]:
    within = node.get(key)
    return list(within.items()) if within else []


def _text(node: Node, key: str) -> str:
    within = node.get(key)
    return within.text.strip() if within else ""
